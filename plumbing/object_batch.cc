#include "plumbing/object_batch.h"

#include <algorithm>
#include <vector>

#include "objects/base/error.h"
#include "objects/transaction.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

// As many as keep a snapshot short.
constexpr std::size_t kAtOnce = 4096;

std::vector<ObjectInfo> all_objects(const Store& store, std::optional<ObjectType> only) {
  std::vector<ObjectInfo> all;
  std::vector<ObjectInfo> some;
  std::optional<ObjectId> last;
  do {
    store.read(
        [&](const ReadTransaction& transaction) { some = transaction.after(last, kAtOnce); });
    for (const ObjectInfo& object : some) {
      if (!only || object.type == *only) all.push_back(object);
    }
    if (!some.empty()) last = some.back().id;
  } while (!some.empty());
  return all;
}

std::optional<ObjectInfo> object_named(const ReadTransaction& transaction,
                                       const Workspace& workspace, std::string_view name) {
  if (const auto id = ObjectId::from_hex(name)) {
    if (const auto info = transaction.info(*id)) return info;
  }
  return transaction.info(resolve(transaction, workspace, name).id);
}

}  // namespace

std::string ObjectBatch::about(const ReadTransaction& transaction, const ObjectInfo& object,
                               std::string_view rest, bool with_payload) const {
  std::string text = format_.line(transaction, object, rest) + options_.end;
  if (with_payload) text += transaction.payload(object.id, object.type) + options_.end;
  return text;
}

std::string ObjectBatch::reply_to(const ReadTransaction& transaction, std::string_view asked,
                                  bool with_payload) const {
  std::string_view name = asked;
  std::string_view rest;
  if (format_.has_rest()) {
    name = asked.substr(0, asked.find_first_of(" \t"));
    rest = asked.substr(name.size());
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t")));
  }
  const auto failed = [&](std::string_view why) {
    return std::string(name) + ' ' + std::string(why) + options_.end;
  };
  try {
    const auto object = object_named(transaction, workspace_, name);
    if (!object) return failed("missing");
    if (options_.only && object->type != *options_.only) return failed("excluded");
    return about(transaction, *object, rest, with_payload);
  } catch (const Error& error) {
    if (error.code() == Errc::NotFound || error.code() == Errc::Usage) return failed("missing");
    if (error.code() == Errc::Conflict) return failed("ambiguous");
    throw;
  }
}

std::string ObjectBatch::reply(std::string_view asked, bool with_payload) const {
  std::string text;
  store_.read([&](const ReadTransaction& transaction) {
    text = reply_to(transaction, asked, with_payload);
  });
  return text;
}

void ObjectBatch::obey(std::string_view command, std::ostream& out) const {
  const std::string_view word = command.substr(0, command.find(' '));
  const bool has_name = word.size() < command.size();
  const std::string_view name = has_name ? command.substr(word.size() + 1) : std::string_view();
  if (word == "flush") {
    if (!options_.buffered) throw Error(Errc::Usage, "flush is a command of --buffer only");
    if (has_name) throw Error(Errc::Usage, "flush takes no name");
    out.flush();
    return;
  }
  if (word != "info" && word != "contents") {
    throw Error(Errc::Usage, "unknown command '" + std::string(command) +
                                 "'; there are info <object>, contents <object> and flush");
  }
  if (!has_name) throw Error(Errc::Usage, std::string(word) + " wants the name of an object");
  out << reply(name, word == "contents");
}

void ObjectBatch::tell_all(std::ostream& out) const {
  std::vector<ObjectInfo> all = all_objects(store_, options_.only);
  if (options_.by_sequence) std::ranges::sort(all, {}, &ObjectInfo::sequence);
  std::string text;
  for (const ObjectInfo& object : all) {
    store_.read([&](const ReadTransaction& transaction) {
      text = about(transaction, object, {}, options_.with_payload);
    });
    out << text;
  }
}

void ObjectBatch::answer(std::istream& in, std::ostream& out) const {
  if (options_.input == BatchOptions::Input::AllObjects) return tell_all(out);
  for (std::string line; std::getline(in, line, options_.end);) {
    if (options_.input == BatchOptions::Input::Commands) {
      obey(line, out);
    } else {
      out << reply(line, options_.with_payload);
    }
    // Whoever waits for an answer must get it; whoever sends many names at once need not wait.
    if (!options_.buffered && in.rdbuf()->in_avail() <= 0) out.flush();
  }
}

}  // namespace roar::plumbing
