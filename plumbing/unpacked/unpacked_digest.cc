#include "plumbing/unpacked/unpacked_digest.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/hex.h"
#include "objects/base/shared_library.h"
#include "objects/blake3.h"
#include "plumbing/checksum_line.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10;

// libarchive, which pulls in half a dozen libraries of its own.
struct Library {
  decltype(&archive_read_new) read_new{};
  decltype(&archive_read_free) read_free{};
  decltype(&archive_read_support_filter_all) support_filter_all{};
  decltype(&archive_read_support_format_empty) support_format_empty{};
  decltype(&archive_read_support_format_raw) support_format_raw{};
  decltype(&archive_read_support_format_tar) support_format_tar{};
  decltype(&archive_read_support_format_zip) support_format_zip{};
  decltype(&archive_read_open_filename) open_filename{};
  decltype(&archive_read_next_header) next_header{};
  decltype(&archive_read_data) read_data{};
  decltype(&archive_format) format{};
  decltype(&archive_filter_count) filter_count{};
  decltype(&archive_entry_filetype) entry_filetype{};
  decltype(&archive_entry_hardlink) entry_hardlink{};
  decltype(&archive_entry_pathname) entry_pathname{};
  decltype(&archive_entry_symlink) entry_symlink{};

  Library() {
    const SharedLibrary library(ROAR_LIBARCHIVE_SONAME);
    library.find(read_new, "archive_read_new");
    library.find(read_free, "archive_read_free");
    library.find(support_filter_all, "archive_read_support_filter_all");
    library.find(support_format_empty, "archive_read_support_format_empty");
    library.find(support_format_raw, "archive_read_support_format_raw");
    library.find(support_format_tar, "archive_read_support_format_tar");
    library.find(support_format_zip, "archive_read_support_format_zip");
    library.find(open_filename, "archive_read_open_filename");
    library.find(next_header, "archive_read_next_header");
    library.find(read_data, "archive_read_data");
    library.find(format, "archive_format");
    library.find(filter_count, "archive_filter_count");
    library.find(entry_filetype, "archive_entry_filetype");
    library.find(entry_hardlink, "archive_entry_hardlink");
    library.find(entry_pathname, "archive_entry_pathname");
    library.find(entry_symlink, "archive_entry_symlink");
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

// Names that a zip file has as UTF-8 are lost where the locale has no such characters. For this
// thread, as long as it lives.
class Utf8Names {
 public:
  Utf8Names() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (locale_ != nullptr) before_ = ::uselocale(locale_);
  }
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t locale_;
  locale_t before_ = nullptr;
};

// Digests in hexadecimal by name, in the order of names. Of several members of one name the last
// counts, as it does for who unpacks them all.
using Members = std::map<std::string, std::string>;

struct Free {
  void operator()(archive* reader) const { library().read_free(reader); }
};
using Reader = std::unique_ptr<archive, Free>;

Reader open(const std::filesystem::path& file) {
  Reader reader(library().read_new());
  if (!reader) return nullptr;
  library().support_filter_all(reader.get());
  library().support_format_tar(reader.get());
  library().support_format_zip(reader.get());
  library().support_format_raw(reader.get());
  library().support_format_empty(reader.get());
  if (library().open_filename(reader.get(), file.c_str(), kBlock) != ARCHIVE_OK) return nullptr;
  return reader;
}

// Of the member that the reader is at.
std::optional<std::string> digest_of_data(archive* reader, const std::atomic<bool>* stop) {
  Blake3 digest;
  std::vector<char> block(kBlock);
  for (;;) {
    if (stop != nullptr && stop->load()) return std::nullopt;
    const la_ssize_t size = library().read_data(reader, block.data(), block.size());
    if (size < 0) return std::nullopt;
    if (size == 0) return to_hex(digest.finish());
    digest.update(std::string_view(block.data(), static_cast<std::size_t>(size)));
  }
}

std::string without_dots(std::string_view name) {
  while (name.starts_with("./")) name.remove_prefix(2);
  return std::string(name);
}

std::string name_of(archive_entry* entry) {
  const char* name = library().entry_pathname(entry);
  return name == nullptr ? std::string() : without_dots(name);
}

bool has_content(archive_entry* entry) {
  return library().entry_hardlink(entry) != nullptr || library().entry_symlink(entry) != nullptr ||
         library().entry_filetype(entry) == AE_IFREG;
}

// Nullopt where the archive cannot be read on.
std::optional<std::string> digest_at(archive* reader, archive_entry* entry, const Members& before,
                                     const std::atomic<bool>* stop) {
  if (const char* other = library().entry_hardlink(entry); other != nullptr) {
    const auto file = before.find(without_dots(other));
    return file == before.end() ? std::nullopt : std::optional(file->second);
  }
  if (const char* target = library().entry_symlink(entry); target != nullptr)
    return to_hex(blake3_of(target));
  return digest_of_data(reader, stop);
}

// Up to and with the slash; empty if there is none.
std::string common_directory(const Members& members) {
  if (members.empty()) return {};
  const std::string& first = members.begin()->first;
  const std::string directory = first.substr(0, first.find('/') + 1);
  const bool common = std::ranges::all_of(
      members, [&](const auto& member) { return member.first.starts_with(directory); });
  return common ? directory : std::string();
}

std::string digest_of_members(const Members& members) {
  Blake3 digest;
  const std::size_t prefix = common_directory(members).size();
  for (const auto& [name, content] : members)
    digest.update(checksum_line(content, name.substr(prefix)) + '\n');
  return to_hex(digest.finish());
}

// A warning is about a name that the locale has no characters for, or a time.
bool is_entry(int status) {
  return status == ARCHIVE_OK || status == ARCHIVE_WARN;
}

}  // namespace

void require_unpacking() {
  library();
}

std::optional<std::string> unpacked_digest(const std::filesystem::path& file,
                                           const std::atomic<bool>* stop) {
  const Utf8Names utf8;
  const Reader reader = open(file);
  if (!reader) return std::nullopt;
  archive_entry* entry = nullptr;
  int status = library().next_header(reader.get(), &entry);
  constexpr int kItself = 1;  // the filter that reads the file
  const bool compressed = library().filter_count(reader.get()) > kItself;
  if (is_entry(status) && library().format(reader.get()) == ARCHIVE_FORMAT_RAW)
    return compressed ? digest_of_data(reader.get(), stop) : std::nullopt;
  Members members;
  for (; is_entry(status); status = library().next_header(reader.get(), &entry)) {
    if (!has_content(entry)) continue;
    auto digest = digest_at(reader.get(), entry, members, stop);
    const std::string name = name_of(entry);
    if (!digest || name.empty()) return std::nullopt;
    members.insert_or_assign(name, std::move(*digest));
  }
  // Nothing, compressed, is not told from a compressed archive of nothing.
  if (status != ARCHIVE_EOF || (members.empty() && !compressed)) return std::nullopt;
  return digest_of_members(members);
}

}  // namespace roar::plumbing
