#include "objects/salvage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/delta.h"
#include "objects/key.h"
#include "objects/store_impl.h"
#include "objects/stored_value.h"
#include "objects/validate.h"

namespace roar {
namespace {

// A page of LMDB 0.9 on a 64-bit machine: number (8), 2 bytes, flags (2), end of the list of nodes
// (2), begin of the nodes (2), and the list of their offsets (2 each). A node: size of its data
// (4), flags (2), size of its key (2), key, data.
constexpr std::size_t kPage = 4096;
constexpr std::size_t kHeader = 16;
constexpr std::size_t kFlagsOffset = 10;
constexpr std::size_t kLowerOffset = 12;
constexpr std::size_t kNodeHeader = 8;
constexpr std::uint16_t kLeafPage = 2;
constexpr std::uint16_t kBigNode = 1;  // its data is the number of a run of pages

template <typename Number>
Number at(std::string_view bytes, std::size_t offset) noexcept {
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

class PageFile {
 public:
  explicit PageFile(const std::filesystem::path& file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!fd_) throw_errno(errno, "open", file.string());
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) throw_errno(errno, "look at", file.string());
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  std::uint64_t size() const noexcept { return size_; }

  // Fewer bytes than were asked for where the file ends or cannot be read.
  std::string read(std::uint64_t offset, std::size_t size) const {
    if (offset >= size_) return {};
    std::string bytes(std::min<std::uint64_t>(size, size_ - offset), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t n = ::pread(fd_.get(), bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      done += static_cast<std::size_t>(n);
    }
    bytes.resize(done);
    return bytes;
  }

 private:
  Fd fd_;
  std::uint64_t size_ = 0;
};

using Visit = std::function<void(std::string_view, std::string_view)>;

void visit_node(const PageFile& file, std::string_view page, std::size_t offset,
                const Visit& visit) {
  if (offset < kHeader || offset + kNodeHeader > page.size()) return;
  const std::size_t size = at<std::uint32_t>(page, offset);
  const auto flags = at<std::uint16_t>(page, offset + 4);
  const std::size_t key_size = at<std::uint16_t>(page, offset + 6);
  const std::size_t data = offset + kNodeHeader + key_size;
  if (data > page.size()) return;
  const std::string_view key = page.substr(offset + kNodeHeader, key_size);
  if ((flags & kBigNode) == 0) {
    if (size <= page.size() - data) visit(key, page.substr(data, size));
    return;
  }
  constexpr std::uint64_t kPagesMost = std::uint64_t{1} << 40U;
  if (data + sizeof(std::uint64_t) > page.size() || size > kObjectSizeMax + kPage) return;
  const auto number = at<std::uint64_t>(page, data);
  if (number > kPagesMost) return;
  const std::string value = file.read(number * kPage + kHeader, size);
  if (value.size() == size) visit(key, value);
}

// Of a ref, or of an entry of its log.
bool is_ref_key(std::string_view key) {
  return key.substr(0, key.find('\0')) == "HEAD" || key.starts_with("refs/");
}

// Takes one entry for what it looks like. The tables have keys that cannot be mistaken, and what is
// taken for an object must have the id that it is known by.
class Finder {
 public:
  explicit Finder(Salvage& salvage) : salvage_(&salvage) {}

  void take_names(std::string_view key, std::string_view value) {
    if (key.size() == ObjectId::kSize && value.size() > kNumberSize + 1 &&
        value.size() <= kNumberSize + 1 + 4) {
      salvage_->ids.insert(ObjectId::from_bytes(key));
      return;
    }
    if (key.starts_with("time/") || key == "uuid") salvage_->meta[std::string(key)] = value;
    if (!is_ref_key(key)) return;
    const std::size_t end = key.find('\0');
    if (end == std::string_view::npos) {
      take_ref(key, value);
    } else if (key.size() == end + 1 + kNumberSize && value.size() >= kLogMin) {
      const std::uint64_t number = number_at(key, end + 1, kNumberSize);
      salvage_->reflog[{std::string(key.substr(0, end)), number}] = value;
    }
  }

  // Deltas after all others: they need their bases.
  void take_object(std::string_view key, std::string_view value, bool deltas) {
    if (key.size() != kNumberSize || value.size() < 4) return;
    if (base_in(value).has_value() != deltas) return;
    std::optional<RawObject> object = decode(value);
    if (!object) return;
    const std::uint64_t sequence = number_at(key, 0, kNumberSize);
    if (salvage_->ids.contains(object_id_of(object->type, object->payload))) {
      salvage_->objects.insert_or_assign(sequence, *std::move(object));
    } else if (object->type == ObjectType::Blob) {
      salvage_->unconfirmed.push_back(*std::move(object));
    } else if (is_in_good_form(*object)) {
      salvage_->objects.try_emplace(sequence, *std::move(object));
    }
  }

 private:
  static constexpr std::size_t kLogMin = 2 * ObjectId::kSize + kNumberSize + 4;

  void take_ref(std::string_view key, std::string_view value) {
    if (value.size() < 1 + kNumberSize + 1 || value.front() > 1) return;
    if (value.front() == 0 && value.size() != 1 + kNumberSize + ObjectId::kSize) return;
    const std::uint64_t updates = number_at(value, 1, kNumberSize);
    Salvage::FoundRef& ref = salvage_->refs[std::string(key)];
    if (updates >= ref.updates) ref = {updates, std::string(value)};
  }

  std::optional<RawObject> decode(std::string_view value) {
    try {
      const StoredValue stored = parse_value(value, "in a page");
      if (stored.codec != Codec::Delta)
        return RawObject{stored.type, payload_of(stored, compression_, "in a page")};
      const auto base = salvage_->objects.find(stored.base);
      if (base == salvage_->objects.end()) return std::nullopt;
      return RawObject{stored.type,
                       payload_of_delta(stored, base->second.payload, compression_, "in a page")};
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  static bool is_in_good_form(const RawObject& object) {
    try {
      check_payload(object.type, object.payload);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  Salvage* salvage_;
  Compression compression_;
};

}  // namespace

void for_each_leaf_entry(
    const std::filesystem::path& path,
    const std::function<void(std::string_view key, std::string_view value)>& visit) {
  const PageFile file(path);
  for (std::uint64_t offset = 0; offset < file.size(); offset += kPage) {
    const std::string page = file.read(offset, kPage);
    if (page.size() != kPage || (at<std::uint16_t>(page, kFlagsOffset) & kLeafPage) == 0) continue;
    const std::size_t lower = at<std::uint16_t>(page, kLowerOffset);
    if (lower < kHeader || lower > kPage) continue;
    for (std::size_t slot = kHeader; slot + 2 <= lower; slot += 2)
      visit_node(file, page, at<std::uint16_t>(page, slot), visit);
  }
}

Salvage salvage_file(const std::filesystem::path& file) {
  Salvage salvage;
  Finder finder(salvage);
  for_each_leaf_entry(
      file, [&](std::string_view key, std::string_view value) { finder.take_names(key, value); });
  for (const bool deltas : {false, true})
    for_each_leaf_entry(file, [&](std::string_view key, std::string_view value) {
      finder.take_object(key, value, deltas);
    });
  return salvage;
}

}  // namespace roar
