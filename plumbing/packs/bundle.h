#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "objects/base/byte_stream.h"
#include "objects/bundle.h"
#include "objects/pack.h"
#include "objects/store.h"
#include "plumbing/packs/name_list.h"
#include "plumbing/packs/pack_plan.h"
#include "plumbing/packs/quarantine.h"
#include "plumbing/packs/write_pack.h"

namespace roar::plumbing {

// --- writing -----------------------------------------------------------------------------------

// What a bundle is to have. The refs may be none, for objects that nothing leads to any more.
struct BundlePlan {
  PackPlan objects;
  std::vector<BundleHead> heads;  // by ref, each once; their targets are among the objects
};

// What the names stand for (find_named), with the refs among them, and the labels of all objects
// that are taken along. Refs at objects that are left out are left out, too. Throws Errc::Usage if
// no ref is named, or none is left.
BundlePlan plan_bundle(const ReadTransaction& transaction, const Workspace& workspace,
                       const NameList& names, bool all);

// Throws Errc::NotFound if an object has gone since it was planned.
PackSummary write_bundle(const Store& store, const BundlePlan& plan, const ByteSink& sink,
                         const PackProgress& progress);

// These objects alone, without refs, in a bundle at `path`: durable when it returns, and complete
// or not there at all. What they name besides becomes the bundle's prerequisites. The store must
// not be written to by this process meanwhile.
void write_bundle_of(const Store& store, const std::vector<ObjectId>& objects,
                     const std::filesystem::path& path);

// --- reading -----------------------------------------------------------------------------------

struct BundleCheck {
  BundleHeader header;
  PackSummary summary;
  std::vector<ObjectId> missing;  // prerequisites, and other objects that it names
};

// Reads a bundle to its end. Without a store, all that it needs is missing. Throws Errc::Corrupt or
// Errc::Unsupported if it is damaged, or a ref points at what it does not have.
BundleCheck verify_bundle(const ByteSource& source, const Store* store);

// What became of a ref of a bundle.
enum class RefOutcome { Created, Moved, Same, Ahead };  // Ahead: the store has more
std::string_view outcome_name(RefOutcome outcome) noexcept;

struct UnbundleOptions {
  IncomingOptions incoming;
  bool dry_run = false;                  // find out what would be done; no hook is asked
  bool refs = true;                      // move them
  bool force = false;                    // even where that loses what they lead to
  std::vector<std::string> wanted;       // refs to move, by name; empty: all
  const Workspace* workspace = nullptr;  // whose hook reference-transaction may refuse; or none
};

struct UnbundledRef {
  BundleHead head;
  std::optional<RefOutcome> outcome;  // nullopt: refs were left alone
};

struct UnbundleReport {
  std::vector<UnbundledRef> refs;
  std::uint64_t objects = 0;
  std::uint64_t unknown = 0;  // of these: that were not in the store
};

// Stores the objects of a bundle, by way of the quarantine in `directory`, and moves refs, all at
// once: a session's or a label's forwards, others if they are not there yet. Of two histories of
// labels, one that says no more than what roar finds out gives way. HEAD moves if it leads to no
// job. Throws, and then no ref has moved:
// Errc::NotFound   something that the bundle needs, or a ref that is wanted, is missing;
// Errc::Conflict   a ref leads elsewhere than to what was before, or the hook refuses; if there is
//     a hook, the objects stay, and gc may remove them;
// Errc::Corrupt, Errc::Unsupported   the bundle is refused.
// Without `refs`, a dry run does with a store that is open for reading.
UnbundleReport unbundle(Store& store, const ByteSource& source,
                        const std::filesystem::path& directory, const UnbundleOptions& options);

}  // namespace roar::plumbing
