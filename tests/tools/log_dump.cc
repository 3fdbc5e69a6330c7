// log_dump [-l LIBRARY] [-c BYTES] [-o FILE] [-t FILE] COMMAND...
//
// Runs the command with the preload library and a log, waits for it, and prints the log's records
// as lines of text: kind, touched bits, flags, open flags, result and paths. Ends as the command
// ended. It knows the log by tracer/wire.h alone, so that the library is tested by something else
// than what reads its log in the product.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "tracer/wire.h"

namespace wire = roar::tracer::wire;

namespace {

struct Options {
  std::string library;
  std::string output = "/dev/stderr";
  std::uint64_t capacity = wire::kLogBytes;
  std::string times;
};

const char* kind_name(wire::Kind kind) {
  static constexpr const char* kNames[] = {
      "?",      "start",    "exec",       "exit",      "open",   "inherited", "cwd",
      "rename", "exchange", "link",       "symlink",   "unlink", "truncate",  "absent",
      "listed", "gap",      "descriptor", "arguments", "nothing"};
  const auto index = static_cast<unsigned>(kind);
  return index < std::size(kNames) ? kNames[index] : "?";
}

std::string letters(std::uint32_t bits, std::string_view names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((bits & (1U << i)) != 0) text += names[i];
  return text.empty() ? "-" : text;
}

std::string open_flags(std::uint32_t flags) {
  static constexpr const char* kAccess[] = {"r", "w", "rw", "?"};
  std::string text = kAccess[flags & O_ACCMODE];
  if ((flags & O_CREAT) != 0) text += "c";
  if ((flags & O_TRUNC) != 0) text += "t";
  if ((flags & O_APPEND) != 0) text += "a";
  if ((flags & O_TMPFILE) == O_TMPFILE) text += "T";
  return text;
}

// Paths are printed with the bytes that are no printable characters escaped.
std::string printable(const char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte > ' ' && byte < 0x7f && byte != '\\') {
      text += bytes[i];
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\%03o", byte);
      text += escaped;
    }
  }
  return text;
}

void print(std::FILE* out, const wire::Record& record) {
  const char* paths = reinterpret_cast<const char*>(&record + 1);
  const bool start = record.kind == wire::Kind::Start || record.kind == wire::Kind::Exec;
  std::fprintf(
      out, "%s %s %s %s %d pid=%d parent=%d size=%lld before=%lld %s", kind_name(record.kind),
      letters(record.touched.load(), "rwmMstE").c_str(), letters(record.flags, "sbcCpu").c_str(),
      open_flags(record.open_flags).c_str(), record.result, record.pid, start ? record.parent : 0,
      (record.flags & wire::kHasStamp) != 0 ? static_cast<long long>(record.stamp.size) : -1,
      (record.flags & wire::kHasBefore) != 0 ? static_cast<long long>(record.before.size) : -1,
      printable(paths, record.path_length).c_str());
  if (record.path2_length != 0 && record.kind != wire::Kind::Exec)  // those are arguments
    std::fprintf(out, " -> %s", printable(paths + record.path_length, record.path2_length).c_str());
  std::fputc('\n', out);
}

void dump(const Options& options, const char* memory) {
  std::FILE* out = std::fopen(options.output.c_str(), "we");
  if (out == nullptr) _exit(125);
  const auto* header = reinterpret_cast<const wire::LogHeader*>(memory);
  const std::uint64_t end = std::min(header->next.load(), header->capacity);
  std::uint64_t lost = header->dropped.load();
  for (std::uint64_t at = wire::kFirstRecord; at + sizeof(wire::Record) <= end;) {
    const auto* record = reinterpret_cast<const wire::Record*>(memory + at);
    const std::uint32_t word = record->length.load(std::memory_order_acquire);
    const std::uint32_t length = word & ~wire::kIncomplete;
    if (length == 0) {
      at += wire::kAlignment;
      continue;
    }
    if ((word & wire::kIncomplete) != 0) {
      ++lost;
    } else {
      print(out, *record);
    }
    at += length;
  }
  std::fprintf(out, "lost %llu\n", static_cast<unsigned long long>(lost));
  std::fclose(out);
}

Options parse(int argc, char** argv, int& first) {
  Options options;
  if (const char* build = std::getenv("ROAR_BUILD"))  // NOLINT(concurrency-mt-unsafe): one thread
    options.library = std::string(build) + "/tracer/preload/libroar-preload.so";
  for (first = 1; first + 1 < argc && argv[first][0] == '-'; first += 2) {
    const std::string_view option = argv[first];
    if (option == "-l") options.library = argv[first + 1];
    if (option == "-o") options.output = argv[first + 1];
    if (option == "-t") options.times = argv[first + 1];
    if (option == "-c")
      options.capacity = wire::kFirstRecord + std::strtoull(argv[first + 1], nullptr, 10);
  }
  return options;
}

std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void add_time(const Options& options, std::int64_t elapsed) {
  if (options.times.empty()) return;
  std::FILE* out = std::fopen(options.times.c_str(), "ae");
  if (out == nullptr) return;
  std::fprintf(out, "%lld\n", static_cast<long long>(elapsed));
  std::fclose(out);
}

[[noreturn]] void become(const Options& options, const std::string& log, char** command) {
  if (!options.library.empty()) {
    std::string preload = options.library;
    const char* users = std::getenv("LD_PRELOAD");  // NOLINT(concurrency-mt-unsafe)
    if (users != nullptr) preload += std::string(":") + users;
    setenv("LD_PRELOAD", preload.c_str(), 1);    // NOLINT(concurrency-mt-unsafe)
    setenv(wire::kLogVariable, log.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  execvp(command[0], command);
  std::perror(command[0]);
  _exit(127);
}

int end_like(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::signal(WTERMSIG(status), SIG_DFL);
  std::raise(WTERMSIG(status));
  return 125;
}

}  // namespace

int main(int argc, char** argv) {
  int first = 1;
  const Options options = parse(argc, argv, first);
  if (first >= argc) return 125;
  const int fd = memfd_create("log", MFD_CLOEXEC);
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(options.capacity)) != 0) return 125;
  void* memory =
      mmap(nullptr, options.capacity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
  if (memory == MAP_FAILED) return 125;
  new (memory) wire::LogHeader{.magic = wire::kMagic,
                               .version = wire::kVersion,
                               .capacity = options.capacity,
                               .next = wire::kFirstRecord,
                               .dropped = 0,
                               .backed = options.capacity,
                               .backend = 0,
                               .exit_code = 0,
                               .exit_signal = 0,
                               .core_dumped = 0,
                               .ended_ns = 0,
                               .supervisors = 0,
                               .supervisor = 0,
                               .keeper = 0,
                               .asked = 0,
                               .unanswered = 0,
                               .files_backed = {},
                               .listeners = 0,
                               .covered = {}};
  const std::string path = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd);
  const std::int64_t started = now();
  const pid_t child = fork();
  if (child < 0) return 125;
  if (child == 0) become(options, path, argv + first);
  int status = 0;
  while (waitpid(child, &status, 0) != child) {
  }
  add_time(options, now() - started);
  dump(options, static_cast<const char*>(memory));
  return end_like(status);
}
