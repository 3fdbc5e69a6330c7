#include "objects/memory_backend.h"

#include <string>
#include <utility>

namespace roar {

class MemoryBackend::Transaction final : public TableTransaction {
 public:
  explicit Transaction(const State& state) noexcept : state_(&state) {}
  explicit Transaction(State& state) noexcept : state_(&state), writable_(&state) {}
  ~Transaction() override = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  bool has_changed() const noexcept { return has_changed_; }

  std::optional<std::string_view> get(TableNumber table, std::string_view key) const override {
    const std::string* const value = state_->tables[table].find(key);
    if (value == nullptr) return std::nullopt;
    return *value;
  }
  std::size_t count(TableNumber table) const override { return state_->tables[table].size(); }
  std::size_t pages(TableNumber) const override { return 0; }
  PageUsage page_usage() const override { return {}; }
  std::uint64_t number() const noexcept override { return state_->number; }

  void put(TableNumber table, std::string_view key, std::string_view value) override {
    check_key(key);
    set(table, key, std::string(value));
  }
  void put_new(TableNumber table, std::string_view key, std::string_view value) override {
    check_key(key);
    if (!get(table, key)) set(table, key, std::string(value));
  }
  void append(TableNumber table, std::string_view key, std::string_view head,
              std::string_view tail) override {
    check_key(key);
    TableCursor cursor(*this, table);
    if (cursor.last() && cursor.key() >= key) fail_out_of_order();
    set(table, key, std::string(head).append(tail));
  }
  bool erase(TableNumber table, std::string_view key) override {
    const bool was_there = writable_->tables[table].erase(key);
    has_changed_ = has_changed_ || was_there;
    return was_there;
  }
  void clear(TableNumber table) override {
    writable_->tables[table] = {};
    has_changed_ = true;
  }

 private:
  std::unique_ptr<TablePosition> position(TableNumber table) const override {
    return std::make_unique<MemoryTable::Position>(state_->tables[table]);
  }
  void set(TableNumber table, std::string_view key, std::string value) {
    writable_->tables[table].set(key, std::move(value));
    has_changed_ = true;
  }

  const State* state_;
  State* writable_ = nullptr;  // the same
  bool has_changed_ = false;
};

// Commit 1 made the tables, as it does in a file.
MemoryBackend::MemoryBackend(std::size_t tables)
    : present_(std::make_shared<const State>(
          State{.number = 1, .tables = std::vector<MemoryTable>(tables)})) {}

std::shared_ptr<const MemoryBackend::State> MemoryBackend::present() const {
  const std::scoped_lock lock(mutex_);
  return present_;
}

void MemoryBackend::read(const std::function<void(const TableTransaction&)>& body) const {
  const std::shared_ptr<const State> state = present();
  const Transaction transaction(*state);
  body(transaction);
}

void MemoryBackend::write(const std::function<void(TableTransaction&)>& body) {
  const std::scoped_lock alone(writing_);
  const auto next = std::make_shared<State>(*present());
  ++next->number;
  Transaction transaction(*next);
  body(transaction);
  if (!transaction.has_changed()) return;
  const std::scoped_lock lock(mutex_);
  present_ = next;
}

}  // namespace roar
