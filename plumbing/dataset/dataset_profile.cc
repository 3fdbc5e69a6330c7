#include "plumbing/dataset/dataset_profile.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "plumbing/dataset/path_hints.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kTabular = "tabular";
constexpr std::string_view kImage = "image";
constexpr std::string_view kText = "text";
constexpr std::string_view kAudio = "audio";
constexpr std::string_view kVideo = "video";
constexpr std::string_view kArray = "array";
constexpr std::string_view kPointCloud = "point-cloud";

struct Row {
  std::string_view extension;
  std::string_view format;
  std::string_view modality;
  bool is_payload;
};

constexpr std::array kFormats{Row{"arrow", "arrow", kTabular, true},
                              Row{"avi", "avi", kVideo, true},
                              Row{"avro", "avro", kTabular, true},
                              Row{"bag", "bag", "", true},
                              Row{"bmp", "bmp", kImage, true},
                              Row{"csv", "csv", kTabular, true},
                              Row{"feather", "feather", kTabular, true},
                              Row{"flac", "flac", kAudio, true},
                              Row{"gif", "gif", kImage, true},
                              Row{"h5", "hdf5", kArray, true},
                              Row{"hdf5", "hdf5", kArray, true},
                              Row{"html", "html", kText, false},
                              Row{"jpeg", "jpeg", kImage, true},
                              Row{"jpg", "jpeg", kImage, true},
                              Row{"json", "json", kText, false},
                              Row{"jsonl", "jsonl", kTabular, true},
                              Row{"lance", "lance", kTabular, true},
                              Row{"las", "las", kPointCloud, true},
                              Row{"laz", "laz", kPointCloud, true},
                              Row{"m4a", "m4a", kAudio, true},
                              Row{"mat", "mat", kArray, true},
                              Row{"mcap", "mcap", "", true},
                              Row{"md", "md", kText, false},
                              Row{"mkv", "mkv", kVideo, true},
                              Row{"mov", "mov", kVideo, true},
                              Row{"mp3", "mp3", kAudio, true},
                              Row{"mp4", "mp4", kVideo, true},
                              Row{"nc", "netcdf", kArray, true},
                              Row{"ndjson", "jsonl", kTabular, true},
                              Row{"npy", "npy", kArray, true},
                              Row{"npz", "npz", kArray, true},
                              Row{"ogg", "ogg", kAudio, true},
                              Row{"opus", "opus", kAudio, true},
                              Row{"orc", "orc", kTabular, true},
                              Row{"parquet", "parquet", kTabular, true},
                              Row{"pcd", "pcd", kPointCloud, true},
                              Row{"ply", "ply", kPointCloud, true},
                              Row{"png", "png", kImage, true},
                              Row{"ppm", "ppm", kImage, true},
                              Row{"tar", "tar", "", true},
                              Row{"tfrecord", "tfrecord", kTabular, true},
                              Row{"tfrecords", "tfrecord", kTabular, true},
                              Row{"tif", "tiff", kImage, true},
                              Row{"tiff", "tiff", kImage, true},
                              Row{"tsv", "tsv", kTabular, true},
                              Row{"txt", "txt", kText, false},
                              Row{"wav", "wav", kAudio, true},
                              Row{"webm", "webm", kVideo, true},
                              Row{"webp", "webp", kImage, true},
                              Row{"xml", "xml", kText, false}};
static_assert(std::ranges::is_sorted(kFormats, {}, &Row::extension));

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Without "-00001-of-00004".
std::string_view without_count(std::string_view name) {
  constexpr std::string_view kOf = "-of-";
  const std::size_t of = name.rfind(kOf);
  if (of == std::string_view::npos || !is_number(name.substr(of + kOf.size()))) return name;
  const std::string_view before = name.substr(0, of);
  const std::size_t dash = before.rfind('-');
  if (dash == std::string_view::npos || !is_number(before.substr(dash + 1))) return name;
  return before.substr(0, dash);
}

// Empty if there is none.
std::string_view extension_of(std::string_view name) {
  const std::size_t point = name.rfind('.');
  return point == std::string_view::npos || point == 0 ? std::string_view()
                                                       : name.substr(point + 1);
}

// What is no data where there is other data: JSON, and names such as "manifest".
bool is_note(std::string_view name, const FileFormat& format) {
  return format.name == "json" || format.name == "md" || format.name == "xml" ||
         format.name == "html" || is_manifest(name);
}

}  // namespace

FileFormat format_of(std::string_view file_name) {
  constexpr std::array<std::string_view, 6> kCompressions{"bz2",    "gz", "lz4",
                                                          "snappy", "xz", "zst"};
  const std::string lower = lower_case(file_name);
  std::string_view name = without_count(lower);
  std::string_view extension = extension_of(name);
  if (std::ranges::find(kCompressions, extension) != kCompressions.end())
    extension = extension_of(name.substr(0, name.size() - extension.size() - 1));
  const auto* const found = std::ranges::lower_bound(kFormats, extension, {}, &Row::extension);
  if (found == kFormats.end() || found->extension != extension) return {};
  return {.name = found->format, .modality = found->modality, .is_payload = found->is_payload};
}

void ProfileCounter::add(std::string_view path, std::uint64_t size) {
  ++files_;
  bytes_ += size;
  const std::string_view name = file_name_of(path);
  const FileFormat format = format_of(name);
  if (!format.name.empty()) ++formats_[format.name];
  if (format.modality.empty()) return;
  ++(is_note(name, format) ? notes_ : modalities_[format.modality]);
}

DatasetProfile ProfileCounter::profile(std::string_view structure) const {
  DatasetProfile profile{.modality = "unknown", .files = files_, .bytes = bytes_, .formats = {}};
  std::vector<std::pair<std::string_view, std::uint64_t>> formats(formats_.begin(), formats_.end());
  std::ranges::stable_sort(formats, std::greater<>(), &decltype(formats)::value_type::second);
  if (formats.size() > kFormatsListed) formats.resize(kFormatsListed);
  for (const auto& [name, count] : formats) profile.formats.emplace(name, count);

  if (structure == "zarr") profile.modality = kArray;
  if (structure == "lance") profile.modality = kTabular;
  if (profile.modality != "unknown") return profile;
  std::uint64_t all = 0;
  std::pair<std::string_view, std::uint64_t> most{};
  for (const auto& [modality, count] : modalities_) {
    all += count;
    if (count > most.second) most = {modality, count};
  }
  if (all == 0) {
    if (notes_ > 0) profile.modality = kText;
  } else {
    profile.modality = most.second * 5 >= all * 4 ? most.first : "mixed";
  }
  return profile;
}

}  // namespace roar::plumbing
