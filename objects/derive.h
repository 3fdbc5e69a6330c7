#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/edge.h"
#include "objects/edge_node.h"
#include "objects/sequence_set.h"
#include "objects/session.h"
#include "objects/store_impl.h"

namespace roar {

// Tells what the derived tables ought to hold, all but the table of ids: that one must be right,
// because objects are found by it. What it says follows from objects and refs alone.
//
// In memory: a few bytes per object, the outputs of nodes, and one chain of entries.
class IndexDerivation {
 public:
  // Each row is told once. The views are valid during the call.
  using Row = std::function<void(Table, std::string_view key, std::string_view value)>;
  // What could not be read, and why; the rows below it are left out.
  using Unreadable = std::function<void(const std::string& subject, const Error& error)>;

  IndexDerivation(Row row, Unreadable unreadable)
      : row_(std::move(row)), unreadable_(std::move(unreadable)) {}

  // Goes on where it stopped, until about `rows` more rows were told. False if there are no more.
  // The transactions of the calls must show the same objects and refs.
  bool advance(const ReadTransaction& transaction, std::size_t rows);

  // Whether something could not be read, so that rows may be lacking.
  bool is_partial() const noexcept { return partial_; }

 private:
  enum class Phase : std::uint8_t { Start, Sessions, Digests, Artifacts, End };
  struct Output {
    std::string path;
    ObjectId artifact;
    std::uint64_t size = 0;
    PathClass path_class = PathClass::Data;
  };

  // A node, and who holds it.
  struct Hold {
    ObjectId node;
    ObjectType type = ObjectType::Job;  // of the holder
    std::uint64_t holder = 0;
  };

  void tell(Table table, std::string_view key, std::string_view value = {});
  bool attempt(const std::string& subject, const std::function<void()>& work);

  void start(const ReadTransaction& transaction);
  void next_session(const ReadTransaction& transaction);
  void end_session();
  void advance_session(const ReadTransaction& transaction);
  void advance_artifact(const ReadTransaction& transaction);
  void entry(const ReadTransaction& transaction, const ObjectId& id);
  void identify(const ReadTransaction& transaction);
  std::vector<Edge> outputs_of(const ReadTransaction& transaction, const Job& job);
  void hold(const ReadTransaction& transaction, const Hold& hold);
  void leaf(ReadTransaction::Impl& impl, std::uint64_t node, const std::vector<Edge>& edges);
  void scan_digests(const ReadTransaction& transaction, std::size_t rows);
  void artifact(const ReadTransaction& transaction, std::uint64_t sequence);

  Row row_;
  Unreadable unreadable_;
  bool partial_ = false;
  Phase phase_ = Phase::Start;
  std::size_t told_ = 0;

  std::vector<Ref> sessions_;                            // those still to come, the next one last
  std::vector<ObjectId> entries_;                        // of the session, the oldest last
  std::map<std::string, std::string> identities_;        // of the session: which step has each
  std::optional<SessionEntry> unidentified_;             // whose job's trees are being told
  std::vector<Hold> holds_;                              // to be told
  SequenceSet jobs_;                                     // that were told
  SequenceSet nodes_;                                    // the same
  SequenceSet read_;                                     // of these, those that could be read
  std::unordered_map<std::uint64_t, EdgeGroup> groups_;  // of leaves
  std::unordered_map<std::uint64_t, std::vector<Output>> outputs_;          // of leaves with any
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> children_;  // of inner nodes
  SequenceSet used_;           // artifacts of told edges
  std::uint64_t scanned_ = 0;  // the last object that was looked at
  std::vector<std::pair<std::uint64_t, std::uint64_t>> digests_;  // artifact, digest object
  std::vector<std::uint64_t> artifacts_;  // still to come, the next one last
};

}  // namespace roar
