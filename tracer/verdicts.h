#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tracer/collector.h"

namespace roar::tracer {

// The last act of a Collector: looks at the files' names once, and says what each file was to the
// job.
class Verdicts {
 public:
  Verdicts(Collector& collector, Observation& observation)
      : collector_(collector), observation_(observation) {}

  void reach();

 private:
  // A name under which the file exists at the end.
  struct Place {
    std::string path;
    std::string spelled;
    std::uint8_t flags;  // NameFlags
    struct ::stat status;
  };

  void walk_moved_directories();
  void walk_moved_directory(const std::string& old_path, const std::string& new_path);
  void index_befores();
  void judge(File& file);
  void find_places(const File& file);
  void settle_writing(File& file);
  void add_input(const File& file);
  Users users_of(const File& file, bool writers);
  Users merged_users(const Users& one, const Users& other);
  void add_outputs(const File& file);
  void add_output(const File& file, const Place& place);
  void add_absent(PathId path);
  void add_listed(PathId path);
  void sort_and_merge();

  Collector& collector_;
  Observation& observation_;
  std::vector<Place> places_;  // of the file that is being judged
  std::unordered_map<std::string, FileStamp, StringHash, std::equal_to<>> befores_;
};

}  // namespace roar::tracer
