#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string_view>

namespace roar {

class Store;

namespace plumbing {
struct Workspace;
}

// Everything a command may touch. There is no global state besides this: two contexts can live in
// one process, and a unit test can pass its own streams.
struct Context {
  std::istream& in;
  std::ostream& out;                               // the answer: what a script would read
  std::ostream& err;                               // everything else: progress, hints, errors
  const plumbing::Workspace* workspace = nullptr;  // null unless the command needs one
  Store* store = nullptr;                          // null unless the command needs it
  bool input = true;                               // false: --no-input, so the user is not asked
};

using Arguments = std::span<const std::string_view>;

enum class Needs : std::uint8_t {
  Nothing,
  Workspace,  // a directory with .roar/; the store stays closed
  Store,      // the same, and its store open for reading
  StoreForWriting,
};
enum class Level : std::uint8_t { Plumbing, Porcelain };

// Which failures a command has before it does its work. A command that runs another one must keep
// the statuses apart from the child's.
enum class Failure : std::uint8_t {
  Plain,  // 128 fatal, 129 usage
  Runner  // 125 for both
};

// Whether an answer that goes to a terminal is shown through the pager.
enum class Paging : std::uint8_t { Never, OnTerminal };

// One row of a command table.
struct Command {
  std::string_view name;
  int (*run)(Context&, Arguments);  // returns the exit status
  Level level;
  Needs needs;
  std::string_view summary;  // one line for `roar help`; no final stop
  Failure failure = Failure::Plain;
  Paging paging = Paging::Never;
};

}  // namespace roar
