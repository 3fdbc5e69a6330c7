#include <istream>
#include <optional>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

std::string line_of(const ObjectInfo& info) {
  return info.id.hex() + ' ' + std::string(type_name(info.type)) + ' ' + std::to_string(info.size) +
         '\n';
}

// The reply of --batch and --batch-check to one name.
std::string reply_to(const ReadTransaction& transaction, const Workspace& workspace,
                     const std::string& name, bool with_payload) {
  try {
    const ObjectId id = resolve(transaction, workspace, name).id;
    const std::optional<ObjectInfo> info = transaction.info(id);
    if (!info) return name + " missing\n";
    std::string reply = line_of(*info);
    if (with_payload) reply += transaction.payload(id, info->type) + '\n';
    return reply;
  } catch (const Error& error) {
    if (error.code() == Errc::NotFound || error.code() == Errc::Usage) return name + " missing\n";
    if (error.code() == Errc::Conflict) return name + " ambiguous\n";
    throw;
  }
}

// A snapshot for each name: whoever feeds us may take hours, and an open one makes the store grow.
int answer_batch(Context& context, bool with_payload) {
  for (std::string name; std::getline(context.in, name);) {
    std::string reply;
    context.store->read([&](const ReadTransaction& transaction) {
      reply = reply_to(transaction, *context.workspace, name, with_payload);
    });
    context.out << reply;
    // Whoever waits for an answer must get it; whoever sends many names at once need not wait.
    if (context.in.rdbuf()->in_avail() <= 0) context.out.flush();
  }
  return 0;
}

}  // namespace

int cmd_cat_object(Context& context, Arguments arguments) {
  bool type = false;
  bool size = false;
  bool exists = false;
  bool print = false;
  bool batch = false;
  bool batch_check = false;
  Options options(
      "cat-object (-t | -s | -e | -p) <object>\n"
      "cat-object (--batch | --batch-check)");
  options.flag('t', "type", type, "print the object's type")
      .flag('s', "size", size, "print its size in bytes")
      .flag('e', "exists", exists, "print nothing; exit 1 if there is no such object")
      .flag('p', "print", print, "print its payload")
      .flag(0, "batch", batch, "answer the names on standard input with type, size and payload")
      .flag(0, "batch-check", batch_check, "the same without the payload");
  const auto names = options.parse(arguments);
  if (int{type} + int{size} + int{exists} + int{print} + int{batch} + int{batch_check} != 1)
    throw options.usage_error("give exactly one of -t, -s, -e, -p, --batch and --batch-check");
  const bool is_batch = batch || batch_check;
  if (names.size() != (is_batch ? 0U : 1U))
    throw options.usage_error(is_batch ? "objects are named on standard input"
                                       : "name exactly one object");
  if (is_batch) return answer_batch(context, batch);

  std::string text;
  try {
    context.store->read([&](const ReadTransaction& transaction) {
      const ObjectId id = resolve(transaction, *context.workspace, names.front()).id;
      const std::optional<ObjectInfo> info = transaction.info(id);
      if (!info) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
      if (type) text = std::string(type_name(info->type)) + '\n';
      if (size) text = std::to_string(info->size) + '\n';
      if (print) text = transaction.payload(id, info->type);
    });
  } catch (const Error& error) {
    if (exists && error.code() == Errc::NotFound) return 1;
    throw;
  }
  context.out << text;
  return 0;
}

}  // namespace roar::plumbing
