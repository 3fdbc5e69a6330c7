#include "objects/hash_files.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "tests/unit/temp_dir.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

constexpr std::array kBlake3 = {Algorithm::Blake3};
constexpr std::array kAll = {Algorithm::Md5, Algorithm::Blake3, Algorithm::Sha512,
                             Algorithm::Sha256};

std::string hex_of(std::string_view raw) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()});
}

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint64_t state = size + 1;
  for (char& c : bytes) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    c = static_cast<char>(state >> 56U);
  }
  return bytes;
}

std::string path_with(const TempDir& temp, const std::string& name, std::string_view content) {
  const std::filesystem::path path = temp.path() / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

HashResult hash_one(const std::string& path, std::span<const Algorithm> algorithms = kBlake3,
                    const HashOptions& options = {}) {
  const std::array requests = {HashRequest{path, algorithms}};
  return hash_files(requests, options).at(0);
}

}  // namespace

TEST_CASE("digests are those of the published test vectors", "[hash]") {
  CHECK(hex_of(digest_of(Algorithm::Blake3, "")) ==
        "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  CHECK(hex_of(digest_of(Algorithm::Sha256, "abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_of(digest_of(Algorithm::Sha512, "abc")) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  CHECK(hex_of(digest_of(Algorithm::Md5, "abc")) == "900150983cd24fb0d6963f7d28e17f72");
  // From the vectors of the BLAKE3 project: bytes 0, 1, ... 250, 0, 1, ...
  std::string input;
  for (int i = 0; i < 102'400; ++i) input += static_cast<char>(i % 251);
  CHECK(hex_of(digest_of(Algorithm::Blake3, input)) ==
        "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085");
}

TEST_CASE("algorithms have names", "[hash]") {
  for (const Algorithm algorithm : kAll)
    CHECK(algorithm_from_name(algorithm_name(algorithm)) == algorithm);
  CHECK_FALSE(algorithm_from_name("sha1"));
  CHECK_FALSE(algorithm_from_name("BLAKE3"));
  CHECK(algorithm_names() == "blake3, md5, sha256, sha512");
}

TEST_CASE("pieces joined give the digest of the whole", "[hash]") {
  if (!kBlake3HasPieces) return;
  const std::string bytes = noise(9 * kBlake3PieceSize + 5000);
  const std::size_t pieces = GENERATE(as<std::size_t>{}, 0, 1, 2, 3, 4, 5, 7, 8, 9);
  const std::size_t rest = GENERATE(as<std::size_t>{}, 1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049,
                                    3000, kBlake3PieceSize);
  const std::size_t size = pieces * kBlake3PieceSize + rest;
  if (size > bytes.size()) return;
  Blake3 hasher;
  for (std::size_t i = 0; i < pieces; ++i)
    hasher.add_piece(
        blake3_of_piece(std::string_view(bytes).substr(i * kBlake3PieceSize, kBlake3PieceSize), i));
  hasher.update(std::string_view(bytes).substr(pieces * kBlake3PieceSize, rest));
  CHECK(hasher.finish() == blake3_of(std::string_view(bytes).substr(0, size)));
}

TEST_CASE("a file has the same digests whichever way it is hashed", "[hash]") {
  const TempDir temp;
  constexpr std::size_t kMiB = std::size_t{1} << 20U;
  const std::size_t size =
      GENERATE(as<std::size_t>{}, 0, 1, 1024, 1025, kBlake3PieceSize, kBlake3PieceSize + 1,
               8 * kMiB - 1, 8 * kMiB, 8 * kMiB + 1, 9 * kMiB + 1024, 16 * kMiB + kBlake3PieceSize);
  const std::string content = noise(size);
  const std::string path = path_with(temp, "file", content);
  const std::string blake3 = hex_of(digest_of(Algorithm::Blake3, content));
  for (const unsigned threads : {0U, 1U, 3U}) {
    HashOptions options;
    options.threads = threads;
    std::uint64_t progress = 0;
    options.progress = [&](std::uint64_t bytes) { progress += bytes; };
    const HashResult result = hash_one(path, kBlake3, options);
    CHECK(result.status == HashResult::Status::Hashed);
    CHECK(result.digests == std::vector{blake3});
    CHECK(result.stamp.size == size);
    CHECK(progress == size);
  }
  const HashResult all = hash_one(path, kAll);
  REQUIRE(all.digests.size() == 4);
  CHECK(all.digests[0] == hex_of(digest_of(Algorithm::Md5, content)));
  CHECK(all.digests[1] == blake3);
  CHECK(all.digests[2] == hex_of(digest_of(Algorithm::Sha512, content)));
  CHECK(all.digests[3] == hex_of(digest_of(Algorithm::Sha256, content)));
}

TEST_CASE("many files are answered in the order of the requests", "[hash]") {
  const TempDir temp;
  std::vector<HashRequest> requests;
  std::vector<std::string> digests;
  for (int i = 0; i < 500; ++i) {
    const std::string content = noise(static_cast<std::size_t>(i * 37));
    requests.push_back({path_with(temp, std::to_string(i), content), kBlake3});
    digests.push_back(hex_of(digest_of(Algorithm::Blake3, content)));
  }
  requests.push_back({(temp.path() / "none").string(), kBlake3});
  const std::vector<HashResult> results = hash_files(requests);
  REQUIRE(results.size() == 501);
  for (std::size_t i = 0; i < digests.size(); ++i) CHECK(results[i].digests.at(0) == digests[i]);
  CHECK(results[500].status == HashResult::Status::Vanished);
  CHECK(hash_files({}).empty());
}

TEST_CASE("what is no regular file is never opened", "[hash]") {
  const TempDir temp;
  const std::string pipe = (temp.path() / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(hash_one(pipe).status == HashResult::Status::NotRegular);
  CHECK(hash_one(temp.path().string()).status == HashResult::Status::NotRegular);
  CHECK(hash_one("/dev/zero").status == HashResult::Status::NotRegular);
  CHECK(hash_one((temp.path() / "none").string()).status == HashResult::Status::Vanished);
  const std::string file = path_with(temp, "file", "a");
  CHECK(hash_one(file + "/below").status == HashResult::Status::Vanished);
  const std::string loop = (temp.path() / "loop").string();
  REQUIRE(::symlink("loop", loop.c_str()) == 0);
  CHECK(hash_one(loop).status == HashResult::Status::Failed);
  CHECK(hash_one(loop).error == ELOOP);
}

TEST_CASE("a symbolic link stands for its target", "[hash]") {
  const TempDir temp;
  path_with(temp, "file", "a");
  const std::string link = (temp.path() / "link").string();
  REQUIRE(::symlink("file", link.c_str()) == 0);
  CHECK(hash_one(link).digests.at(0) == hex_of(digest_of(Algorithm::Blake3, "a")));
}

TEST_CASE("a file that keeps changing is unstable, and has no digest", "[hash]") {
  const TempDir temp;
  const std::size_t size = GENERATE(as<std::size_t>{}, 1U << 20U, 9U << 20U);
  const std::string path = path_with(temp, "file", noise(size));
  // Changed from within: after each block that is read.
  HashOptions options;
  options.threads = 2;
  options.progress = [&](std::uint64_t) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    CHECK(::write(fd, "x", 1) == 1);
    ::close(fd);
  };
  if (size < 4U << 20U) return;  // progress comes in steps of 4 MiB
  const HashResult result = hash_one(path, kBlake3, options);
  CHECK(result.status == HashResult::Status::Unstable);
  CHECK(result.digests.empty());
}

TEST_CASE("a file that changes once is hashed again", "[hash]") {
  const TempDir temp;
  const std::string content = noise(9U << 20U);
  const std::string path = path_with(temp, "file", content);
  HashOptions options;
  bool changed = false;
  options.progress = [&](std::uint64_t) {
    if (std::exchange(changed, true)) return;
    std::ofstream(path + ".new", std::ios::binary) << content.substr(1);
    std::filesystem::rename(path + ".new", path);
  };
  const HashResult result = hash_one(path, kBlake3, options);
  CHECK(result.status == HashResult::Status::Hashed);
  CHECK(result.digests.at(0) == hex_of(digest_of(Algorithm::Blake3, content.substr(1))));
  CHECK(result.stamp.size == content.size() - 1);
}

TEST_CASE("a file that is cut off while it is read does no harm", "[hash]") {
  const TempDir temp;
  const std::string path = path_with(temp, "file", noise(16U << 20U));
  HashOptions options;
  options.progress = [&](std::uint64_t) { std::filesystem::resize_file(path, 100); };
  const HashResult result = hash_one(path, kBlake3, options);
  CHECK(result.status == HashResult::Status::Hashed);
  CHECK(result.stamp.size == 100);
}

TEST_CASE("hashing stops when asked to", "[hash]") {
  const TempDir temp;
  const std::string path = path_with(temp, "file", noise(64U << 20U));
  std::atomic<bool> stop = false;
  HashOptions options;
  options.stop = &stop;
  std::uint64_t done = 0;
  options.progress = [&](std::uint64_t bytes) {
    done += bytes;
    stop = true;
  };
  const std::span<const Algorithm> algorithms =
      GENERATE(as<std::span<const Algorithm>>{}, kBlake3, kAll);
  const HashResult result = hash_one(path, algorithms, options);
  CHECK(result.status == HashResult::Status::Interrupted);
  CHECK(result.digests.empty());
  CHECK(done < 32U << 20U);
}

namespace {

class KeepsState final : public PartialHashes {
 public:
  std::optional<std::string> find_partial(const FileStamp& stamp) override {
    return kept && kept->first == stamp ? std::optional(kept->second) : std::nullopt;
  }
  void keep_partial(const FileStamp& stamp, std::string_view state, Timestamp /*begun*/) override {
    kept.emplace(stamp, state);
  }
  std::optional<std::pair<FileStamp, std::string>> kept;
};

}  // namespace

TEST_CASE("an interrupted file is hashed from where it was left", "[hash]") {
  if (!kBlake3HasPieces) return;
  const TempDir temp;
  const std::string content = noise((40U << 20U) + 12345);
  const std::string path = path_with(temp, "file", content);
  KeepsState state;
  std::uint64_t before = 0;
  // As often as it takes, so that states of many numbers of pieces are gone on from.
  for (int round = 0; round < 100; ++round) {
    std::atomic<bool> stop = false;
    HashOptions options{
        .threads = 2, .stop = &stop, .progress = {}, .finished = {}, .partial = &state};
    std::uint64_t done = 0;
    std::uint64_t resumed = 0;
    options.progress = [&](std::uint64_t bytes) {
      if (done == 0 && before > 0) resumed = bytes;
      done += bytes;
      if (done - resumed >= (4U << 20U)) stop = true;
    };
    const HashResult result = hash_one(path, kBlake3, options);
    if (result.status == HashResult::Status::Hashed) {
      CHECK(result.digests.at(0) == hex_of(digest_of(Algorithm::Blake3, content)));
      CHECK(round > 3);
      return;
    }
    REQUIRE(result.status == HashResult::Status::Interrupted);
    REQUIRE(state.kept);
    CHECK(resumed >= before);
    const auto from = Blake3::from_state(state.kept->second);
    REQUIRE(from);
    REQUIRE(from->second * kBlake3PieceSize > before);
    before = from->second * kBlake3PieceSize;
  }
  FAIL("it never ended");
}

TEST_CASE("a state of another version, or none at all, is not gone on from", "[hash]") {
  if (!kBlake3HasPieces) return;
  const TempDir temp;
  const std::string content = noise(9U << 20U);
  const std::string path = path_with(temp, "file", content);
  const std::string digest = hex_of(digest_of(Algorithm::Blake3, content));
  Blake3 other;
  for (int i = 0; i < 7; ++i) other.add_piece(Blake3Digest{});
  KeepsState state;
  HashOptions options{
      .threads = 2, .stop = nullptr, .progress = {}, .finished = {}, .partial = &state};
  FileStamp changed = hash_one(path, kBlake3).stamp;
  const FileStamp stamp = changed;
  ++changed.modified.nanoseconds;
  state.kept.emplace(changed, other.state());
  CHECK(hash_one(path, kBlake3, options).digests.at(0) == digest);
  const std::string good = other.state();
  std::string many = good;
  many[6] = 1;
  for (const std::string& bad :
       {std::string(), good.substr(0, 7), good.substr(0, good.size() - 1), good + good.substr(8),
        std::string(8, '\0') + good.substr(8), many}) {
    state.kept.emplace(stamp, bad);
    CHECK(hash_one(path, kBlake3, options).digests.at(0) == digest);
  }
  // More pieces than the file has.
  for (int i = 0; i < 100; ++i) other.add_piece(Blake3Digest{});
  state.kept.emplace(stamp, other.state());
  CHECK(hash_one(path, kBlake3, options).digests.at(0) == digest);
}

TEST_CASE("several digests of an interrupted file go on from where they were left", "[hash]") {
  if (!kBlake3HasPieces) return;
  const TempDir temp;
  const std::string content = noise((20U << 20U) + 4321);
  const std::string path = path_with(temp, "file", content);
  KeepsState state;
  std::uint64_t before = 0;
  int rounds = 0;
  HashResult result;
  do {
    std::atomic<bool> stop = false;
    HashOptions options{
        .threads = 1, .stop = &stop, .progress = {}, .finished = {}, .partial = &state};
    std::uint64_t done = 0;
    options.progress = [&](std::uint64_t bytes) {
      // The first report of a round counts what was resumed.
      CHECK((done > 0 || bytes >= before));
      done += bytes;
      stop = done >= before + (4U << 20U);
    };
    result = hash_one(path, kAll, options);
    CHECK(done > before);
    before = done;
  } while (result.status == HashResult::Status::Interrupted && ++rounds < 100);
  CHECK(rounds > 2);
  REQUIRE(result.status == HashResult::Status::Hashed);
  for (std::size_t i = 0; i < kAll.size(); ++i)
    CHECK(result.digests.at(i) == hex_of(digest_of(kAll[i], content)));
}

TEST_CASE("of several digests, too, only a whole state is gone on from", "[hash]") {
  if (!kBlake3HasPieces) return;
  const TempDir temp;
  const std::string content = noise(9U << 20U);
  const std::string path = path_with(temp, "file", content);
  KeepsState state;
  std::atomic<bool> stop = false;
  HashOptions options{.threads = 1,
                      .stop = &stop,
                      .progress = [&](std::uint64_t) { stop = true; },
                      .finished = {},
                      .partial = &state};
  REQUIRE(hash_one(path, kAll, options).status == HashResult::Status::Interrupted);
  REQUIRE(state.kept);
  const auto [stamp, good] = *state.kept;
  options.stop = nullptr;
  const auto is_right = [&](const std::string& kept, std::span<const Algorithm> algorithms) {
    state.kept.emplace(stamp, kept);
    const auto digests = hash_one(path, algorithms, options).digests;
    for (std::size_t i = 0; i < algorithms.size(); ++i)
      if (digests.at(i) != hex_of(digest_of(algorithms[i], content))) return false;
    return true;
  };
  CHECK(is_right(good, kAll));
  CHECK(is_right(good, kBlake3));  // another set of digests
  for (std::size_t size = 0; size < good.size(); size += 7)
    CHECK(is_right(good.substr(0, size), kAll));
  CHECK(is_right(good + "x", kAll));
  std::string many = good;
  many[8 + 2] = 1;  // more pieces than the file has
  CHECK(is_right(many, kAll));
}
