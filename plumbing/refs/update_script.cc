#include "plumbing/refs/update_script.h"

#include <algorithm>
#include <array>
#include <istream>
#include <ostream>
#include <utility>

#include "objects/base/error.h"
#include "objects/ref_name.h"
#include "plumbing/refs/c_quoted.h"
#include "plumbing/refs/ref_value_text.h"

namespace roar::plumbing {

// `fields` counts what follows the word: with -z, exactly as many are read.
struct UpdateScript::Command {
  enum class Sort : std::uint8_t { State, Option, Ref, SymbolicRef };

  std::string_view word;
  Sort sort;
  std::size_t fields_min;
  std::size_t fields_max;
};

namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(Errc::Usage, std::move(message));
}

std::string required(std::string_view word, const std::optional<std::string>& field,
                     std::string_view what) {
  if (!field || field->empty())
    fail(std::string(word) + ": there is no <" + std::string(what) + ">");
  return *field;
}

}  // namespace

const UpdateScript::Command& UpdateScript::command_named(std::string_view line) {
  using Sort = Command::Sort;
  static constexpr std::array kCommands{
      Command{"start", Sort::State, 0, 0},
      Command{"prepare", Sort::State, 0, 0},
      Command{"commit", Sort::State, 0, 0},
      Command{"abort", Sort::State, 0, 0},
      Command{"option", Sort::Option, 1, 1},
      Command{"update", Sort::Ref, 2, 3},
      Command{"create", Sort::Ref, 2, 2},
      Command{"delete", Sort::Ref, 1, 2},
      Command{"verify", Sort::Ref, 1, 2},
      Command{"symref-update", Sort::SymbolicRef, 2, 4},
      Command{"symref-create", Sort::SymbolicRef, 2, 2},
      Command{"symref-delete", Sort::SymbolicRef, 1, 2},
      Command{"symref-verify", Sort::SymbolicRef, 1, 2},
  };
  const std::string_view word = line.substr(0, line.find(' '));
  const auto* const found = std::ranges::find(kCommands, word, &Command::word);
  if (found == kCommands.end()) fail("unknown command: '" + std::string(line) + "'");
  if (found->fields_max == 0 && line.size() != word.size())
    fail(std::string(word) + " takes nothing after it");
  return *found;
}

UpdateScript::Fields UpdateScript::fields_of(const Command& command, std::string_view rest,
                                             std::istream& in) const {
  Fields fields;
  if (options_.end == '\0') {
    if (command.fields_max > 0) fields.emplace_back(rest);
    while (fields.size() < command.fields_max) {
      std::string field;
      if (!std::getline(in, field, '\0')) break;
      fields.emplace_back(std::move(field));
    }
  } else {
    while (!rest.empty()) {
      fields.emplace_back(take_c_quoted(rest));
      if (rest.empty()) break;
      if (rest.front() != ' ') fail(std::string(command.word) + ": a space is missing");
      rest.remove_prefix(1);
      if (rest.empty()) fields.emplace_back("");
    }
  }
  if (fields.size() < command.fields_min)
    fail(std::string(command.word) + ": too little follows it");
  if (fields.size() > command.fields_max)
    fail(std::string(command.word) + ": too much follows it: '" + *fields.back() + "'");
  fields.resize(4);
  return fields;
}

void UpdateScript::check_may(std::string_view word) const {
  if (state_ == State::Prepared && word != "commit" && word != "abort")
    fail("'" + std::string(word) + "' came after prepare; only commit and abort may");
  if (state_ == State::Closed && word != "start")
    fail("'" + std::string(word) + "' came after the transaction was closed; only start may");
  if (state_ == State::Started && word == "start") fail("a transaction is going on");
}

std::optional<std::string> UpdateScript::change_state(std::string_view word, std::ostream& out) {
  std::optional<std::string> conflict;
  if (word == "start") {
    if (!changes_.empty()) fail("'start' came after changes that belong to no transaction");
    state_ = State::Started;
  } else if (word == "prepare") {
    if (options_.batch) set_apart(changes_.reject());
    conflict = changes_.prepare();
    state_ = State::Prepared;
  } else if (word == "commit") {
    conflict = commit(out);
    state_ = State::Closed;
  } else {
    changes_.abort();
    rejections_.clear();
    state_ = State::Closed;
  }
  if (!conflict) (out << word << ": ok" << options_.end).flush();
  return conflict;
}

void UpdateScript::set_apart(const std::vector<RejectedChange>& rejected) {
  for (const auto& [change, reason] : rejected)
    rejections_.push_back(change.name + ' ' + value_text(change.value.value_or(RefValue())) + ' ' +
                          value_text(change.expected.value_or(RefValue())) + ' ' + reason);
}

std::optional<std::string> UpdateScript::commit(std::ostream& out) {
  constexpr int kTries = 8;
  std::optional<std::string> conflict;
  for (int tries = 0; tries < (options_.batch ? kTries : 1); ++tries) {
    if (options_.batch && state_ != State::Prepared) set_apart(changes_.reject());
    conflict = changes_.commit();
    if (!conflict) break;
    state_ = State::Started;  // a ref was moved meanwhile
  }
  for (const std::string& rejection : rejections_) out << "rejected " << rejection << options_.end;
  rejections_.clear();
  return conflict;
}

RefValue UpdateScript::value(const std::string& name) const {
  return ref_value_named(store_, workspace_, name);
}

void UpdateScript::add(RefChange change, bool follow) {
  change.follow = follow && !std::exchange(next_no_follow_, false);
  change.reason = options_.reason;
  if (!is_ref_name(change.name)) fail("'" + change.name + "' is no name for a ref");
  changes_.add(std::move(change));
}

void UpdateScript::change_ref(const Command& command, const Fields& fields) {
  const std::string_view word = command.word;
  const bool null = options_.end == '\0';
  RefChange change;
  change.name = required(word, fields[0], "ref");
  // What is not given is not looked at, but an empty field that was given says that there is none;
  // with -z, where every field is given, an empty one is one that is not.
  const auto given = [&](const std::optional<std::string>& field) {
    return field && !(null && field->empty());
  };
  if (word == "update" || word == "create") {
    change.value = value(required(word, fields[1], "new"));
    if (given(fields[2])) change.expected = value(*fields[2]);
    if (word == "create") {
      if (change.value->is_absent()) fail("create: <new> is zero");
      change.expected = RefValue();
    }
  } else {
    if (given(fields[1])) change.expected = value(*fields[1]);
    if (word == "delete") {
      change.value = RefValue();
      if (change.expected && change.expected->is_absent()) fail("delete: <old> is zero");
    } else if (!change.expected) {
      change.expected = RefValue();
    }
  }
  add(std::move(change), options_.follow);
}

// A value that names no object is one that cannot be, in a batch.
void UpdateScript::change_ref_if_named(const Command& command, const Fields& fields) {
  try {
    change_ref(command, fields);
  } catch (const Error& error) {
    if (error.code() != Errc::NotFound) throw;
    next_no_follow_ = false;
    const bool has_new = command.fields_min > 1;
    const std::string zeros = ObjectId().hex();
    const std::string now = has_new ? *fields[1] : zeros;
    const std::string before = fields[has_new ? 2 : 1].value_or("");
    std::string_view reason = "incorrect old value provided";
    try {
      value(now);
    } catch (const Error&) {
      reason = "invalid new value provided";
    }
    rejections_.push_back(*fields[0] + ' ' + now + ' ' + (before.empty() ? zeros : before) + ' ' +
                          std::string(reason));
  }
}

void UpdateScript::change_symbolic_ref(std::string_view word, const Fields& fields) {
  RefChange change;
  change.name = required(word, fields[0], "ref");
  const auto named = [](std::string name) {
    return RefValue{.target = std::nullopt, .symbolic = std::move(name)};
  };
  const bool has_second = fields[1] && !fields[1]->empty();
  if (word == "symref-update" || word == "symref-create") {
    change.value = named(required(word, fields[1], "new-target"));
    if (word == "symref-create") change.expected = RefValue();
    if (fields[2] && !fields[2]->empty()) {
      const std::string old = required(word, fields[3], "old");
      if (*fields[2] != "ref" && *fields[2] != "oid")
        fail("symref-update: '" + *fields[2] + "' is neither 'ref' nor 'oid'");
      change.expected = *fields[2] == "ref" ? named(old) : value(old);
    }
  } else {
    if (has_second) change.expected = named(*fields[1]);
    if (word == "symref-delete") {
      change.value = RefValue();
    } else if (!has_second) {
      change.expected = RefValue();
    }
  }
  add(std::move(change), false);
}

std::optional<std::string> UpdateScript::run(std::string_view line, std::istream& in,
                                             std::ostream& out) {
  const Command& command = command_named(line);
  const std::string_view rest =
      line.size() > command.word.size() ? line.substr(command.word.size() + 1) : std::string_view();
  if (command.sort != Command::Sort::State && rest.empty())
    fail(std::string(command.word) + ": too little follows it");
  check_may(command.word);
  const Fields fields = fields_of(command, rest, in);
  switch (command.sort) {
    case Command::Sort::State:
      return change_state(command.word, out);
    case Command::Sort::Option:
      if (fields[0] != "no-deref") fail("there is no option '" + *fields[0] + "'");
      next_no_follow_ = true;
      break;
    case Command::Sort::Ref:
      options_.batch ? change_ref_if_named(command, fields) : change_ref(command, fields);
      break;
    case Command::Sort::SymbolicRef:
      change_symbolic_ref(command.word, fields);
      break;
  }
  return std::nullopt;
}

std::optional<std::string> UpdateScript::obey(std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line, options_.end);) {
    if (auto conflict = run(line, in, out)) return conflict;
  }
  if (state_ == State::Open) return commit(out);
  changes_.abort();
  return std::nullopt;
}

}  // namespace roar::plumbing
