#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/lmdb.h"
#include "objects/store_impl.h"

// The directories that hold a store's generations. Only for the files that implement the store.

namespace roar {

std::filesystem::path current_file(const std::filesystem::path& directory);

// The name of the directory that holds the store's present generation. Throws Errc::NotFound if
// there is no store, and Errc::Corrupt.
std::string current_generation(const std::filesystem::path& directory);

// Makes a directory's entries durable.
void sync_directory(const std::filesystem::path& directory);

// A generation that is being built, beside the one that is in use.
//
// Made and finished while the write lock of the present one is held, so there is one at a time.
// What an earlier attempt left is removed. Unless finish() is called, the destructor removes the
// new one.
class NextGeneration {
 public:
  explicit NextGeneration(const std::filesystem::path& directory);
  ~NextGeneration();
  NextGeneration(const NextGeneration&) = delete;
  NextGeneration& operator=(const NextGeneration&) = delete;

  LmdbEnv& env() { return *env_; }
  const std::string& name() const noexcept { return name_; }

  // Adds a row, which is kept in memory until flush().
  void put(Table table, std::string_view key, std::string_view value);
  bool is_full() const noexcept;  // so that it is time to flush
  void flush();
  // The same, where they came in order of key and are higher than what is in their tables.
  void flush_in_order();
  std::uint64_t rows() const noexcept { return count_; }  // that were added

  // Makes everything durable, and CURRENT name this generation: at no time does it name an
  // incomplete one. Removes the files of the others; who has them open keeps what they read.
  void finish() { finish(false); }
  // With `keep`, the others are called "damaged-" and their names instead.
  void finish(bool keep);

 private:
  struct Row {
    Table table;
    std::string key;
    std::string value;
  };

  void write(const std::function<void(TableTransaction&, const Row&)>& put_row);
  void remove_others(const std::string& kept, bool keep) const;

  std::filesystem::path directory_;
  std::string name_;
  std::unique_ptr<LmdbEnv> env_;
  std::vector<Row> rows_;
  std::size_t bytes_ = 0;
  std::uint64_t count_ = 0;
};

// Enters every derived table into a generation that has objects, refs and meta data. `unreadable`
// is told of what should be indexed and cannot be read.
void build_indexes(NextGeneration& next,
                   const std::function<void(const std::string&, const Error&)>& unreadable);

// All generations in a directory, complete or not, the newest last.
std::vector<std::string> generations_in(const std::filesystem::path& directory);

}  // namespace roar
