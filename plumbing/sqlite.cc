#include "plumbing/sqlite.h"

#include <sqlite3.h>

#include "objects/base/error.h"
#include "objects/base/shared_library.h"

namespace roar::plumbing {
namespace {

struct Libsqlite {
  Libsqlite() {
    const SharedLibrary library(ROAR_LIBSQLITE_SONAME);
    library.find(open, "sqlite3_open_v2");
    library.find(close, "sqlite3_close");
    library.find(prepare, "sqlite3_prepare_v2");
    library.find(finalize, "sqlite3_finalize");
    library.find(reset, "sqlite3_reset");
    library.find(step, "sqlite3_step");
    library.find(bind_text, "sqlite3_bind_text");
    library.find(bind_int64, "sqlite3_bind_int64");
    library.find(column_type, "sqlite3_column_type");
    library.find(column_text, "sqlite3_column_text");
    library.find(column_bytes, "sqlite3_column_bytes");
    library.find(column_int64, "sqlite3_column_int64");
    library.find(column_double, "sqlite3_column_double");
    library.find(message, "sqlite3_errmsg");
    library.find(extended_code, "sqlite3_extended_errcode");
  }

  decltype(&sqlite3_open_v2) open{};
  decltype(&sqlite3_close) close{};
  decltype(&sqlite3_prepare_v2) prepare{};
  decltype(&sqlite3_finalize) finalize{};
  decltype(&sqlite3_reset) reset{};
  decltype(&sqlite3_step) step{};
  decltype(&sqlite3_bind_text) bind_text{};
  decltype(&sqlite3_bind_int64) bind_int64{};
  decltype(&sqlite3_column_type) column_type{};
  decltype(&sqlite3_column_text) column_text{};
  decltype(&sqlite3_column_bytes) column_bytes{};
  decltype(&sqlite3_column_int64) column_int64{};
  decltype(&sqlite3_column_double) column_double{};
  decltype(&sqlite3_errmsg) message{};
  decltype(&sqlite3_extended_errcode) extended_code{};
};

const Libsqlite& libsqlite() {
  static const Libsqlite library;
  return library;
}

Errc errc_of(int code) noexcept {
  constexpr int kPrimary = 0xff;
  switch (code & kPrimary) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return Errc::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::Conflict;
    default:
      return Errc::Io;
  }
}

}  // namespace

struct SqliteDatabase::Impl {
  const Libsqlite& library = libsqlite();
  std::string name;
  sqlite3* handle = nullptr;

  [[noreturn]] void fail() const {
    throw Error(errc_of(library.extended_code(handle)),
                "cannot read the database '" + name + "': " + library.message(handle));
  }
};

struct SqliteStatement::Impl {
  SqliteDatabase::Impl* database = nullptr;
  sqlite3_stmt* handle = nullptr;

  const Libsqlite& library() const noexcept { return database->library; }
};

SqliteDatabase::SqliteDatabase(const std::filesystem::path& file)
    : impl_(std::make_unique<Impl>()) {
  impl_->name = file.filename().string();
  const int code = impl_->library.open(file.c_str(), &impl_->handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code == SQLITE_OK) return;
  const std::string message = impl_->library.message(impl_->handle);
  impl_->library.close(impl_->handle);
  throw Error(errc_of(code), "cannot open the database '" + impl_->name + "': " + message);
}

SqliteDatabase::~SqliteDatabase() {
  impl_->library.close(impl_->handle);
}

std::set<std::string> SqliteDatabase::columns(const std::string& table) {
  SqliteStatement statement(*this, "SELECT name FROM pragma_table_info(?)");
  std::set<std::string> names;
  for (statement.start(table); statement.next();) names.insert(statement.text(0).value_or(""));
  return names;
}

void SqliteDatabase::check() {
  SqliteStatement statement(*this, "PRAGMA quick_check(1)");
  statement.start();
  const std::string answer = statement.next() ? statement.text(0).value_or("") : "no answer";
  if (answer != "ok") {
    throw Error(Errc::Corrupt, "the database '" + impl_->name + "' is damaged: " + answer);
  }
}

SqliteStatement::SqliteStatement(SqliteDatabase& database, const std::string& sql)
    : impl_(std::make_unique<Impl>()) {
  impl_->database = database.impl_.get();
  if (impl_->library().prepare(impl_->database->handle, sql.c_str(), -1, &impl_->handle, nullptr) !=
      SQLITE_OK) {
    impl_->database->fail();
  }
}

SqliteStatement::~SqliteStatement() {
  impl_->library().finalize(impl_->handle);
}

SqliteStatement& SqliteStatement::reset() {
  impl_->library().reset(impl_->handle);
  return *this;
}

SqliteStatement& SqliteStatement::start(std::int64_t value) {
  reset();
  if (impl_->library().bind_int64(impl_->handle, 1, value) != SQLITE_OK) impl_->database->fail();
  return *this;
}

SqliteStatement& SqliteStatement::start(std::string_view value) {
  reset();
  // Without a destructor SQLite keeps the pointer, and makes no copy.
  if (impl_->library().bind_text(impl_->handle, 1, value.data(), static_cast<int>(value.size()),
                                 nullptr) != SQLITE_OK) {
    impl_->database->fail();
  }
  return *this;
}

bool SqliteStatement::next() {
  const int code = impl_->library().step(impl_->handle);
  if (code != SQLITE_ROW && code != SQLITE_DONE) impl_->database->fail();
  return code == SQLITE_ROW;
}

std::optional<std::string> SqliteStatement::text(int column) const {
  if (impl_->library().column_type(impl_->handle, column) == SQLITE_NULL) return std::nullopt;
  const auto* bytes = impl_->library().column_text(impl_->handle, column);
  const int size = impl_->library().column_bytes(impl_->handle, column);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::optional<std::int64_t> SqliteStatement::number(int column) const {
  if (impl_->library().column_type(impl_->handle, column) == SQLITE_NULL) return std::nullopt;
  return impl_->library().column_int64(impl_->handle, column);
}

std::optional<double> SqliteStatement::real(int column) const {
  if (impl_->library().column_type(impl_->handle, column) == SQLITE_NULL) return std::nullopt;
  return impl_->library().column_double(impl_->handle, column);
}

}  // namespace roar::plumbing
