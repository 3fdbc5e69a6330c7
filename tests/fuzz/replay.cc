// Runs a fuzz target once over each file that is named on the command line: the corpus as a test,
// with any compiler.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include "objects/base/file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) {
      const std::string bytes = roar::read_file(argv[i]).value();
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return argc > 1 ? 0 : 1;
}
