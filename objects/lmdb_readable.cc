#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <functional>
#include <string>

#include "objects/base/error.h"
#include "objects/lmdb.h"
#include "objects/lmdb_transaction.h"

namespace roar {
namespace {

// Touches every byte of every entry of a table.
int read_table(MDB_txn* txn, MDB_dbi table, const std::function<int(std::string_view)>& visit_key) {
  MDB_cursor* cursor = nullptr;
  if (const int code = mdb_cursor_open(txn, table, &cursor); code != MDB_SUCCESS) return code;
  MDB_val k{};
  MDB_val v{};
  int code = mdb_cursor_get(cursor, &k, &v, MDB_FIRST);
  volatile char sink = 0;
  while (code == MDB_SUCCESS) {
    for (const char c : to_view(v)) sink = c;
    if (const int failure = visit_key(to_view(k)); failure != MDB_SUCCESS) return failure;
    code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
  }
  mdb_cursor_close(cursor);
  static_cast<void>(sink);
  return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
}

int read_everything(const std::filesystem::path& directory) {
  constexpr unsigned kTablesMax = 64;
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  if (mdb_env_create(&env) != MDB_SUCCESS) return EXIT_FAILURE;
  mdb_env_set_maxdbs(env, kTablesMax);
  if (mdb_env_open(env, directory.c_str(), MDB_RDONLY | MDB_NOLOCK, 0) != MDB_SUCCESS ||
      mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn) != MDB_SUCCESS)
    return EXIT_FAILURE;
  MDB_dbi main = 0;
  if (mdb_dbi_open(txn, nullptr, 0, &main) != MDB_SUCCESS) return EXIT_FAILURE;
  const auto nothing = [](std::string_view) { return MDB_SUCCESS; };
  constexpr MDB_dbi kFreeList = 0;
  if (read_table(txn, kFreeList, nothing) != MDB_SUCCESS) return EXIT_FAILURE;
  const int code = read_table(txn, main, [&](std::string_view name) {
    MDB_dbi table = 0;
    const int opened = mdb_dbi_open(txn, std::string(name).c_str(), 0, &table);
    return opened == MDB_SUCCESS ? read_table(txn, table, nothing) : opened;
  });
  return code == MDB_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

bool lmdb_is_readable(const std::filesystem::path& directory) {
  const pid_t child = ::fork();
  if (child < 0) throw_errno(errno, "start a process to check", directory.string());
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGBUS, SIGABRT}) ::signal(number, SIG_DFL);
    ::_exit(read_everything(directory));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

}  // namespace roar
