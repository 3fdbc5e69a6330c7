#include "plumbing/object_batch.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "objects/base/error.h"
#include "objects/transaction.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

// As many as keep a snapshot short.
constexpr std::size_t kAtOnce = 4096;
constexpr std::size_t kNamesAtOnce = std::size_t{1} << 16U;
constexpr std::size_t kTextMax = std::size_t{1} << 20;

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

void ObjectBatch::add_object(std::string& text, const ReadTransaction& transaction,
                             const ObjectInfo& object, std::string_view rest,
                             bool with_payload) const {
  format_.add_line(text, transaction, object, rest);
  text += options_.end;
  if (!with_payload) return;
  text += transaction.payload(object.id, object.type);
  text += options_.end;
}

std::string_view ObjectBatch::name_in(std::string_view line) const {
  return format_.has_rest() ? line.substr(0, line.find_first_of(" \t")) : line;
}

void ObjectBatch::add_reply(std::string& text, const ReadTransaction& transaction,
                            const Question& question, bool with_payload) const {
  const std::string_view name = question.name;
  std::string_view rest = std::string_view(question.line).substr(name.size());
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t")));
  const std::size_t start = text.size();
  const auto fail = [&](std::string_view why) {
    text.resize(start);
    text.append(name).append(" ").append(why) += options_.end;
  };
  try {
    const auto object =
        question.known ? question.known : object_named(transaction, workspace_, name);
    if (!object) return fail("missing");
    if (options_.only && object->type != *options_.only) return fail("excluded");
    add_object(text, transaction, *object, rest, with_payload);
  } catch (const Error& error) {
    const bool missing = error.code() == Errc::NotFound || error.code() == Errc::Usage;
    if (!missing && error.code() != Errc::Conflict) throw;
    fail(missing ? "missing" : "ambiguous");
  }
}

template <typename Add>
std::size_t ObjectBatch::write_some(std::ostream& out, std::size_t first, std::size_t count,
                                    const Add& add) const {
  std::string text;
  std::size_t whole = 0;  // what of it are answers
  std::size_t next = first;
  const auto answer = [&](const ReadTransaction& transaction) {
    for (; next < count && whole < kTextMax; ++next) {
      add(text, transaction, next);
      whole = text.size();
    }
  };
  try {
    store_.read(answer);
  } catch (...) {
    out.write(text.data(), static_cast<std::streamsize>(whole));
    throw;
  }
  out << text;
  return next;
}

template <typename Add>
void ObjectBatch::write_each(std::ostream& out, std::size_t count, const Add& add) const {
  for (std::size_t next = 0; next < count;) next = write_some(out, next, count, add);
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
  const Question question{.line = std::string(name), .name = name_in(name), .known = {}};
  write_each(out, 1, [&](std::string& text, const ReadTransaction& transaction, std::size_t) {
    add_reply(text, transaction, question, word == "contents");
  });
}

void ObjectBatch::tell_all(std::ostream& out) const {
  std::vector<ObjectInfo> all = all_objects(store_, options_.only);
  if (options_.by_sequence) std::ranges::sort(all, {}, &ObjectInfo::sequence);
  write_each(out, all.size(),
             [&](std::string& text, const ReadTransaction& transaction, std::size_t number) {
               add_object(text, transaction, all[number], {}, options_.with_payload);
             });
}

// In order of id, because what is near in the index is read together. Few names are not worth it.
void ObjectBatch::look_up(std::span<Question> questions) const {
  constexpr std::size_t kFew = 16;
  constexpr unsigned kNumberBits = 16;
  static_assert(kNamesAtOnce <= std::size_t{1} << kNumberBits);
  if (questions.size() < kFew) return;
  std::vector<std::uint64_t> order;  // the first bits of an id, and the number of its question
  order.reserve(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto id = ObjectId::from_hex(questions[i].name);
    if (!id) continue;
    std::uint64_t bits = 0;
    for (const char c : id->bytes().substr(0, sizeof bits))
      bits = bits << 8U | static_cast<unsigned char>(c);
    order.push_back(bits >> kNumberBits << kNumberBits | i);
  }
  std::ranges::sort(order);
  store_.read([&](const ReadTransaction& transaction) {
    for (const std::uint64_t entry : order) {
      Question& question = questions[entry & ((std::uint64_t{1} << kNumberBits) - 1)];
      question.known = transaction.info(*ObjectId::from_hex(question.name));
    }
  });
}

void ObjectBatch::answer_names(std::istream& in, std::ostream& out) const {
  std::vector<Question> questions;
  const auto has_more = [&] { return in.rdbuf()->in_avail() > 0; };
  for (bool more = true; more;) {
    std::size_t count = 0;
    do {
      if (questions.size() == count) questions.emplace_back();
      more = static_cast<bool>(std::getline(in, questions[count].line, options_.end));
      if (more) ++count;
    } while (more && count < kNamesAtOnce && has_more());
    const std::span<Question> asked = std::span(questions).first(count);
    for (Question& question : asked) {
      question.name = name_in(question.line);
      question.known = std::nullopt;
    }
    look_up(asked);
    write_each(out, count,
               [&](std::string& text, const ReadTransaction& transaction, std::size_t number) {
                 add_reply(text, transaction, asked[number], options_.with_payload);
               });
    // Whoever waits for an answer must get it; whoever sends many names at once need not wait.
    if (more && !options_.buffered && !has_more()) out.flush();
  }
}

void ObjectBatch::answer(std::istream& in, std::ostream& out) const {
  if (options_.input == BatchOptions::Input::AllObjects) return tell_all(out);
  if (options_.input == BatchOptions::Input::Names) return answer_names(in, out);
  for (std::string line; std::getline(in, line, options_.end);) {
    obey(line, out);
    if (!options_.buffered && in.rdbuf()->in_avail() <= 0) out.flush();
  }
}

}  // namespace roar::plumbing
