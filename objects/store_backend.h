#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

// What a store is kept in: ordered tables of bytes, with snapshots and one writer at a time. All
// that the store knows of objects, refs and indexes lies above this (objects/transaction.h), all
// that is particular to LMDB below it.

namespace roar {

// One of the tables of a backend, which has them from 0 on.
using TableNumber = std::size_t;

// The longest key that a table takes, in bytes; none is empty.
inline constexpr std::size_t kTableKeyMax = 511;

// A position in a table, as a backend implements it; users have a TableCursor.
class TablePosition {
 public:
  TablePosition() = default;
  virtual ~TablePosition() = default;
  TablePosition(const TablePosition&) = delete;
  TablePosition& operator=(const TablePosition&) = delete;

  virtual bool first() = 0;
  virtual bool last() = 0;
  virtual bool next() = 0;
  virtual bool previous() = 0;
  virtual bool seek(std::string_view key) = 0;

  std::string_view key() const noexcept { return key_; }
  std::string_view value() const noexcept { return value_; }

 protected:
  void stand_at(std::string_view key, std::string_view value) noexcept {
    key_ = key;
    value_ = value;
  }

 private:
  std::string_view key_;
  std::string_view value_;
};

// What the pages of a backend are, if it has any.
struct PageUsage {
  std::size_t bytes = 0;  // of each; 0: there are none
  std::size_t pages = 0;
  std::size_t free_pages = 0;  // of them, that later commits will use
};

// One snapshot, or one set of changes. Made by a backend only. Not for use from several threads.
//
// Views that it returns are valid until the next change through this transaction, or its end.
class TableTransaction {
 public:
  virtual ~TableTransaction() = default;
  TableTransaction(const TableTransaction&) = delete;
  TableTransaction& operator=(const TableTransaction&) = delete;

  // Nullopt if there is no such key, also where there cannot be.
  virtual std::optional<std::string_view> get(TableNumber table, std::string_view key) const = 0;
  virtual std::size_t count(TableNumber table) const = 0;  // of entries
  virtual std::size_t pages(TableNumber table) const = 0;  // that it takes; 0 where there are none
  virtual PageUsage page_usage() const = 0;
  // Of the commit that it sees, or will be: one higher. A commit without changes does not count.
  virtual std::uint64_t number() const noexcept = 0;

  // These three throw Errc::Usage for a key that is empty or longer than kTableKeyMax. Replaces an
  // earlier value.
  virtual void put(TableNumber table, std::string_view key, std::string_view value) = 0;
  // The same, but leaves an earlier value as it is.
  virtual void put_new(TableNumber table, std::string_view key, std::string_view value) = 0;
  // The same for a key that is higher than all others in the table, else Errc::Corrupt; its value
  // in two parts.
  virtual void append(TableNumber table, std::string_view key, std::string_view head,
                      std::string_view tail) = 0;
  // Whether it was there.
  virtual bool erase(TableNumber table, std::string_view key) = 0;
  virtual void clear(TableNumber table) = 0;

 protected:
  TableTransaction() = default;

  static void check_key(std::string_view key);
  [[noreturn]] static void fail_out_of_order();

 private:
  friend class TableCursor;
  virtual std::unique_ptr<TablePosition> position(TableNumber table) const = 0;
};

// A position in a table. Not valid after a change to the table, nor after the transaction.
class TableCursor {
 public:
  TableCursor(const TableTransaction& transaction, TableNumber table)
      : position_(transaction.position(table)) {}

  // Each moves the position and says whether there is an entry there. Where there was none, and at
  // the beginning, the position is nowhere: next() and previous() have no meaning.
  bool first() { return position_->first(); }
  bool last() { return position_->last(); }
  bool next() { return position_->next(); }
  bool previous() { return position_->previous(); }
  // To the first key that is not less.
  bool seek(std::string_view key) { return position_->seek(key); }

  std::string_view key() const noexcept { return position_->key(); }
  std::string_view value() const noexcept { return position_->value(); }

 private:
  std::unique_ptr<TablePosition> position_;
};

// Calls `visit(key, value)` for each entry whose key starts with `prefix`, in order, until it
// returns false.
void for_each_with_prefix(const TableTransaction& transaction, TableNumber table,
                          std::string_view prefix,
                          const std::function<bool(std::string_view, std::string_view)>& visit);

struct BackendUsage {
  std::size_t map_bytes = 0;   // of address space
  std::size_t used_bytes = 0;  // of a file, free pages included
};

// Tables, open. May be shared by threads; transactions may not, and a thread must not begin one
// inside another.
class StoreBackend {
 public:
  StoreBackend() = default;
  virtual ~StoreBackend() = default;
  StoreBackend(const StoreBackend&) = delete;
  StoreBackend& operator=(const StoreBackend&) = delete;

  // Runs `body` on what the last commit left; it does not see what is committed meanwhile.
  virtual void read(const std::function<void(const TableTransaction&)>& body) const = 0;
  // Runs `body` while nobody else writes. When it returns, all of its changes are committed at
  // once, and as durable as the backend is; if it throws, none is. It may run more than once,
  // each time on what the last commit left.
  virtual void write(const std::function<void(TableTransaction&)>& body) = 0;

  virtual BackendUsage usage() const = 0;
  // Frees what readers that died still hold; how many there were.
  virtual unsigned clear_dead_readers() const = 0;
};

}  // namespace roar
