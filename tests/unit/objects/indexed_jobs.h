#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "objects/history.h"
#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {

// Everything that the derived tables say.
using Tables = std::map<std::string, std::map<std::string, std::string>>;

inline Tables derived_tables(const Store& store) {
  Tables tables;
  store.read([&](const ReadTransaction& transaction) {
    const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
    for (std::size_t i = static_cast<std::size_t>(Table::Job); i < kTableNames.size(); ++i) {
      if (static_cast<Table>(i) == Table::DigestsOf) continue;  // it covers what is stored
      TableCursor cursor(*impl.txn, impl.table(static_cast<Table>(i)));
      for (bool more = cursor.first(); more; more = cursor.next())
        tables[std::string(kTableNames[i])][std::string(cursor.key())] = cursor.value();
    }
  });
  return tables;
}

struct File {
  EdgeRole role;
  std::string path;
  std::string content;
};

inline NewJob job_of(std::vector<std::string> argv, std::string name,
                     const std::vector<File>& files) {
  NewJob next;
  next.job.uid = random_hex(16);
  next.job.name = std::move(name);
  next.job.argv = std::move(argv);
  next.job.started = {100, 1};
  next.job.ended = {200, 2};
  next.job.tracing.backend = "preload";
  for (const File& file : files) {
    const Artifact artifact{to_hex(blake3_of(file.content)), file.content.size()};
    Edge edge;
    edge.path = file.path;
    edge.role = file.role;
    edge.evidence = 1;
    edge.artifact = object_id_of(artifact);
    edge.size = artifact.size;
    next.edges.push_back(edge);
    if (std::ranges::find(next.artifacts, artifact) == next.artifacts.end())
      next.artifacts.push_back(artifact);
    const DigestRecord md5{object_id_of(artifact), "md5", artifact.blake3.substr(0, 32),
                           DigestOrigin::Computed};
    if (std::ranges::find(next.digests, md5) == next.digests.end()) next.digests.push_back(md5);
  }
  return next;
}

}  // namespace roar
