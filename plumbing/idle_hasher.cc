#include "plumbing/idle_hasher.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <system_error>
#include <utility>

#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "plumbing/resident_file.h"
#include "tracer/versions.h"

namespace roar::plumbing {
namespace {

using tracer::Versions;

constexpr int kOfProcess = 1;  // of ioprio_set(2), whose header is none for C++
constexpr int kIdleClass = 3 << 13;
constexpr std::size_t kPlaces = 128;
constexpr std::int64_t kShortestPauseNs = 50'000'000;
constexpr std::int64_t kLongestPauseNs = 2'000'000'000;
constexpr std::int64_t kForeverNs = std::int64_t{1} << 60;
constexpr std::uint64_t kFar = 32;                  // pieces
constexpr int kLateTries = 4;                       // then a little is done all the same
constexpr std::int64_t kKeptWaitingNs = 2'000'000;  // by others, who want the processor

enum class State : std::uint8_t {
  Free,     // the owner's, as the next two but one
  Offered,  // the thread's
  Finished,
  Dropped,
};

struct Place {
  std::atomic<State> state{State::Free};
  tracer::LargeInput input;
  Timestamp begun;
  Blake3 hasher;
  std::uint64_t pieces = 0;  // done
  std::string digest;
};

// This thread. False if the system does not let it step back, which it may do always.
bool become_idle() noexcept {
  const sched_param none{};
  return ::sched_setscheduler(0, SCHED_IDLE, &none) == 0 &&
         ::syscall(SYS_ioprio_set, kOfProcess, 0, kIdleClass) == 0;
}

std::int64_t processor_time_ns() noexcept {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000'000 + used.tv_nsec;
}

// Whether this thread had to wait for a processor since it was made, or asked.
class Waiting {
 public:
  bool was_kept() noexcept {
    const std::int64_t before = waited_;
    waited_ = now();
    return waited_ - before > kKeptWaitingNs;
  }

 private:
  static std::int64_t now() noexcept { return Versions::now_ns() - processor_time_ns(); }

  std::int64_t waited_ = now();
};

}  // namespace

struct IdleHasher::Shared {
  void run() noexcept;
  bool woke_late(std::uint32_t before, std::int64_t pause) noexcept;
  // Whether it came further.
  bool visit(Place& place);
  bool hash(Place& place, const ResidentFile& file);

  std::array<Place, kPlaces> places;
  bool busy = false;  // the machine: others wanted the processor that we had; the thread's
  std::atomic<std::uint32_t> rung{0};  // counts offers, and the end; waited for
  std::atomic<bool> stopping{false};
  std::atomic<std::uint32_t> over{0};  // the thread will not touch the places again; waited for
  std::array<char, kBlake3PieceSize> buffer;
};

void IdleHasher::Shared::run() noexcept {
  ::prctl(PR_SET_NAME, "roar-hasher");
  std::int64_t pause = kShortestPauseNs;
  try {
    while (become_idle() && !stopping.load(std::memory_order_relaxed)) {
      const std::uint32_t before = rung.load(std::memory_order_acquire);
      bool further = false;
      bool unfinished = false;
      busy = false;
      for (Place& place : places) {
        if (place.state.load(std::memory_order_acquire) != State::Offered) continue;
        further = (!busy && visit(place)) || further;
        unfinished = true;
      }
      // Even the little that this class gets on a busy machine is somebody's.
      const bool goes_on = further && !busy;
      pause = goes_on ? kShortestPauseNs : std::min(2 * pause, kLongestPauseNs);
      if (goes_on) continue;
      if (!unfinished) {
        Versions::wait_for_change(rung, before, kForeverNs);
      } else {
        for (int tries = 0; tries < kLateTries && woke_late(before, pause); ++tries)
          pause = std::min(2 * pause, kLongestPauseNs);
      }
    }
  } catch (const std::exception&) {  // they are hashed at the end, then
  }
  over.store(1, std::memory_order_release);
  Versions::wake(over);
}

// Sleeps. Whether it got the processor late, with nothing else to tell it.
bool IdleHasher::Shared::woke_late(std::uint32_t before, std::int64_t pause) noexcept {
  const std::int64_t until = Versions::now_ns() + pause;
  Versions::wait_for_change(rung, before, until);
  return rung.load(std::memory_order_acquire) == before &&
         Versions::now_ns() > until + kKeptWaitingNs;
}

bool IdleHasher::Shared::visit(Place& place) {
  const ResidentFile file(place.input);
  if (!file) {
    place.state.store(State::Dropped, std::memory_order_release);
    return true;
  }
  if (place.pieces == 0) place.begun = Timestamp::now();
  const std::uint64_t before = place.pieces;
  const bool finished = hash(place, file);
  if (!file.is_unchanged()) {
    place.state.store(State::Dropped, std::memory_order_release);
    return true;
  }
  if (finished) {
    place.digest = to_hex(place.hasher.finish());
    place.state.store(State::Finished, std::memory_order_release);
  }
  return finished || place.pieces > before;
}

// As far as the file is in memory; whether that was to its end.
bool IdleHasher::Shared::hash(Place& place, const ResidentFile& file) {
  // The last piece, whole or not, is added as bytes: only then is it known to be the last.
  const std::uint64_t size = place.input.stamp.size;
  Waiting waiting;
  for (;;) {
    busy = busy || waiting.was_kept();
    const std::uint64_t offset = place.pieces * kBlake3PieceSize;
    const std::size_t rest = std::min<std::uint64_t>(kBlake3PieceSize, size - offset);
    if (busy || stopping.load(std::memory_order_relaxed) || !file.read(offset, rest, buffer.data()))
      return false;
    if (offset + rest == size) {
      place.hasher.update({buffer.data(), rest});
      return true;
    }
    place.hasher.add_piece(blake3_of_piece({buffer.data(), rest}, place.pieces));
    ++place.pieces;
  }
}

IdleHasher::IdleHasher() {
  if (!kBlake3HasPieces) return;
  shared_ = std::make_shared<Shared>();
  try {
    thread_ = std::thread([shared = shared_] { shared->run(); });
  } catch (const std::system_error&) {
    shared_.reset();
  }
}

IdleHasher::~IdleHasher() {
  stop();
}

bool IdleHasher::offer(const tracer::LargeInput& input) {
  if (!shared_ || input.stamp.size == 0) return false;
  for (Place& place : shared_->places) {
    if (place.state.load(std::memory_order_relaxed) != State::Free) continue;
    place.input = input;
    place.hasher = Blake3();
    place.pieces = 0;
    place.state.store(State::Offered, std::memory_order_release);
    ++pending_;
    shared_->rung.fetch_add(1, std::memory_order_release);
    Versions::wake(shared_->rung);
    return true;
  }
  return false;
}

std::vector<IdleHasher::Result> IdleHasher::take() {
  std::vector<Result> results;
  if (!shared_) return results;
  for (Place& place : shared_->places) {
    const State state = place.state.load(std::memory_order_acquire);
    if (state != State::Finished && state != State::Dropped) continue;
    if (state == State::Finished)
      results.push_back({place.input.stamp, place.begun, std::move(place.digest), {}});
    place.state.store(State::Free, std::memory_order_relaxed);
    --pending_;
  }
  return results;
}

std::vector<IdleHasher::Result> IdleHasher::stop(std::chrono::nanoseconds patience) {
  if (!shared_) return {};
  shared_->stopping.store(true, std::memory_order_relaxed);
  shared_->rung.fetch_add(1, std::memory_order_release);
  Versions::wake(shared_->rung);
  const std::int64_t until = Versions::now_ns() + patience.count();
  while (shared_->over.load(std::memory_order_acquire) == 0 && Versions::now_ns() < until)
    Versions::wait_for_change(shared_->over, 0, until);
  std::vector<Result> results = take();
  if (shared_->over.load(std::memory_order_acquire) != 0) {
    thread_.join();
    for (const Place& place : shared_->places)
      if (place.state.load(std::memory_order_relaxed) == State::Offered && place.pieces >= kFar)
        results.push_back({place.input.stamp, place.begun, {}, place.hasher.state()});
  } else {
    thread_.detach();  // the machine is busy: it ends when it gets the time
  }
  shared_.reset();
  return results;
}

}  // namespace roar::plumbing
