#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "objects/base/byte_stream.h"
#include "objects/pack.h"
#include "objects/store.h"
#include "objects/transaction.h"

namespace roar::plumbing {

struct IncomingOptions {
  std::uint64_t max_bytes = std::numeric_limits<std::uint64_t>::max();  // of the pack
  bool strict = false;   // what the pack names in the store is read too, not only looked for
  bool recover = false;  // what is damaged is left out, with what names it
  std::function<void(std::uint64_t)> progress{};  // told how many objects came, or were stored
};

// Where objects from elsewhere stay until all of them are known to be sound. Objects come as a
// pack. Nothing of it reaches the store's tables before all of this holds: the pack is whole; no
// object is too large; each has the canonical form and the schema of its type; and what it names
// comes before it in the pack or is in the store, and is of the right type.
//
// The pack waits in an unnamed file beside the store, so that nothing is left of one that is
// refused, whatever ends the process. Needs some 60 bytes of memory for each object.
class Quarantine {
 public:
  // Reads the pack to its end and checks it. Throws Errc::Corrupt, Errc::Unsupported or
  // Errc::NotFound (something it names is missing) if it is refused; with `recover`, only if
  // nothing can be had. Nullopt for `directory`: it is checked and not kept.
  Quarantine(const Store& store, const ByteSource& pack, const IncomingOptions& options,
             const std::optional<std::filesystem::path>& directory);
  ~Quarantine();
  Quarantine(const Quarantine&) = delete;
  Quarantine& operator=(const Quarantine&) = delete;

  const PackSummary& summary() const noexcept;  // with `recover`: of what could be read
  std::uint64_t accepted() const noexcept;      // objects
  std::uint64_t unknown() const noexcept;       // of these: that were not in the store
  // What was left out and why, in words. Empty without `recover`.
  const std::vector<std::string>& problems() const noexcept;

  // Stores the objects, in bounded transactions; `finish` runs in the last one, after the objects.
  // If it throws, what the transaction before it stored stays, and nothing names that. A pack of
  // fewer than 5000 objects and 32 MiB is stored in one. Once only.
  void accept(Store& store, const std::function<void(WriteTransaction&)>& finish);

  // The same in one transaction, which is given up: throws what would be thrown, and changes
  // nothing.
  void rehearse(Store& store, const std::function<void(WriteTransaction&)>& finish);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar::plumbing
