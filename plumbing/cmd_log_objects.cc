#include <unistd.h>

#include <charconv>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "objects/written_after.h"
#include "plumbing/commands.h"
#include "plumbing/lineage/store_watch.h"
#include "plumbing/object_format.h"
#include "plumbing/open_store.h"
#include "plumbing/options.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kDefaultFormat = "%(seq) %(objectname) %(objecttype) %(objectsize)";
// So many objects are told of from one snapshot, which makes the file grow while it is open.
constexpr std::size_t kAtOnce = 1024;

struct Request {
  std::string since;
  std::string since_seq;
  std::string type;
  std::optional<std::string> format;
  bool follow = false;
  bool json = false;
  bool null = false;
};

std::uint64_t sequence_of(const Options& options, const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end)
    throw options.usage_error("--since-seq wants a number, not '" + text + "'");
  return number;
}

class Log {
 public:
  Log(Context& context, const Request& request, std::optional<ObjectType> only, std::uint64_t after)
      : context_(context),
        format_(request.format ? std::string_view(*request.format) : kDefaultFormat),
        json_(request.json),
        end_(request.null ? '\0' : '\n'),
        only_(only),
        after_(after) {}

  void tell(const Store& store) {
    for (std::size_t seen = kAtOnce; seen == kAtOnce;) {
      std::string text;
      store.read([&](const ReadTransaction& transaction) {
        seen = 0;
        for_each_written_after(transaction, after_, [&](const ObjectInfo& object) {
          after_ = object.sequence;
          if (!only_ || object.type == *only_) text += line(transaction, object) + end_;
          return ++seen < kAtOnce;
        });
      });
      context_.out << text;
    }
  }

 private:
  std::string line(const ReadTransaction& transaction, const ObjectInfo& object) const {
    if (!json_) return format_.line(transaction, object, {});
    return json::encode(json::Object{{"oid", object.id.hex()},
                                     {"seq", object.sequence},
                                     {"size", object.size},
                                     {"type", type_name(object.type)}});
  }

  Context& context_;
  ObjectFormat format_;
  bool json_;
  char end_;
  std::optional<ObjectType> only_;
  std::uint64_t after_;
};

std::optional<ObjectType> type_of(const Options& options, const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto type = type_from_name(name);
  if (!type) throw options.usage_error("'" + name + "' is not a type of object");
  return type;
}

// Until nobody reads the answer any more.
void follow(Context& context, Log& log, std::optional<Store>& store) {
  std::optional<StoreWatch> watch(std::in_place, *context.workspace);
  for (;;) {
    // What was written before the watch began is told of here.
    log.tell(*store);
    if (!context.out.flush()) return;
    if (watch->wait(STDOUT_FILENO) == StoreWatch::Woken::ReaderGone) return;
    if (watch->is_current()) continue;
    store.reset();
    watch.emplace(*context.workspace);
    open_store(*context.workspace, Store::Mode::ReadOnly, store);
  }
}

}  // namespace

int cmd_log_objects(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "log-objects [--since-seq <n> | --since <name>] [--type <type>] [--follow] "
      "[--json | --format <format>] [-z]");
  options.value(0, "since-seq", "n", request.since_seq, "begin after the object with this number")
      .value(0, "since", "name", request.since, "begin after this object")
      .value('t', "type", "type", request.type, "only objects of this type")
      .flag('f', "follow", request.follow, "wait for further objects")
      .flag(0, "json", request.json, "print JSON, an object a line")
      .value(0, "format", "format", request.format, "what a line says; see roar-cat-object(1)")
      .flag('z', "null", request.null, "end lines with NUL");
  if (!options.parse(arguments).empty()) throw options.usage_error("it takes no names");
  if (!request.since.empty() && !request.since_seq.empty())
    throw options.usage_error("give one of --since-seq and --since");
  if (request.json && request.format) throw options.usage_error("give one of --json and --format");
  const auto only = type_of(options, request.type);
  std::uint64_t after = request.since_seq.empty() ? 0 : sequence_of(options, request.since_seq);
  std::optional<Store> store;
  open_store(*context.workspace, Store::Mode::ReadOnly, store);
  if (!request.since.empty())
    store->read([&](const ReadTransaction& transaction) {
      const ObjectId id = resolve(transaction, *context.workspace, request.since).id;
      after = transaction.info(id)->sequence;
    });
  Log log(context, request, only, after);
  if (request.follow) {
    follow(context, log, store);
  } else {
    log.tell(*store);
  }
  return 0;
}

}  // namespace roar::plumbing
