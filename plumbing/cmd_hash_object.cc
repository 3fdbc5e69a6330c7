#include <filesystem>
#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/json_loose.h"
#include "objects/links.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "objects/validate.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

[[noreturn]] void fail_too_large() {
  throw Error(Errc::Unsupported,
              "an object has at most " + std::to_string(kObjectSizeMax) + " bytes");
}

std::string content_of(const std::string& path) {
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(path, ignored);
  if (!ignored && size > kObjectSizeMax) fail_too_large();
  std::optional<std::string> content = read_file(path);
  if (!content)
    throw Error(Errc::NotFound, "cannot open '" + path + "': No such file or directory");
  return *std::move(content);
}

std::vector<std::string> names_of(std::istream& in, char end) {
  std::vector<std::string> names;
  for (std::string name; std::getline(in, name, end);) names.push_back(name);
  return names;
}

// One payload after the other, so that not all are in memory at once.
class Payloads {
 public:
  Payloads(std::istream& in, bool from_stdin, std::vector<std::string> paths)
      : in_(&in), from_stdin_(from_stdin), paths_(std::move(paths)) {}

  std::optional<std::string> next() {
    if (from_stdin_) {
      from_stdin_ = false;
      return std::string(std::istreambuf_iterator<char>(*in_), {});
    }
    if (position_ == paths_.size()) return std::nullopt;
    return content_of(paths_[position_++]);
  }

 private:
  std::istream* in_;
  bool from_stdin_;
  std::vector<std::string> paths_;
  std::size_t position_ = 0;
};

// Throws unless everything that the payload names is in the store.
void check_links(const ReadTransaction& transaction, ObjectType type, std::string_view payload) {
  for (const ObjectId& link : links_of(type, payload)) {
    if (!transaction.info(link))
      throw Error(Errc::NotFound, "object " + link.hex() +
                                      ", which it names, is missing; --no-validate-links stores it "
                                      "all the same");
  }
}

struct Checks {
  bool payload = true;
  bool links = true;
};

ObjectId store_object(Store& store, ObjectType type, const std::string& payload,
                      const Checks& checks) {
  ObjectId id;
  store.write([&](WriteTransaction& transaction) {
    if (checks.links) check_links(transaction, type, payload);
    id = transaction.put(type, payload);
    transaction.freshen(id);
  });
  return id;
}

}  // namespace

int cmd_hash_object(Context& context, Arguments arguments) {
  std::string type_text = "blob";
  bool write = false;
  bool from_stdin = false;
  bool paths_from_stdin = false;
  bool null = false;
  bool literally = false;
  bool any_links = false;
  bool canonical = false;
  Options options(
      "hash-object [-t <type>] [-w] [--canonicalize] [--no-validate-links] [--stdin] [<file>...]\n"
      "hash-object [-t <type>] [-w] [--canonicalize] [--no-validate-links] --stdin-paths [-z]\n"
      "hash-object [-t <type>] [-w] --literally --stdin");
  options.value('t', "type", "type", type_text, "type of the object (default: blob)")
      .flag('w', "write", write, "store the object as well")
      .flag(0, "stdin", from_stdin, "read an object from standard input, before any files")
      .flag(0, "stdin-paths", paths_from_stdin, "read the names of files from standard input")
      .flag('z', "null", null, "lines end with NUL, read and written")
      .flag(0, "canonicalize", canonical, "take any JSON, and its canonical form as the payload")
      .flag(0, "no-validate-links", any_links, "store it though objects that it names are missing")
      .flag(0, "literally", literally, "take whatever comes, though it is none of its type");
  const auto operands = options.parse(arguments);
  const std::optional<ObjectType> type = type_from_name(type_text);
  if (!type) throw options.usage_error("'" + type_text + "' is not a type of object");
  if (paths_from_stdin && (from_stdin || !operands.empty()))
    throw options.usage_error("--stdin-paths goes with neither files nor --stdin");
  if (!paths_from_stdin && !from_stdin && operands.empty())
    throw options.usage_error("no file given");
  if (literally && (!from_stdin || !operands.empty()))
    throw options.usage_error("--literally goes with --stdin alone");
  if (literally && canonical)
    throw options.usage_error("cannot combine --literally and --canonicalize");
  if (null && !paths_from_stdin) throw options.usage_error("-z goes with --stdin-paths");

  const char end = null ? '\0' : '\n';
  std::vector<std::string> paths(operands.begin(), operands.end());
  if (paths_from_stdin) paths = names_of(context.in, end);
  Payloads payloads(context.in, from_stdin, std::move(paths));
  const Checks checks{.payload = !literally, .links = !literally && !any_links};
  std::optional<Store> store;
  if (write) store.emplace(require_workspace().store_directory(), Store::Mode::ReadWrite);
  while (std::optional<std::string> payload = payloads.next()) {
    if (canonical) payload = json::encode(json::decode_loose(*payload));
    if (checks.payload) check_payload(*type, *payload);
    if (payload->size() > kObjectSizeMax) fail_too_large();
    const ObjectId id =
        store ? store_object(*store, *type, *payload, checks) : object_id_of(*type, *payload);
    context.out << id.hex() << end;
  }
  return 0;
}

}  // namespace roar::plumbing
