#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store.h"
#include "plumbing/refs/ref_transaction.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Obeys the commands of `git update-ref --stdin`, which roar-update-ref(1) lists.
class UpdateScript {
 public:
  struct Options {
    std::string reason;  // for the logs
    bool follow = true;  // symbolic refs, where a command does not say otherwise
    char end = '\n';     // NUL: of every field, and in the answers, too
    bool batch = false;  // what cannot be done is said on `out` by commit, and the rest is done
  };

  // All must outlive the object.
  UpdateScript(Store& store, const Workspace& workspace, const UserHooks& hooks, Options options)
      : store_(store),
        workspace_(workspace),
        options_(std::move(options)),
        changes_(store, hooks) {}

  // Until the end of `in`, or the first conflict, which it returns. What no commit or end of input
  // confirmed is not done. Throws Errc::Usage for a command that there is not, or not now.
  std::optional<std::string> obey(std::istream& in, std::ostream& out);

 private:
  // The fields of a command after its word; absent fields are not there at the end.
  using Fields = std::vector<std::optional<std::string>>;
  struct Command;
  enum class State : std::uint8_t {
    Open,      // what comes is done at the end
    Started,   // what comes is done by commit
    Prepared,  // only commit and abort may come
    Closed     // only start may come
  };

  static const Command& command_named(std::string_view line);
  Fields fields_of(const Command& command, std::string_view rest, std::istream& in) const;
  std::optional<std::string> run(std::string_view line, std::istream& in, std::ostream& out);
  std::optional<std::string> change_state(std::string_view word, std::ostream& out);
  std::optional<std::string> commit(std::ostream& out);
  void set_apart(const std::vector<RejectedChange>& rejected);
  void change_ref_if_named(const Command& command, const Fields& fields);
  void change_ref(const Command& command, const Fields& fields);
  void change_symbolic_ref(std::string_view word, const Fields& fields);
  void add(RefChange change, bool follow);
  RefValue value(const std::string& name) const;
  void check_may(std::string_view word) const;

  Store& store_;
  const Workspace& workspace_;
  Options options_;
  RefTransaction changes_;
  std::vector<std::string> rejections_;  // of this batch, in the words of the answers
  State state_ = State::Open;
  bool next_no_follow_ = false;
};

}  // namespace roar::plumbing
