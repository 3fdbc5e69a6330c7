// lmdb_put KEY: stores a value in the environment "env".

#include <lmdb.h>
#include <string.h>

int main(int argc, char** argv) {
  MDB_env* environment;
  MDB_txn* transaction;
  MDB_dbi database;
  MDB_val value = {5, "value"};
  if (argc != 2) return 1;
  MDB_val key = {strlen(argv[1]), argv[1]};
  if (mdb_env_create(&environment) || mdb_env_open(environment, "env", MDB_NOSYNC, 0644) ||
      mdb_txn_begin(environment, NULL, 0, &transaction) ||
      mdb_dbi_open(transaction, NULL, 0, &database) ||
      mdb_put(transaction, database, &key, &value, 0) || mdb_txn_commit(transaction))
    return 1;
  mdb_env_close(environment);
  return 0;
}
