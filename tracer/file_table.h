#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "objects/base/file_stamp.h"
#include "tracer/observation.h"
#include "tracer/path_table.h"
#include "tracer/wire.h"

namespace roar::tracer {

// Which file, as long as it has a name or is open.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

inline FileIdentity identity_of(const wire::Stamp& stamp) noexcept {
  return {stamp.device, stamp.inode};
}

// Of the program that runs this code.
FileIdentity own_identity();
// None if it is not open.
FileIdentity identity_of_descriptor(int descriptor) noexcept;
// None if it is not there.
FileIdentity identity_of_file(const std::string& path) noexcept;

struct FileIdentityHash {
  std::size_t operator()(const FileIdentity& identity) const noexcept {
    return static_cast<std::size_t>((identity.inode ^ (identity.device << 40)) *
                                    0x9e37'79b9'7f4a'7c15U);
  }
};

// A FileStamp without the identity.
struct Version {
  std::uint64_t size = 0;
  std::int64_t modified_s = 0;
  std::int64_t changed_s = 0;
  std::uint32_t modified_ns = 0;
  std::uint32_t changed_ns = 0;

  // The same content as far as a stamp can tell. The ctime also moves when a name is added, taken
  // away or changed, so it does not count here.
  bool same_content(const Version& other) const noexcept {
    return size == other.size && modified_s == other.modified_s && modified_ns == other.modified_ns;
  }
  bool operator==(const Version&) const = default;
};

inline Version version_of(const wire::Stamp& stamp) noexcept {
  return {stamp.size, stamp.modified_s, stamp.changed_s, stamp.modified_ns, stamp.changed_ns};
}
Version version_of(const struct ::stat& status) noexcept;
FileStamp stamp_of(const FileIdentity& identity, const Version& version) noexcept;

enum FileState : std::uint16_t {
  kFresh = 1,              // created by the job
  kWritten = 2,            // its content was changed by the job
  kRelinked = 4,           // the job gave it a name
  kUnlinked = 8,           // the job took a name away
  kGone = 16,              // and that was the last one
  kPerhapsWritten = 32,    // opened for writing, and only its state at the end can tell
  kMappedStores = 64,      // mapped for shared writing
  kChangedByOthers = 128,  // while the job ran, and not by the job
  kHasInput = 256,         // `input` and the rest of it are valid
  kHasPristine = 512,      // so is `pristine`
  kByInheritance = 1024,   // written through a descriptor the job was born with
  kSuperseded = 2048,      // its inode number belongs to a later file
};

enum NameFlags : std::uint8_t {
  kNameRead = 1,
  kNameWritten = 2,  // content was written through it
  kNameGiven = 4,    // the job created, linked or renamed the file to it
};

// One name that a file was used under, in a list.
struct FileName {
  PathId path;
  std::uint32_t epoch;  // of DirectoryMoves
  std::uint32_t next;   // index, or kNoName
  std::uint8_t flags;   // NameFlags
};
inline constexpr std::uint32_t kNoName = 0xffff'ffff;

// One process that read or wrote a file, in a list.
struct FileUser {
  std::uint32_t process;  // number
  std::uint32_t next;     // index, or kNoUser
  bool writes;
};
inline constexpr std::uint32_t kNoUser = 0xffff'ffff;

// What the job did with one file: one generation of one inode.
struct File {
  FileIdentity identity;
  Version input;     // first observed, before the job changed it
  Version pristine;  // before the job's first write, if it was there before
  PathId input_path = kNoPath;
  std::uint32_t input_epoch = 0;
  std::uint32_t first_name = kNoName;
  std::uint32_t last_user = kNoUser;
  std::uint32_t mode = 0;
  std::uint16_t state = 0;    // FileState
  std::uint8_t evidence = 0;  // EvidenceBits

  bool is(FileState bit) const noexcept { return (state & bit) != 0; }
  void set(FileState bit) noexcept { state = static_cast<std::uint16_t>(state | bit); }
  void clear(FileState bit) noexcept { state = static_cast<std::uint16_t>(state & ~bit); }
  // What is in it now is the job's own work.
  bool own() const noexcept { return is(kFresh) || is(kWritten); }
};

class FileTable {
 public:
  // The current generation of the file; null if the job has not used it.
  File* find(const FileIdentity& identity) noexcept;
  // Same, and adds it as one that was there before the job. A file that is gone and whose inode
  // number turns up with a name again is a new one.
  File& existing(const wire::Stamp& stamp);
  // The file that the job has just created. It may have been used by then, as one that was there
  // before the job.
  File& fresh(const wire::Stamp& stamp);

  void add_name(File& file, PathId path, std::uint32_t epoch, std::uint8_t flags);

  // Some are kept more than once.
  void add_user(File& file, std::uint32_t process, bool writes);

  std::vector<File>& files() noexcept { return files_; }
  const FileUser& user(std::uint32_t index) const noexcept { return users_[index]; }
  const FileName& name(std::uint32_t index) const noexcept { return names_[index]; }

 private:
  File& add(const FileIdentity& identity, std::uint32_t mode);

  std::vector<File> files_;
  std::vector<FileName> names_;
  std::vector<FileUser> users_;
  std::unordered_map<FileIdentity, std::uint32_t, FileIdentityHash> current_;
};

}  // namespace roar::tracer
