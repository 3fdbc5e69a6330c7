#include "objects/generation.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <tuple>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"

namespace roar {
namespace {

constexpr std::string_view kPrefix = "gen-";
constexpr std::size_t kRowsMost = 20'000;
constexpr std::size_t kBytesMost = std::size_t{16} << 20;

bool is_generation(std::string_view name) noexcept {
  return name.starts_with(kPrefix) && name.size() > kPrefix.size() &&
         std::ranges::all_of(name.substr(kPrefix.size()),
                             [](char c) { return c >= '0' && c <= '9'; });
}

std::string name_of_number(std::uint64_t number) {
  constexpr std::size_t kDigits = 6;
  std::string digits = std::to_string(number);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return std::string(kPrefix) + digits;
}

std::uint64_t number_of_name(std::string_view name) noexcept {
  std::uint64_t number = 0;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), number);
  return number;
}

}  // namespace

std::vector<std::string> generations_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entries(directory, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
    if (const std::string name = entries->path().filename().string(); is_generation(name))
      names.push_back(name);
  if (error) throw_errno(error.value(), "read directory", directory.string());
  std::ranges::sort(names, {}, number_of_name);
  return names;
}

std::filesystem::path current_file(const std::filesystem::path& directory) {
  return directory / "CURRENT";
}

std::string current_generation(const std::filesystem::path& directory) {
  const std::optional<std::string> text = read_file(current_file(directory));
  if (!text) throw Error(Errc::NotFound, "no store at '" + directory.string() + "'");
  const std::string_view name = std::string_view(*text).substr(0, text->find('\n'));
  if (!is_generation(name) || text->size() != name.size() + 1)
    throw Error(Errc::Corrupt, "'" + current_file(directory).string() + "' names no generation");
  return std::string(name);
}

void sync_directory(const std::filesystem::path& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) throw_errno(errno, "sync", directory.string());
}

NextGeneration::NextGeneration(const std::filesystem::path& directory) : directory_(directory) {
  const std::string current =
      file_exists(current_file(directory)) ? current_generation(directory) : std::string();
  std::uint64_t last = 0;
  for (const std::string& name : generations_in(directory))
    last = std::max(last, number_of_name(name));
  // A leftover is removed before another is made beside it: the disk may be small.
  if (!current.empty()) remove_others(current, false);
  name_ = name_of_number(last + 1);
  make_directories(directory_ / name_);
  env_ = std::make_unique<LmdbEnv>(directory_ / name_, LmdbOptions{.create = true, .sync = false},
                                   kTableNames);
}

NextGeneration::~NextGeneration() {
  if (!env_) return;
  env_.reset();
  std::error_code error;  // what stays is removed by the next attempt
  std::filesystem::remove_all(directory_ / name_, error);
}

void NextGeneration::put(Table table, std::string_view key, std::string_view value) {
  rows_.push_back({table, std::string(key), std::string(value)});
  bytes_ += key.size() + value.size();
  ++count_;
}

bool NextGeneration::is_full() const noexcept {
  return rows_.size() >= kRowsMost || bytes_ >= kBytesMost;
}

void NextGeneration::flush_in_order() {
  write([&](TableTransaction& txn, const Row& row) {
    txn.append(number_of(row.table), row.key, row.value, {});
  });
}

void NextGeneration::flush() {
  // What stands side by side shares pages.
  std::ranges::sort(rows_, [](const Row& a, const Row& b) {
    return std::tie(a.table, a.key) < std::tie(b.table, b.key);
  });
  write([&](TableTransaction& txn, const Row& row) {
    txn.put(number_of(row.table), row.key, row.value);
  });
}

void NextGeneration::write(const std::function<void(TableTransaction&, const Row&)>& put_row) {
  if (rows_.empty()) return;
  env_->write([&](TableTransaction& txn) {
    for (const Row& row : rows_) put_row(txn, row);
  });
  rows_.clear();
  bytes_ = 0;
}

void NextGeneration::finish(bool keep) {
  flush();
  env_->sync();
  sync_directory(directory_ / name_);
  sync_directory(directory_);
  // From here on the destructor removes nothing: where commit() fails to sync, CURRENT may name
  // this generation already. Both are complete then, and whichever it names is the store.
  env_.reset();
  constexpr mode_t kMode = 0644;
  AtomicFile current(current_file(directory_), kMode);
  current.write(name_ + "\n");
  current.commit();
  remove_others(name_, keep);
}

void NextGeneration::remove_others(const std::string& kept, bool keep) const {
  std::error_code error;
  for (const std::string& name : generations_in(directory_)) {
    if (name == kept) continue;
    if (keep)
      std::filesystem::rename(directory_ / name, directory_ / ("damaged-" + name), error);
    else
      std::filesystem::remove_all(directory_ / name, error);
  }
  // Whoever was killed before CURRENT had its new name left a file: AtomicFile.
  std::vector<std::filesystem::path> leftovers;
  std::filesystem::directory_iterator entries(directory_, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
    if (entries->path().filename().string().starts_with("tmp-"))
      leftovers.push_back(entries->path());
  for (const std::filesystem::path& file : leftovers) std::filesystem::remove(file, error);
}

}  // namespace roar
