#include "plumbing/composite/create_composite.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/cache.h"
#include "objects/store.h"
#include "objects/version_writer.h"
#include "plumbing/composite/earlier_composites.h"
#include "plumbing/composite/read_directory.h"
#include "plumbing/dataset/job_datasets.h"
#include "plumbing/refs/hooked_write.h"

namespace roar::plumbing {

CreatedComposite create_composite(const Workspace& workspace, std::string_view directory,
                                  const CreateOptions& options,
                                  const std::function<void(const Amount&)>& progress) {
  const std::filesystem::path path = workspace.directory / directory;
  std::error_code error;
  if (!std::filesystem::is_directory(path, error))
    throw Error(Errc::NotFound, "'" + std::string(directory) + "' is no directory");
  std::vector<Component> files;
  {
    Cache cache(workspace.cache_directory());
    files = hash_directory(path, list_directory(path), options.algorithm, cache, progress);
  }
  if (!options.store) {
    const MadeComposite made =
        make_composite(std::move(files), options.membership,
                       [](ObjectType type, std::string_view payload, std::string_view) {
                         return object_id_of(type, payload);
                       });
    return {.id = made.id, .composite = made.composite};
  }
  const Timestamp now = Timestamp::now();
  const std::string stored =
      stored_path(workspace, std::filesystem::canonical(path, error).string());
  MadeComposite made;
  Cache cache(workspace.cache_directory());
  EarlierComposites earlier(cache, stored);
  Store store(workspace.store_directory(), Store::Mode::ReadWrite);
  write_with_hook(store, UserHooks(workspace), [&](WriteTransaction& transaction) {
    // The body may run again, so what it is made from must stay.
    VersionWriter writer(transaction);
    made = make_composite(files, options.membership,
                          [&](ObjectType type, std::string_view payload, std::string_view within) {
                            return writer.put(type, payload, earlier.at(within));
                          });
    for (const NestedComposite& nested : made.nested)
      keep_composite(transaction, nested.id, now, "composite");
    keep_composite(transaction, made.id, now, "composite");
    label_created_composite(transaction, workspace, made.id, stored, now);
  });
  earlier.remember(made);
  return {.id = made.id, .composite = made.composite};
}

}  // namespace roar::plumbing
