#pragma once

#include <filesystem>

namespace roar::plumbing {

// A copy of an SQLite database with the files beside it, in a directory that goes with the object.
// Only its owner may read it.
class RoarDbCopy {
 public:
  // Throws as the constructor of RoarDb does.
  RoarDbCopy(const std::filesystem::path& file, const std::filesystem::path& scratch);
  ~RoarDbCopy();
  RoarDbCopy(const RoarDbCopy&) = delete;
  RoarDbCopy& operator=(const RoarDbCopy&) = delete;

  std::filesystem::path file() const { return directory_ / "roar.db"; }

 private:
  std::filesystem::path directory_;
};

}  // namespace roar::plumbing
