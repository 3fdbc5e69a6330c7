#include "objects/lineage.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "objects/artifact.h"
#include "objects/base/error.h"
#include "objects/edge_node.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/lineage_nodes.h"
#include "objects/lineage_tables.h"

namespace roar {
namespace {

// One job's reading or writing of an artifact.
struct Touch {
  std::uint64_t path = 0;  // hash_of_path
  std::uint64_t job = 0;

  auto operator<=>(const Touch&) const = default;
};

struct Writers {
  std::vector<Touch> by_path;         // sorted
  std::vector<std::uint64_t> by_job;  // sorted
};

// A job read what another one wrote.
struct Passing {
  std::uint64_t from = 0;
  std::uint64_t to = 0;

  auto operator<=>(const Passing&) const = default;
};

// What reading job by job costs, in rows of a table that is read as a whole.
constexpr std::uint64_t kRowsPerJob = 150;
constexpr std::uint64_t kRowsPerEdge = 30;
// Less is not worth the memory.
constexpr std::uint64_t kRowsLeast = 200'000;
// In rows, too: finding out an id from the object itself.
constexpr std::uint64_t kRowsPerId = 40;

enum Told : std::uint8_t { kInputsTold = 1, kOutputsTold = 2 };

void keep_each_once(std::vector<std::uint64_t>& numbers) {
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

// The first of each stays where it is.
void keep_first_of_each(std::vector<std::uint64_t>& numbers) {
  std::vector<std::uint64_t> sorted = numbers;
  keep_each_once(sorted);
  if (sorted.size() == numbers.size()) return;
  std::vector<bool> seen(sorted.size());
  std::erase_if(numbers, [&](std::uint64_t number) {
    const auto at =
        static_cast<std::size_t>(std::ranges::lower_bound(sorted, number) - sorted.begin());
    const bool before = seen[at];
    seen[at] = true;
    return before;
  });
}

}  // namespace

struct LineageGraph::Impl {
  Impl(const ReadTransaction& read, LineageReach how_far)
      : impl(&IndexAccess::of(read)),
        reach(how_far),
        highest(read.counts().highest_number),
        told(highest + 1),
        holders(*impl),
        nodes(read) {
    if (reach == LineageReach::Adaptive && !LineageTables::fits(*impl, highest))
      reach = LineageReach::Near;
    if (reach == LineageReach::Whole) tables.emplace(*impl, highest);
  }

  // Whether the tables answer for the job, which somebody is about to ask for. A job that is no
  // part of the history, such as one that was popped, is not in them.
  bool is_in_tables(std::uint64_t number) {
    if (!tables && reach == LineageReach::Adaptive && number != nodes.job_at_hand()) {
      rows_spent += kRowsPerJob + kRowsPerEdge * nodes.edges_of(number);
      if (rows_spent > kRowsLeast && rows_spent > LineageTables::rows_of(*impl))
        tables.emplace(*impl, highest);
    }
    return tables && tables->holds_job(number);
  }

  const std::vector<std::uint32_t>& leaves_of(std::uint64_t number) {
    leaves.clear();
    tables->add_leaves_of(number, leaves);
    return leaves;
  }

  bool is_leaf_told_of(std::uint32_t leaf) {
    if (const auto group = tables->group_of_leaf(leaf)) return is_told_of(*group);
    // In an older format the tables do not say.
    const auto [id, object] = impl->object_at(leaf);
    if (object.type != ObjectType::Node) fail_lineage_type(id, ObjectType::Node);
    const auto group = group_of_leaf(object.payload);
    if (!group) throw Error(Errc::Corrupt, "node: 'class' is missing");
    return is_told_of(*group);
  }

  // Calls `visit(artifact, path)` for the inputs that some job wrote.
  template <typename Visit>
  void for_each_written_input(std::uint64_t number, const Visit& visit) {
    if (!is_in_tables(number)) {
      nodes.for_each_leaf(number, false, [&](std::uint64_t, const LineageNodes::Node& leaf) {
        for (const LineageNodes::File& input : leaf.inputs)
          if (input.is_written) visit(input.artifact, input.path);
      });
      return;
    }
    for (const std::uint32_t leaf : leaves_of(number))
      for (const std::uint32_t position : tables->uses_in(leaf)) {
        const LineageTables::Use& use = tables->use(position);
        if (use.is_output() || !tables->is_written(use.artifact)) break;
        visit(use.artifact, use.path);
      }
  }

  template <typename Visit>
  void for_each_output(std::uint64_t number, const Visit& visit) {
    if (!is_in_tables(number)) {
      nodes.for_each_leaf(number, false, [&](std::uint64_t, const LineageNodes::Node& leaf) {
        for (const LineageNodes::File& output : leaf.outputs) visit(output.artifact);
      });
      return;
    }
    for (const std::uint32_t leaf : leaves_of(number))
      for_each_in_leaf(leaf, EdgeRole::Output, visit);
  }

  template <typename Visit>
  void for_each_in_leaf(std::uint32_t leaf, EdgeRole role, const Visit& visit) {
    for (const std::uint32_t position : tables->uses_in(leaf)) {
      const LineageTables::Use& use = tables->use(position);
      if (use.is_output() == (role == EdgeRole::Output)) visit(use.artifact);
    }
  }

  void tell_new(std::uint64_t number, EdgeRole role, const FileVisitor& visit) {
    const std::uint8_t mark = role == EdgeRole::Input ? kInputsTold : kOutputsTold;
    const auto is_new = [&](std::uint64_t leaf) {
      const bool before = (told[leaf] & mark) != 0;
      told[leaf] |= mark;
      return !before;
    };
    if (!is_in_tables(number)) {
      nodes.for_each_leaf(number, true, [&](std::uint64_t leaf, const LineageNodes::Node& node) {
        if (!is_new(leaf)) return;
        for (const LineageNodes::File& file : role == EdgeRole::Input ? node.inputs : node.outputs)
          visit(file.artifact);
      });
      return;
    }
    for (const std::uint32_t leaf : leaves_of(number)) {
      const auto uses = tables->uses_in(leaf);
      if (uses.empty() || !is_new(leaf)) continue;
      const auto end = role == EdgeRole::Input ? uses.front() : uses.back();
      const bool has_any = tables->use(end).is_output() == (role == EdgeRole::Output);
      if (has_any && is_leaf_told_of(leaf)) for_each_in_leaf(leaf, role, visit);
    }
  }

  // In `touched`, until it is asked again.
  const std::vector<Touch>& touches(std::uint64_t artifact, EdgeRole role) {
    touched.clear();
    if (tables) {
      for (const LineageTables::Use& use : tables->uses_of(artifact, role)) {
        jobs.clear();
        tables->add_jobs_with(use.leaf(), jobs);
        for (const std::uint64_t job : jobs) touched.push_back({use.path, job});
      }
      return touched;
    }
    std::string prefix = number_key(artifact);
    append_number(prefix, static_cast<std::uint64_t>(role), 1);
    for_each_with_prefix(*impl->txn, impl->table(Table::Use), prefix,
                         [&](std::string_view key, std::string_view path) {
                           const std::uint64_t leaf = number_at(key, prefix.size(), kNumberSize);
                           for (const std::uint64_t job : holders.jobs_with(leaf))
                             touched.push_back({hash_of_path(path), job});
                           return true;
                         });
    return touched;
  }

  std::vector<std::uint64_t> jobs_touching(std::uint64_t artifact, EdgeRole role) {
    std::vector<std::uint64_t> found;
    for (const Touch& touch : touches(artifact, role)) found.push_back(touch.job);
    keep_each_once(found);
    return found;
  }

  bool is_empty(std::uint64_t artifact) const {
    const auto [id, object] = impl->object_at(artifact);
    if (object.type != ObjectType::Artifact) fail_lineage_type(id, ObjectType::Artifact);
    return decode_artifact(object.payload).size == 0;
  }

  // The latest writer before `reader`, or 0. Most contents have one writer only, which needs no
  // memory.
  std::uint64_t origin_of(std::uint64_t artifact, std::uint64_t path, std::uint64_t reader) {
    auto known = writers.find(artifact);
    if (known == writers.end()) {
      const std::vector<Touch>& all = touches(artifact, EdgeRole::Output);
      if (all.size() == 1) {
        const Touch only = all.front();
        if (only.job >= reader || (only.path != path && is_empty(artifact))) return 0;
        return only.job;
      }
      known = writers.emplace(artifact, Writers{all, {}}).first;
      std::ranges::sort(known->second.by_path);
      for (const Touch& touch : known->second.by_path) known->second.by_job.push_back(touch.job);
      keep_each_once(known->second.by_job);
    }
    const Writers& from = known->second;
    const auto same = std::ranges::lower_bound(from.by_path, Touch{path, reader});
    if (same != from.by_path.begin() && std::prev(same)->path == path) return std::prev(same)->job;
    const auto any = std::ranges::lower_bound(from.by_job, reader);
    return any == from.by_job.begin() || is_empty(artifact) ? 0 : *std::prev(any);
  }

  // Adds the readers of the artifact who have it from `writer`.
  void add_readers(std::uint64_t artifact, std::uint64_t writer,
                   std::vector<std::uint64_t>& found) {
    auto known = passings.find(artifact);
    if (known == passings.end()) {
      const std::vector<Touch> all = touches(artifact, EdgeRole::Input);
      if (all.empty()) return;
      if (all.size() == 1) {
        const Touch& only = all.front();
        if (origin_of(artifact, only.path, only.job) == writer) found.push_back(only.job);
        return;
      }
      // All of them at once: many jobs may have written one content, and many read it.
      std::vector<Passing> passed;
      for (const Touch& touch : all)
        if (const auto job = origin_of(artifact, touch.path, touch.job); job != 0)
          passed.push_back({job, touch.job});
      std::ranges::sort(passed);
      known = passings.emplace(artifact, std::move(passed)).first;
    }
    const std::vector<Passing>& all = known->second;
    for (auto one = std::ranges::lower_bound(all, Passing{writer, 0});
         one != all.end() && one->from == writer; ++one)
      found.push_back(one->to);
  }

  Timestamp started(std::uint64_t number) {
    if (!is_in_tables(number)) return nodes.job(number).started;
    if (starts.empty()) read_starts();
    const auto found = starts.find(number);
    return found == starts.end() ? nodes.job(number).started : found->second;
  }

  void read_starts() {
    TableCursor cursor(*impl->txn, impl->table(Table::Job));
    for (bool more = cursor.first(); more; more = cursor.next()) {
      const auto [start, number] = start_of_key(cursor.key());
      starts.emplace(number, start);
    }
  }

  ReadTransaction::Impl* impl;
  LineageReach reach;
  std::uint64_t highest;
  std::vector<std::uint8_t> told;                      // of leaves: Told
  std::unordered_map<std::uint64_t, Writers> writers;  // of what several jobs wrote
  std::unordered_map<std::uint64_t, std::vector<Passing>> passings;

  Holders holders;
  LineageNodes nodes;
  std::uint64_t rows_spent = 0;

  std::optional<LineageTables> tables;
  std::unordered_map<std::uint64_t, Timestamp> starts;

  // Work space.
  std::vector<std::uint32_t> leaves;
  std::vector<Touch> touched;
  std::vector<std::uint64_t> jobs;
};

LineageGraph::LineageGraph(const ReadTransaction& transaction, LineageReach reach)
    : impl_(std::make_unique<Impl>(transaction, reach)) {}

LineageGraph::~LineageGraph() = default;

std::uint64_t LineageGraph::highest_number() const noexcept {
  return impl_->highest;
}

Timestamp LineageGraph::started(std::uint64_t job) {
  return impl_->started(job);
}

void LineageGraph::fill_ids(std::span<ObjectInfo> objects) const {
  ReadTransaction::Impl& impl = *impl_->impl;
  const TableNumber table = impl.table(Table::Id);
  if (objects.size() * kRowsPerId < impl.txn->count(table)) {
    for (ObjectInfo& object : objects) {
      const auto [id, found] = impl.object_at(object.sequence);
      if (found.type != object.type) fail_lineage_type(id, object.type);
      object.id = id;
    }
    return;
  }
  std::vector<ObjectInfo*> by_number(impl_->highest + 1);
  for (ObjectInfo& object : objects) by_number.at(object.sequence) = &object;
  TableCursor cursor(*impl.txn, table);
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const ObjectId id = ObjectId::from_bytes(cursor.key());
    const std::uint64_t number = number_at(cursor.value(), 0, kNumberSize);
    if (number > impl_->highest || by_number[number] == nullptr) continue;
    ObjectInfo& object = *by_number[number];
    const std::uint64_t type = number_at(cursor.value(), kNumberSize, 1);
    if (type != static_cast<std::uint64_t>(object.type)) fail_lineage_type(id, object.type);
    object.id = id;
  }
  for (const ObjectInfo& object : objects)
    if (object.id.is_zero())
      throw Error(Errc::Corrupt, "store is damaged: object number " +
                                     std::to_string(object.sequence) + " has no id");
}

std::vector<std::uint64_t> LineageGraph::parents(std::uint64_t job) {
  std::vector<std::uint64_t> found;
  impl_->for_each_written_input(job, [&](std::uint64_t artifact, std::uint64_t path) {
    const std::uint64_t from = impl_->origin_of(artifact, path, job);
    if (from != 0 && (found.empty() || found.back() != from)) found.push_back(from);
  });
  keep_first_of_each(found);
  return found;
}

std::vector<std::uint64_t> LineageGraph::children(std::uint64_t job) {
  std::vector<std::uint64_t> found;
  impl_->for_each_output(job,
                         [&](std::uint64_t artifact) { impl_->add_readers(artifact, job, found); });
  keep_each_once(found);
  return found;
}

std::vector<std::uint64_t> LineageGraph::writers(std::uint64_t artifact) {
  return impl_->jobs_touching(artifact, EdgeRole::Output);
}

std::vector<std::uint64_t> LineageGraph::readers(std::uint64_t artifact) {
  return impl_->jobs_touching(artifact, EdgeRole::Input);
}

std::vector<std::uint64_t> LineageGraph::jobs_of_session(std::string_view session) const {
  std::vector<std::uint64_t> jobs;
  for (const IndexedPlace& place :
       indexed_places(*impl_->impl, session, std::nullopt, std::nullopt))
    jobs.push_back(place.job);
  keep_each_once(jobs);
  return jobs;
}

void LineageGraph::for_each_new_file(std::uint64_t job, EdgeRole role, const FileVisitor& visit) {
  impl_->tell_new(job, role, visit);
}

}  // namespace roar
