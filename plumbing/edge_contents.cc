#include "plumbing/edge_contents.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "objects/hash_files.h"
#include "plumbing/kept_contents.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kSlice = 4096;  // edges
constexpr std::uint64_t kBigBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kSaveBytes = std::uint64_t{1} << 30;  // hashing these takes about a second

bool has_content(const Edge& edge) noexcept {
  return edge.role == EdgeRole::Input || edge.role == EdgeRole::Output;
}

// A rename or a new link changes a file's ctime but not its content; that the job did no more to it
// than that is what the tracer says when it names a place to read it.
bool same_content(const FileStamp& a, const FileStamp& b) noexcept {
  return a.device == b.device && a.inode == b.inode && a.size == b.size && a.modified == b.modified;
}

const std::string* digest_in(const CacheEntry& entry, Algorithm algorithm) noexcept {
  const auto digest = std::ranges::find(entry.digests, algorithm, &CachedDigest::algorithm);
  return digest != entry.digests.end() ? &digest->digest : nullptr;
}

bool has_all(const CacheEntry& entry, std::span<const Algorithm> algorithms) noexcept {
  return std::ranges::all_of(
      algorithms, [&](Algorithm algorithm) { return digest_in(entry, algorithm) != nullptr; });
}

// A set in one piece of memory, which goes back to the system as a whole; the nodes of a standard
// one would stay between what is kept.
class IdSet {
 public:
  // Room for `most` ids.
  explicit IdSet(std::size_t most) : slots_(std::bit_ceil(2 * most + 1)) {}

  // Whether it was not there yet.
  bool insert(const ObjectId& id) {
    std::size_t slot = std::hash<ObjectId>{}(id) & (slots_.size() - 1);
    while (slots_[slot] != ObjectId()) {
      if (slots_[slot] == id) return false;
      slot = (slot + 1) & (slots_.size() - 1);
    }
    slots_[slot] = id;
    return true;
  }

 private:
  std::vector<ObjectId> slots_;  // an id of zeros is a free one: nothing has that hash
};

class ContentFinder {
 public:
  ContentFinder(const Workspace& workspace, ObservedEdges& observed,
                std::span<const Algorithm> shown, Cache& cache, const KeptContents* kept)
      : workspace_(workspace),
        edges_(observed.edges),
        sources_(observed.sources),
        cache_(cache),
        kept_(kept),
        output_algorithms_{Algorithm::Blake3},
        known_(observed.edges.size()) {
    for (const Algorithm algorithm : shown) {
      if (algorithm != Algorithm::Blake3) output_algorithms_.push_back(algorithm);
    }
  }

  EdgeContents find(const RecordControl& control) {
    contents_.artifacts.reserve(edges_.size());
    std::vector<std::size_t> to_hash;
    // In slices, so that memory does not grow with what is in flight.
    for (std::size_t begin = 0; begin < edges_.size(); begin += kSlice) {
      ask_cache(begin, std::min(edges_.size(), begin + kSlice), to_hash);
    }
    amount_.all_files = to_hash.size();
    for (const std::size_t i : to_hash) amount_.all_bytes += sources_[i].stamp.size;
    const std::span<const std::size_t> all(to_hash);
    for (std::size_t begin = 0; begin < all.size(); begin += kSlice) {
      hash(all.subspan(begin, std::min(kSlice, all.size() - begin)), control);
    }
    mark_unchanged();
    return std::move(contents_);
  }

 private:
  std::span<const Algorithm> algorithms_for(const Edge& edge) const {
    const std::span<const Algorithm> all(output_algorithms_);
    return edge.role == EdgeRole::Output ? all : all.first(1);
  }

  // In the cache, or kept while the job ran.
  std::vector<std::optional<CacheEntry>> find_known(std::span<const FileStamp> stamps) const {
    auto known = cache_.find(stamps);
    for (std::size_t i = 0; kept_ != nullptr && i < stamps.size(); ++i) {
      const CacheEntry* kept = known[i] ? nullptr : kept_->find(stamps[i]);
      if (kept != nullptr) known[i] = *kept;
    }
    return known;
  }

  // Positions of what the cache does not know go into `to_hash`.
  void ask_cache(std::size_t begin, std::size_t end, std::vector<std::size_t>& to_hash) {
    std::vector<FileStamp> stamps;
    std::vector<std::size_t> which;
    for (std::size_t i = begin; i < end; ++i) {
      if (!has_content(edges_[i]) || !edges_[i].missing.empty()) continue;
      stamps.push_back(sources_[i].stamp);
      which.push_back(i);
    }
    const auto known = find_known(stamps);
    for (std::size_t j = 0; j < known.size(); ++j) {
      Edge& edge = edges_[which[j]];
      if (known[j] && has_all(*known[j], algorithms_for(edge))) {
        accept(edge, *known[j]);
      } else if (!sources_[which[j]].exists()) {
        edge.missing = "preimage";
      } else {
        to_hash.push_back(which[j]);
      }
    }
  }

  void hash(std::span<const std::size_t> positions, const RecordControl& control) {
    std::vector<HashRequest> requests;
    requests.reserve(positions.size());
    for (const std::size_t i : positions) {
      requests.push_back({.path = content_path(workspace_, edges_[i], sources_[i]),
                          .algorithms = algorithms_for(edges_[i])});
    }
    begun_ = Timestamp::now();
    HashOptions options{
        .threads = 0, .stop = control.stop, .progress = {}, .finished = {}, .partial = &cache_};
    options.progress = [&](std::uint64_t bytes) {
      amount_.bytes += bytes;
      if (control.progress) control.progress(amount_);
    };
    // A digest is in the cache soon after it was found: if we are killed, the next to ask for it
    // need not read the file again.
    options.finished = [&](std::size_t j, const HashResult& result) {
      ++amount_.files;
      remember(requests[j].algorithms, result);
      if (control.progress) control.progress(amount_);
    };
    const auto results = hash_files(requests, options);
    for (std::size_t j = 0; j < results.size(); ++j) {
      take_result(positions[j], requests[j].algorithms, results[j]);
    }
    save();
  }

  static CacheEntry entry_of(std::span<const Algorithm> algorithms, const HashResult& result) {
    CacheEntry entry{.stamp = result.stamp, .digests = {}};
    for (std::size_t i = 0; i < algorithms.size(); ++i) {
      entry.digests.push_back({.algorithm = algorithms[i], .digest = result.digests[i]});
    }
    return entry;
  }

  void remember(std::span<const Algorithm> algorithms, const HashResult& result) {
    if (result.status != HashResult::Status::Hashed) return;
    const CacheEntry entry = entry_of(algorithms, result);
    if (entry.stamp.size >= kBigBytes) return cache_.put({&entry, 1}, result.begun_at);
    fresh_.push_back(entry);
    unsaved_bytes_ += entry.stamp.size;
    if (unsaved_bytes_ >= kSaveBytes) save();
  }

  void save() {
    cache_.put(fresh_, begun_);
    fresh_.clear();
    unsaved_bytes_ = 0;
  }

  void take_result(std::size_t position, std::span<const Algorithm> algorithms,
                   const HashResult& result) {
    Edge& edge = edges_[position];
    switch (result.status) {
      case HashResult::Status::Hashed:
        break;
      case HashResult::Status::Vanished:
        edge.missing = "vanished";
        return;
      case HashResult::Status::Unstable:
        edge.missing = "unstable";
        return;
      case HashResult::Status::Interrupted:
        edge.missing = "interrupted";
        return;
      case HashResult::Status::NotRegular:
      case HashResult::Status::Failed:
        edge.missing = "unreadable";
        return;
    }
    const CacheEntry entry = entry_of(algorithms, result);
    ++contents_.hashed_files;
    contents_.hashed_bytes += result.stamp.size;
    // An input that is not the version that was read any more must not be taken for it. An output
    // is what it is now.
    if (edge.role == EdgeRole::Input && !same_content(sources_[position].stamp, result.stamp)) {
      edge.changed = true;
      edge.missing = "preimage";
      return;
    }
    accept(edge, entry);
  }

  void accept(Edge& edge, const CacheEntry& entry) {
    const Artifact artifact{.blake3 = *digest_in(entry, Algorithm::Blake3),
                            .size = entry.stamp.size};
    const ObjectId id = object_id_of(artifact);
    edge.artifact = id;
    edge.size = artifact.size;
    if (known_.insert(id)) contents_.artifacts.push_back(artifact);
    for (const CachedDigest& digest : entry.digests) {
      if (digest.algorithm == Algorithm::Blake3) continue;
      if (!known_digests_.emplace(id, digest.algorithm).second) continue;
      contents_.digests.push_back({.artifact = id,
                                   .algorithm = std::string(algorithm_name(digest.algorithm)),
                                   .digest = digest.digest,
                                   .origin = DigestOrigin::Computed});
    }
  }

  // An output is unchanged if the version that it replaced is known to have had the same content:
  // from the cache, or because the job read it first.
  void mark_unchanged() {
    std::vector<FileStamp> stamps;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      Edge& edge = edges_[i];
      if (!sources_[i].before || !edge.artifact) continue;
      const bool read_first =
          i > 0 && edges_[i - 1].path == edge.path && edges_[i - 1].role == EdgeRole::Input;
      if (read_first && edges_[i - 1].artifact) {
        edge.unchanged = edges_[i - 1].artifact == edge.artifact;
        continue;
      }
      stamps.push_back(*sources_[i].before);
      which.push_back(i);
    }
    const auto known = find_known(stamps);
    for (std::size_t j = 0; j < known.size(); ++j) {
      const std::string* before = known[j] ? digest_in(*known[j], Algorithm::Blake3) : nullptr;
      if (before == nullptr) continue;
      Edge& edge = edges_[which[j]];
      const Artifact artifact{.blake3 = *before, .size = known[j]->stamp.size};
      edge.unchanged = object_id_of(artifact) == *edge.artifact;
    }
  }

  const Workspace& workspace_;
  std::span<Edge> edges_;
  std::span<const EdgeSource> sources_;
  Cache& cache_;
  const KeptContents* kept_;
  std::vector<Algorithm> output_algorithms_;
  IdSet known_;
  std::set<std::pair<ObjectId, Algorithm>> known_digests_;
  EdgeContents contents_;
  Amount amount_;
  Timestamp begun_;                // of the slice
  std::vector<CacheEntry> fresh_;  // not in the cache yet
  std::uint64_t unsaved_bytes_ = 0;
};

}  // namespace

EdgeContents find_contents(const Workspace& workspace, ObservedEdges& observed,
                           std::span<const Algorithm> shown, Cache& cache,
                           const RecordControl& control) {
  return ContentFinder(workspace, observed, shown, cache, control.kept).find(control);
}

}  // namespace roar::plumbing
