#include "objects/bundle.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/pack.h"
#include "objects/ref_name.h"

namespace roar {
namespace {

constexpr std::string_view kSignature = "# roar bundle v1";
constexpr std::string_view kAnyVersion = "# roar bundle v";
constexpr std::size_t kIdDigits = 2 * ObjectId::kSize;
constexpr std::size_t kLineMax = 1024;
constexpr std::size_t kHeaderMax = std::size_t{64} << 20;
constexpr std::size_t kReadSize = 4096;

[[noreturn]] void fail(const std::string& problem) {
  throw Error(Errc::Corrupt, "bundle is damaged: " + problem);
}

struct Foreign {
  std::size_t offset;
  std::string_view bytes;
  const char* what;
};
constexpr std::array kForeign{
    Foreign{16, "\xde\xc0\xef\xbe",
            "a file of an LMDB store (data.mdb), which is never opened if it "
            "comes from elsewhere; make a bundle there: roar bundle create"},
    Foreign{0, "SQLite format 3", "an SQLite database"},
    Foreign{0, "# v2 git bundle", "a bundle of git"},
    Foreign{0, "# v3 git bundle", "a bundle of git"},
    Foreign{0, kPackMagic, "a pack without refs; see roar unpack-objects"},
};

// The bytes are the first ones, which do not begin as a bundle does.
[[noreturn]] void fail_foreign(std::string_view bytes) {
  if (bytes.empty()) throw Error(Errc::Corrupt, "this is no bundle: it is empty");
  for (const Foreign& foreign : kForeign) {
    const bool is_it =
        bytes.size() >= foreign.offset && bytes.substr(foreign.offset).starts_with(foreign.bytes);
    if (is_it) throw Error(Errc::Corrupt, std::string("this is no bundle: it is ") + foreign.what);
  }
  throw Error(Errc::Corrupt, "this is no bundle");
}

std::string digest_line(std::string_view lines) {
  return "=" + to_hex(blake3_of(lines));
}

ObjectId id_in(std::string_view digits) {
  const std::optional<ObjectId> id = ObjectId::from_hex(digits);
  if (!id) fail("a line has no id");
  return *id;
}

void take_line(std::string_view text, BundleHeader& header) {
  if (text.starts_with('-')) {
    const ObjectId id = id_in(text.substr(1));
    const bool in_order = header.prerequisites.empty() || header.prerequisites.back() < id;
    if (!in_order || !header.heads.empty()) fail("its lines are out of order");
    header.prerequisites.push_back(id);
    return;
  }
  const ObjectId id = id_in(text.substr(0, kIdDigits));
  const std::string_view name = text.substr(kIdDigits);
  if (!name.starts_with(' ') || !is_ref_name(name.substr(1))) fail("a line names no ref");
  if (!header.heads.empty() && header.heads.back().ref >= name.substr(1))
    fail("its lines are out of order");
  header.heads.push_back({std::string(name.substr(1)), id});
}

}  // namespace

std::string encode(const BundleHeader& header) {
  std::string lines(kSignature);
  lines += '\n';
  for (const ObjectId& id : header.prerequisites) lines += "-" + id.hex() + "\n";
  for (const BundleHead& head : header.heads) lines += head.target.hex() + " " + head.ref + "\n";
  return lines + digest_line(lines) + "\n\n";
}

BundleReader::BundleReader(ByteSource source) : source_(std::move(source)) {
  // As many as tell what it is, if it is something else.
  while (read_.size() < kReadSize) {
    std::string more(kReadSize, '\0');
    more.resize(source_(more.data(), more.size()));
    if (more.empty()) break;
    read_ += more;
  }
  if (!read_.starts_with(kAnyVersion)) fail_foreign(read_);
  std::string lines = line();
  if (lines != kSignature)
    throw Error(Errc::Unsupported, "bundle is of an unknown version; update roar");
  lines += '\n';
  for (;;) {
    const std::string text = line();
    if (text.starts_with('=')) {
      if (text != digest_line(lines)) fail("its first lines do not have their digest");
      break;
    }
    take_line(text, header_);
    lines += text + "\n";
  }
  if (!line().empty()) fail("its first lines have no end");
}

// Without its end.
std::string BundleReader::line() {
  for (;;) {
    const std::size_t end = read_.find('\n', used_);
    if (end != std::string::npos && end - used_ <= kLineMax) {
      std::string text = read_.substr(used_, end - used_);
      used_ = end + 1;
      size_ += text.size() + 1;
      if (size_ > kHeaderMax)
        throw Error(Errc::Unsupported, "bundle has too many refs and prerequisites");
      return text;
    }
    if (read_.size() - used_ > kLineMax) fail("a line is too long");
    read_.erase(0, used_);
    used_ = 0;
    const std::size_t before = read_.size();
    read_.resize(before + kReadSize);
    const std::size_t n = source_(read_.data() + before, kReadSize);
    read_.resize(before + n);
    if (n == 0) fail("it is cut off");
  }
}

ByteSource BundleReader::pack() {
  return [this](char* to, std::size_t size) {
    if (used_ == read_.size()) return source_(to, size);
    const std::size_t n = read_.copy(to, size, used_);
    used_ += n;
    return n;
  };
}

}  // namespace roar
