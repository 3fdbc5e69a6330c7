#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

// The only header that knows SQLite. The library is loaded when the first database is opened: no
// other command needs it.

namespace roar::plumbing {

class SqliteStatement;

// An open database. Throws Errc::Corrupt for a file that is no database or is damaged,
// Errc::Conflict for a locked one, Errc::Unsupported if SQLite is not installed, else Errc::Io. Not
// for use by several threads at once.
class SqliteDatabase {
 public:
  // The file may be changed by opening it (what a crash left is put right), so this is for a copy.
  explicit SqliteDatabase(const std::filesystem::path& file);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  // Empty if there is no such table.
  std::set<std::string> columns(const std::string& table);
  // Throws Errc::Corrupt if the database is damaged anywhere.
  void check();

  struct Impl;

 private:
  friend class SqliteStatement;
  std::unique_ptr<Impl> impl_;
};

// A prepared statement. The database must outlive it.
class SqliteStatement {
 public:
  SqliteStatement(SqliteDatabase& database, const std::string& sql);
  ~SqliteStatement();
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  // Starts it anew with this value for its parameter. A text must live until it is started again,
  // or goes.
  SqliteStatement& start() { return reset(); }
  SqliteStatement& start(std::int64_t value);
  SqliteStatement& start(std::string_view value);
  // To the next row; false if there is none.
  bool next();

  // Values of the row, by column from 0. Nullopt for NULL.
  std::optional<std::string> text(int column) const;
  std::optional<std::int64_t> number(int column) const;
  std::optional<double> real(int column) const;

 private:
  struct Impl;
  SqliteStatement& reset();
  std::unique_ptr<Impl> impl_;
};

}  // namespace roar::plumbing
