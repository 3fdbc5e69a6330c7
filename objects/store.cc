#include "objects/store.h"

#include <charconv>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/random.h"
#include "objects/generation.h"
#include "objects/generation_backend.h"
#include "objects/memory_backend.h"
#include "objects/store_impl.h"

namespace roar {
namespace {

constexpr std::string_view kFirstGeneration = "gen-000001";

int meta_number(const ReadTransaction::Impl& transaction, std::string_view name) {
  const std::optional<std::string_view> text = transaction.get(Table::Meta, name);
  int number = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc() ||
      number < 1)
    throw Error(Errc::Corrupt, "store is damaged: its '" + std::string(name) + "' is not a number");
  return number;
}

}  // namespace

void write_meta(TableTransaction& transaction) {
  constexpr TableNumber kMeta = number_of(Table::Meta);
  if (transaction.get(kMeta, "format")) return;  // another process was faster
  for (const std::string_view name : {"format", "min_reader", "min_writer"})
    transaction.put(kMeta, name, std::to_string(kStoreFormat));
  transaction.put(kMeta, "hash", "blake3");
  transaction.put(kMeta, "uuid", random_hex(16));
}

void check_format(const ReadTransaction::Impl& transaction, Store::Mode mode) {
  const std::string advice = "; update roar to use it";
  if (meta_number(transaction, "min_reader") > kStoreFormat)
    throw Error(Errc::Unsupported, "store was written by a newer version of roar" + advice);
  if (const auto extensions = transaction.get(Table::Meta, "extensions");
      extensions && !extensions->empty())
    throw Error(Errc::Unsupported,
                "store uses an unknown extension '" + std::string(*extensions) + "'" + advice);
  if (mode == Store::Mode::ReadWrite && meta_number(transaction, "min_writer") > kStoreFormat)
    throw Error(Errc::Unsupported,
                "store was written by a newer version of roar and can only be read" + advice);
}

void Store::create(const std::filesystem::path& directory) {
  if (file_exists(current_file(directory)))
    throw Error(Errc::Conflict, "there is a store at '" + directory.string() + "' already");
  const std::filesystem::path generation = directory / kFirstGeneration;
  make_directories(generation);
  LmdbEnv(generation, {.create = true}, kTableNames).write(write_meta);
  sync_directory(generation);
  sync_directory(directory);
  // Last, so that a store exists completely or not at all.
  constexpr mode_t kMode = 0644;
  AtomicFile current(current_file(directory), kMode);
  current.write(std::string(kFirstGeneration) + "\n");
  current.commit();
}

Store::Store(const std::filesystem::path& directory, Mode mode, const Options& options)
    : backend_(std::make_unique<GenerationBackend>(directory, mode, options)) {}

Store::Store(std::unique_ptr<StoreBackend> backend) : backend_(std::move(backend)) {
  backend_->write([](TableTransaction& tables) {
    write_meta(tables);
    check_format(ReadTransaction::Impl(tables), Mode::ReadWrite);
  });
}

Store Store::in_memory() {
  return Store(std::make_unique<MemoryBackend>(kTableNames.size()));
}

Store::~Store() = default;

void Store::read(const std::function<void(const ReadTransaction&)>& body) const {
  backend_->read([&](const TableTransaction& tables) {
    ReadTransaction::Impl impl(tables);
    body(ReadTransaction(impl));
  });
}

void Store::write(const std::function<void(WriteTransaction&)>& body) {
  backend_->write([&](TableTransaction& tables) {
    ReadTransaction::Impl impl(tables);
    WriteTransaction transaction(impl);
    body(transaction);
    impl.finish();
  });
}

StoreUsage Store::usage() const {
  const BackendUsage usage = backend_->usage();
  return {.map_bytes = usage.map_bytes, .file_bytes = usage.used_bytes};
}

unsigned Store::clear_dead_readers() const {
  return backend_->clear_dead_readers();
}

}  // namespace roar
