#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>

#include "objects/base/byte_stream.h"

// Packs and bundles come from and go to files, or standard input and output: "-".

namespace roar::plumbing {

// A file that is written from its start to its end. If it is a regular one, it appears under its
// name complete or not at all. "-" stands for `out`, which must outlive this.
class OutputFile {
 public:
  // Throws Errc::Io if it cannot be opened.
  OutputFile(const std::filesystem::path& path, std::ostream& out);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Valid as long as this. Throws Errc::Io where bytes cannot be written.
  ByteSink sink();
  // Makes it durable.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The same for reading. Throws Errc::NotFound if there is no such file, Errc::Io else.
class InputFile {
 public:
  InputFile(const std::filesystem::path& path, std::istream& in);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  ByteSource source();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar::plumbing
