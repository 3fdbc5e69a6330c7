// roar-enter MODE PROGRAM [ARGUMENT...]
//
// Executes PROGRAM, which the preload library cannot enter, with these arguments (the first is its
// name) where what it does is seen all the same: a listener at its path calls, or, where the kernel
// refuses one, ptrace. If there is neither, PROGRAM runs as it is, and stays a gap of the job.
//
// MODE is a set of letters: r, it is the root of the job; p, only ptrace; l, the preload library
// stays, first in LD_PRELOAD, if there is a listener; -, none of these.
//
// A program of its own, and linked statically: no library of the job is loaded into it, and it
// needs nothing of the root directory that it runs in.

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "tracer/notify/handover.h"
#include "tracer/wire.h"

namespace {

// A program that was just written may still be open in a child of its writer; the kernel refuses it
// for that moment.
void execute(char** arguments) {
  constexpr int kMostTries = 100;
  for (int tries = 0; tries < kMostTries; ++tries) {
    ::execve(arguments[0], arguments + 1, ::environ);
    if (errno != ETXTBSY) return;
    const timespec moment{0, 1'000'000};
    ::nanosleep(&moment, nullptr);
  }
}

const char* variable(std::string_view name) {
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (text.starts_with(name) && text.substr(name.size()).starts_with('='))
      return *entry + name.size() + 1;
  }
  return nullptr;
}

// Under any other eyes than a listener's, all would be told twice; under none, as if it were all.
void remove_library() {
  constexpr std::string_view kName = "LD_PRELOAD=";
  char** to = ::environ;
  for (char** from = ::environ; *from != nullptr; ++from) {
    std::string_view text = *from;
    if (!text.starts_with(kName)) {
      *to++ = *from;
      continue;
    }
    text.remove_prefix(kName.size());
    const std::size_t end = text.find(':');
    if (end == std::string_view::npos) continue;
    std::memmove(*from + kName.size(), text.data() + end + 1, text.size() - end);
    *to++ = *from;
  }
  *to = nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: roar-enter MODE PROGRAM [ARGUMENT...]\n", stderr);
    return 125;
  }
  const std::string_view mode = argv[1];
  const auto has = [&](char letter) { return mode.find(letter) != std::string_view::npos; };
  if (const char* address = variable(roar::tracer::wire::kLogVariable)) {
    const auto way = roar::tracer::hand_over_this_process({.log_address = address,
                                                           .is_root = has('r'),
                                                           .by_ptrace = has('p'),
                                                           .beside_library = has('l')});
    if (has('l') && way != roar::tracer::Way::Listener) remove_library();
  }
  execute(argv + 2);
  const int errnum = errno;
  std::fprintf(stderr, "roar: cannot execute '%s': %s\n", argv[2], ::strerrordesc_np(errnum));
  return errnum == ENOENT || errnum == ENOTDIR ? 127 : 126;
}
