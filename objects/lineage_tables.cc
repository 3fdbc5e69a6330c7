#include "objects/lineage_tables.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>

#include "objects/base/error.h"
#include "objects/index.h"
#include "objects/key.h"

namespace roar {
namespace {

constexpr std::size_t kTypeOffset = kNumberSize;
constexpr std::size_t kHolderOffset = kTypeOffset + 1;
constexpr std::size_t kRoleOffset = kNumberSize;
constexpr std::size_t kLeafOffset = kRoleOffset + 1;

[[noreturn]] void fail(const std::string& problem) {
  throw Error(Errc::Corrupt, "store is damaged: an index " + problem + "; 'roar fsck' tells more");
}

// Where the rows of each number begin if they are in order of it: those of `number` are from
// [number] to [number + 1].
template <typename Row, typename Key>
std::vector<std::uint32_t> starts_of(const std::vector<Row>& rows, std::uint64_t highest, Key key) {
  std::vector<std::uint32_t> starts(highest + 2);
  for (const Row& row : rows) ++starts[std::size_t{key(row)} + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  return starts;
}

}  // namespace

std::uint64_t hash_of_path(std::string_view path) noexcept {
  return std::hash<std::string_view>()(path);
}

bool LineageTables::fits(const ReadTransaction::Impl& impl, std::uint64_t highest) {
  return highest < kFlag && rows_of(impl) < std::numeric_limits<std::uint32_t>::max();
}

std::uint64_t LineageTables::rows_of(const ReadTransaction::Impl& impl) {
  return impl.txn->count(impl.table(Table::Use)) + impl.txn->count(impl.table(Table::Holder));
}

LineageTables::LineageTables(const ReadTransaction::Impl& impl, std::uint64_t highest)
    : highest_(highest) {
  read_holdings(impl);
  read_uses(impl);
  group_uses_by_leaf();
}

std::uint32_t LineageTables::number(std::string_view key, std::size_t offset) const {
  const std::uint64_t number = number_at(key, offset, kNumberSize);
  if (number > highest_) fail("names object number " + std::to_string(number));
  return static_cast<std::uint32_t>(number);
}

void LineageTables::read_holdings(const ReadTransaction::Impl& impl) {
  groups_.resize(highest_ + 1);
  holdings_.reserve(impl.txn->count(impl.table(Table::Holder)));
  TableCursor cursor(*impl.txn, impl.table(Table::Holder));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const std::string_view key = cursor.key();
    const bool by_job =
        number_at(key, kTypeOffset, 1) == static_cast<std::uint64_t>(ObjectType::Job);
    const std::uint32_t node = number(key, 0);
    if (const auto group = group_in_holder(cursor.value())) groups_[node] = group;
    holdings_.push_back(
        {.node = node, .holder_and_type = number(key, kHolderOffset) | (by_job ? kFlag : 0)});
  }
  first_holding_ =
      starts_of(holdings_, highest_, [](const Holding& holding) { return holding.node; });
  first_held_ =
      starts_of(holdings_, highest_, [](const Holding& holding) { return holding.holder(); });
  held_.resize(holdings_.size());
  std::vector<std::uint32_t> next = first_held_;
  for (const Holding& holding : holdings_) held_[next[holding.holder()]++] = holding.node;
}

void LineageTables::read_uses(const ReadTransaction::Impl& impl) {
  uses_.reserve(impl.txn->count(impl.table(Table::Use)));
  TableCursor cursor(*impl.txn, impl.table(Table::Use));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const std::string_view key = cursor.key();
    const bool output =
        number_at(key, kRoleOffset, 1) == static_cast<std::uint64_t>(EdgeRole::Output);
    uses_.push_back({.path = hash_of_path(cursor.value()),
                     .artifact = number(key, 0),
                     .leaf_and_role = number(key, kLeafOffset) | (output ? kFlag : 0)});
  }
  first_use_ = starts_of(uses_, highest_, [](const Use& use) { return use.artifact; });
}

void LineageTables::group_uses_by_leaf() {
  first_in_leaf_ = starts_of(uses_, highest_, [](const Use& use) { return use.leaf(); });
  uses_by_leaf_.resize(uses_.size());
  std::vector<std::uint32_t> next = first_in_leaf_;
  const auto place = [&](const auto& belongs) {
    for (std::uint32_t position = 0; position < uses_.size(); ++position)
      if (belongs(uses_[position])) uses_by_leaf_[next[uses_[position].leaf()]++] = position;
  };
  place([&](const Use& use) { return !use.is_output() && is_written(use.artifact); });
  place([&](const Use& use) { return !use.is_output() && !is_written(use.artifact); });
  place([](const Use& use) { return use.is_output(); });
}

bool LineageTables::holds_job(std::uint64_t job) const {
  return first_held_.at(job) != first_held_.at(job + 1);
}

void LineageTables::add_leaves_of(std::uint64_t job, std::vector<std::uint32_t>& leaves) const {
  const auto nodes_of = [&](std::uint64_t holder) {
    return std::span(held_).subspan(first_held_[holder],
                                    first_held_[holder + 1] - first_held_[holder]);
  };
  const auto roots = nodes_of(job);
  std::vector<std::uint32_t> open(roots.begin(), roots.end());
  for (std::size_t visits = 0; !open.empty(); ++visits) {
    if (visits > held_.size()) fail("leads in circles");
    const std::uint32_t node = open.back();
    open.pop_back();
    const auto below = nodes_of(node);
    if (below.empty()) leaves.push_back(node);
    open.insert(open.end(), below.begin(), below.end());
  }
}

std::span<const LineageTables::Use> LineageTables::uses_of(std::uint64_t artifact,
                                                           EdgeRole role) const {
  const std::span<const Use> all = std::span(uses_).subspan(
      first_use_.at(artifact), first_use_.at(artifact + 1) - first_use_[artifact]);
  const auto outputs =
      std::ranges::partition_point(all, [](const Use& use) { return !use.is_output(); });
  const auto inputs = static_cast<std::size_t>(outputs - all.begin());
  return role == EdgeRole::Input ? all.first(inputs) : all.subspan(inputs);
}

bool LineageTables::is_written(std::uint64_t artifact) const {
  const std::uint32_t end = first_use_[artifact + 1];
  return end != first_use_[artifact] && uses_[end - 1].is_output();
}

std::span<const std::uint32_t> LineageTables::uses_in(std::uint32_t leaf) const {
  return std::span(uses_by_leaf_)
      .subspan(first_in_leaf_[leaf], first_in_leaf_[leaf + 1] - first_in_leaf_[leaf]);
}

std::span<const LineageTables::Holding> LineageTables::holdings_of(std::uint32_t node) const {
  return std::span(holdings_).subspan(first_holding_[node],
                                      first_holding_[node + 1] - first_holding_[node]);
}

void LineageTables::add_jobs_with(std::uint32_t node, std::vector<std::uint64_t>& jobs) {
  constexpr int kLevelsMax = 64;
  std::uint32_t here = node;
  for (int level = 0; level < kLevelsMax; ++level) {
    const std::span<const Holding> holders = holdings_of(here);
    if (holders.empty()) return;
    if (holders.size() > 1) {
      const std::vector<std::uint64_t>& all = shared_by(here);
      jobs.insert(jobs.end(), all.begin(), all.end());
      return;
    }
    here = holders.front().holder();
    if (holders.front().is_by_job()) return jobs.push_back(here);
  }
  fail("leads in circles");
}

const std::vector<std::uint64_t>& LineageTables::shared_by(std::uint32_t node) {
  // There before the walk upwards, so that a damaged index cannot lead it in circles.
  const auto [entry, is_new] = shared_.try_emplace(node);
  if (!is_new) return entry->second;
  std::vector<std::uint64_t> jobs;
  for (const Holding& holding : holdings_of(node)) {
    if (holding.is_by_job()) {
      jobs.push_back(holding.holder());
    } else {
      add_jobs_with(holding.holder(), jobs);
    }
  }
  std::ranges::sort(jobs);
  jobs.erase(std::unique(jobs.begin(), jobs.end()), jobs.end());
  return shared_[node] = std::move(jobs);
}

}  // namespace roar
