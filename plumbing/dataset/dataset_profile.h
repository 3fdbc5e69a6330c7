#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace roar::plumbing {

// What a file holds, by its name alone.
struct FileFormat {
  std::string_view name;      // "parquet", "jpeg"; empty if it is not known
  std::string_view modality;  // "tabular", "image", "text", "audio", "video", "array",
                              // "point-cloud"; empty if the format does not tell
  bool is_payload = false;    // what data sets are made of, not what is said about them
};

// ".gz" and the like, and "-00001-of-00004", at the end of a name do not count.
FileFormat format_of(std::string_view file_name);

// What is in a set of files, by their names and sizes.
struct DatasetProfile {
  std::string modality;  // of FileFormat, "mixed" or "unknown"
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::map<std::string, std::uint64_t> formats;  // files by format; of many, the most frequent

  bool operator==(const DatasetProfile&) const = default;
};

inline constexpr std::size_t kFormatsListed = 6;

// Counts files into a profile.
class ProfileCounter {
 public:
  void add(std::string_view path, std::uint64_t size);
  // `structure` as in Composite: what is known to be an array, whatever its files are called.
  // A modality is one that four of five files have that tell any; lists of what there is do not
  // count where something else is there.
  DatasetProfile profile(std::string_view structure) const;

 private:
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<std::string_view, std::uint64_t> formats_;
  std::map<std::string_view, std::uint64_t> modalities_;
  std::uint64_t notes_ = 0;  // files about the data, such as JSON, which are text if alone
};

}  // namespace roar::plumbing
