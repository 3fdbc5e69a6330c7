#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace roar::plumbing {

// How much of some long work is done.
struct Amount {
  std::uint64_t files = 0;
  std::uint64_t all_files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t all_bytes = 0;
};

// "512 B", "1.5 KB", "2.0 GB": powers of 1024.
std::string size_text(std::uint64_t bytes);

// What the work is called: constants, such as "hashing" and "file".
struct Work {
  std::string_view verb;
  std::string_view unit = "file";  // what Amount::files counts, in the singular
};

// "hashing 3 of 12 files · 1.2 GB of 200.0 GB · 1.1 GB/s · 3m 1s left", in at most `columns`
// columns: what does not fit is left out from the end. The rate is in bytes, or in units where no
// bytes are counted; below 1 it is not known.
std::string progress_text(const Work& work, const Amount& amount, double per_second,
                          std::size_t columns);

// One line about long work on a terminal, drawn over and over in its place. Nothing is drawn
// elsewhere, in the first half second, while another process group has the terminal, or more than
// ten times a second.
//
// From one thread at a time. The destructor removes the line.
class Progress {
 public:
  // `descriptor` stays the caller's.
  Progress(int descriptor, Work work);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const Amount& amount);
  // Removes the line: before anything else is printed there.
  void clear();

 private:
  struct Sample {
    std::int64_t time_ns;
    std::uint64_t done;
  };

  std::size_t columns() const noexcept;
  double rate(std::int64_t now_ns, std::uint64_t done);
  void draw(std::string_view text) const;

  int descriptor_;
  Work work_;
  bool is_terminal_;
  bool is_dumb_;
  std::int64_t begun_ns_ = 0;
  std::int64_t drawn_ns_ = 0;
  std::size_t drawn_columns_ = 0;  // of the line that is there
  std::deque<Sample> samples_;     // of the last seconds
};

}  // namespace roar::plumbing
