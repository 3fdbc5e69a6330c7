#pragma once

#include <linux/futex.h>
#include <sys/mman.h>
#include <time.h>

#include <cstddef>
#include <cstdint>

#include "tracer/preload/system_call.h"
#include "tracer/wire.h"

// Before a job destroys a version that it has read, or that it keeps part of, somebody outside the
// job gets the time to find out what is in it. Which files that concerns is in the log's
// VersionArea, which all processes of the job share; so is the way to ask.
//
// Freestanding, for the preload library and the ptrace supervisor alike: no locks, no allocation,
// and errno stays as it is. May be used in signal handlers and in the child of a vfork.

namespace roar::tracer {

class Versions {
 public:
  // `log` is mapped up to wire::kFirstRecord at least; null: nothing is remembered or asked.
  explicit Versions(wire::LogHeader* log) noexcept : log_(log) {}

  // The job reads the file.
  void read(std::uint64_t device, std::uint64_t inode) noexcept {
    std::atomic<std::uint64_t>* word = find(device, inode, true, nullptr, wire::kMarkRead);
    if (word == nullptr) return;
    const std::uint64_t marks = word->load(std::memory_order_relaxed);
    if ((marks & (wire::kMarkRead | wire::kMarkOwn)) == 0)
      word->fetch_or(wire::kMarkRead, std::memory_order_relaxed);
  }

  // Its content is the job's own from now on.
  void own(std::uint64_t device, std::uint64_t inode) noexcept {
    set(find(device, inode, true), wire::kMarkOwn);
  }

  // It is gone: the next file of that number is another one.
  void gone(std::uint64_t device, std::uint64_t inode) noexcept {
    set(find(device, inode, false), 0);
  }

  bool is_own(std::uint64_t device, std::uint64_t inode) noexcept {
    const std::atomic<std::uint64_t>* word = find(device, inode, false);
    return word != nullptr && (word->load(std::memory_order_relaxed) & wire::kMarkOwn) != 0;
  }

  // Whether a call that destroys the file's content should make a request: it concerns a version
  // from before the job that the job has read, or `keeps_bytes` of. True once per file and fate: a
  // file that was to lose its name may still be there, and be overwritten after that.
  bool endangered(std::uint64_t device, std::uint64_t inode, wire::Fate fate,
                  bool keeps_bytes) noexcept {
    if (log_ == nullptr || log_->keeper.load(std::memory_order_relaxed) == 0) return false;
    bool unknown = false;
    std::atomic<std::uint64_t>* word = find(device, inode, keeps_bytes, &unknown);
    if (word == nullptr) return keeps_bytes || unknown;
    const std::uint64_t marks = word->load(std::memory_order_relaxed);
    const std::uint64_t done =
        fate == wire::Fate::Overwritten ? wire::kMarkSecured : wire::kMarkHeld;
    if ((marks & (wire::kMarkOwn | wire::kMarkSecured | done)) != 0) return false;
    if (!keeps_bytes && (marks & wire::kMarkRead) == 0) return false;
    word->fetch_or(done, std::memory_order_relaxed);
    return true;
  }

  // One request. Fill in path and path_length, then wait.
  class Request {
   public:
    Request(Versions versions, std::uint64_t device, std::uint64_t inode, wire::Fate fate) noexcept
        : log_(versions.log_) {
      claim(versions.area());
      if (request_ == nullptr) {
        count_unanswered();
        return;
      }
      request_->device = device;
      request_->inode = inode;
      request_->fate = fate;
      request_->path_length = 0;
    }
    ~Request() {
      if (request_ != nullptr) leave(wire::kRequestClaimed);
    }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    // Null if there are too many at once.
    wire::KeepRequest* operator->() const noexcept { return request_; }
    explicit operator bool() const noexcept { return request_ != nullptr; }

    // Returns when the version is secured, or will not be. `somebody_there` is asked whether the
    // process that answers still lives, if it takes its time.
    template <typename Check>
    bool wait(Check somebody_there) noexcept;

   private:
    static constexpr std::int64_t kLooksNs = 100'000'000;
    static constexpr std::int64_t kWaitsNs = 1'000'000'000;

    static constexpr std::uint32_t kMostUnanswered = 3;

    void claim(wire::VersionArea* area) noexcept;
    // The service may be stopped, stuck or gone: the job must not wait for it again and again. If
    // it is there after all, it says so (see KeepService).
    void count_unanswered() noexcept {
      if (log_ != nullptr &&
          log_->unanswered.fetch_add(1, std::memory_order_relaxed) + 1 >= kMostUnanswered)
        log_->keeper.store(0, std::memory_order_relaxed);
    }
    std::uint32_t word(wire::RequestState state) const noexcept { return number_ << 3 | state; }
    void leave(wire::RequestState from) noexcept {
      std::uint32_t expected = word(from);
      request_->state.compare_exchange_strong(expected, word(wire::kRequestFree));
      request_ = nullptr;
    }

    wire::LogHeader* log_;
    wire::KeepRequest* request_ = nullptr;
    std::uint32_t number_ = 0;
  };

  static void wait_for_change(std::atomic<std::uint32_t>& word, std::uint32_t value,
                              std::int64_t until_ns) noexcept {
    timespec until{until_ns / 1'000'000'000, until_ns % 1'000'000'000};
    preload::system_call(SYS_futex, preload::address_of(&word), FUTEX_WAIT_BITSET, value,
                         preload::address_of(&until), 0, FUTEX_BITSET_MATCH_ANY);
  }
  static void wake(std::atomic<std::uint32_t>& word) noexcept {
    constexpr int kAll = 0x7fff'ffff;
    preload::system_call(SYS_futex, preload::address_of(&word), FUTEX_WAKE, kAll);
  }
  static std::int64_t now_ns() noexcept {
    timespec now{};
    preload::system_call(SYS_clock_gettime, CLOCK_MONOTONIC, preload::address_of(&now));
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }

  wire::VersionArea* area() const noexcept {
    return log_ == nullptr ? nullptr
                           : reinterpret_cast<wire::VersionArea*>(reinterpret_cast<char*>(log_) +
                                                                  wire::kVersionArea);
  }

 private:
  static void set(std::atomic<std::uint64_t>* word, std::uint64_t marks) noexcept {
    if (word == nullptr) return;
    const std::uint64_t now = word->load(std::memory_order_relaxed);
    if ((now & wire::kMarks) != marks)
      word->store((now & ~std::uint64_t{wire::kMarks}) | marks, std::memory_order_relaxed);
  }

  static std::uint64_t key_of(std::uint64_t device, std::uint64_t inode) noexcept {
    std::uint64_t key = (inode ^ (device << 40) ^ (device >> 24)) * 0x9e37'79b9'7f4a'7c15U;
    key = (key ^ (key >> 32)) * 0xd6e8'feb8'6659'fd93U;
    return (key | (std::uint64_t{wire::kMarks} + 1)) & ~std::uint64_t{wire::kMarks};
  }

  // Files of a directory commonly have neighbouring numbers, and are used one after the other: they
  // share cache lines and pages.
  static unsigned group_of(std::uint64_t device, std::uint64_t inode) noexcept {
    constexpr unsigned kNeighbours = 15;  // as a power of two
    const std::uint64_t far = ((inode >> kNeighbours) ^ (device << 20)) * 0x9e37'79b9'7f4a'7c15U;
    return static_cast<unsigned>((inode >> 1) + (far >> 32)) %
           (wire::kFileWords / wire::kFileGroup);
  }

  // Makes memory for the page, so that a full file system is no SIGBUS.
  bool back(wire::VersionArea& area, unsigned page, bool make) noexcept {
    std::atomic<std::uint64_t>& bits = log_->files_backed[page / 64];
    const std::uint64_t bit = std::uint64_t{1} << page % 64;
    if ((bits.load(std::memory_order_acquire) & bit) != 0) return true;
    constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, which older headers lack
    if (!make ||
        preload::system_call(SYS_madvise, preload::address_of(&area.files[page * 4096 / 8]), 4096,
                             kPopulateWrite) != 0)
      return false;
    bits.fetch_or(bit, std::memory_order_release);
    return true;
  }

  // Null if there is none. `unknown`: because there is no room to know all. One that is added has
  // the marks `first_marks`.
  std::atomic<std::uint64_t>* find(std::uint64_t device, std::uint64_t inode, bool add,
                                   bool* unknown = nullptr,
                                   std::uint64_t first_marks = 0) noexcept {
    wire::VersionArea* all = area();
    if (all == nullptr) return nullptr;
    const std::uint64_t key = key_of(device, inode);
    const unsigned first = group_of(device, inode) * wire::kFileGroup;
    if (!back(*all, first * 8 / 4096, add)) {
      if (unknown != nullptr) *unknown = add;
      return nullptr;
    }
    for (unsigned i = first; i < first + wire::kFileGroup; ++i) {
      std::uint64_t word = all->files[i].load(std::memory_order_relaxed);
      if (word == 0 && !add) return nullptr;
      if (word == 0 && all->files[i].compare_exchange_strong(word, key | first_marks))
        return &all->files[i];
      if ((word & ~std::uint64_t{wire::kMarks}) == key) return &all->files[i];
    }
    if (unknown != nullptr) *unknown = true;
    return add ? replace_gone(*all, first, key) : nullptr;
  }

  static std::atomic<std::uint64_t>* replace_gone(wire::VersionArea& area, unsigned first,
                                                  std::uint64_t key) noexcept {
    for (unsigned i = first; i < first + wire::kFileGroup; ++i) {
      std::uint64_t word = area.files[i].load(std::memory_order_relaxed);
      if ((word & wire::kMarks) == 0 && area.files[i].compare_exchange_strong(word, key))
        return &area.files[i];
    }
    return nullptr;
  }

  wire::LogHeader* log_;
};

// Waits as long as those before us are served.
inline void Versions::Request::claim(wire::VersionArea* area) noexcept {
  if (area == nullptr) return;
  const std::int64_t begun = now_ns();
  std::int64_t until = begun + kLooksNs;
  std::uint32_t seen = 0;
  for (;;) {
    std::uint32_t states = 0;
    for (wire::KeepRequest& request : area->requests) {
      std::uint32_t word = request.state.load(std::memory_order_relaxed);
      states += word;
      if ((word & wire::kRequestStates) != wire::kRequestFree) continue;
      number_ = ((word >> 3) + 1) & (~0U >> 3);
      if (!request.state.compare_exchange_strong(word, number_ << 3 | wire::kRequestClaimed))
        continue;
      request_ = &request;
      return;
    }
    const std::int64_t now = now_ns();
    if (states != seen) until = now + kLooksNs;
    seen = states;
    if (now >= until || now - begun >= kWaitsNs) return;
    std::atomic<std::uint32_t>& some = area->requests[0].state;
    const std::uint32_t word = some.load(std::memory_order_relaxed);
    if ((word & wire::kRequestStates) != wire::kRequestFree)
      wait_for_change(some, word, now + 1'000'000);
  }
}

template <typename Check>
bool Versions::Request::wait(Check somebody_there) noexcept {
  if (request_ == nullptr) return false;
  std::uint32_t claimed = word(wire::kRequestClaimed);
  if (!request_->state.compare_exchange_strong(claimed, word(wire::kRequestPosted))) {
    request_ = nullptr;  // taken away: we were stopped for long
    return false;
  }
  log_->asked.fetch_add(1, std::memory_order_release);
  wake(log_->asked);
  const std::int64_t begun = now_ns();
  bool looked = false;
  bool gone = false;
  for (;;) {
    const std::uint32_t seen = request_->state.load(std::memory_order_acquire);
    const std::int64_t now = now_ns();
    if (seen == word(wire::kRequestKept) || seen == word(wire::kRequestRefused)) {
      leave(static_cast<wire::RequestState>(seen & wire::kRequestStates));
      log_->unanswered.store(0, std::memory_order_relaxed);
      return (seen & wire::kRequestStates) == wire::kRequestKept;
    }
    const bool posted = seen == word(wire::kRequestPosted);
    if (!posted && seen != word(wire::kRequestTaken)) {  // taken away
      request_ = nullptr;
      return false;
    }
    if (!looked && posted && now - begun >= kLooksNs) {
      looked = true;
      gone = !somebody_there();
    }
    if (gone || now - begun >= kWaitsNs || log_->keeper.load(std::memory_order_relaxed) == 0) {
      count_unanswered();
      leave(wire::kRequestPosted);
      return false;
    }
    wait_for_change(request_->state, seen, begun + (looked || !posted ? kWaitsNs : kLooksNs));
  }
}

}  // namespace roar::tracer
