// Reads the output of "objdump -d -w --insn-width=16" and prints how many instructions there are,
// and each whose length the decoder has otherwise.

#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "tracer/calls/instruction.h"

namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at + 1 < text.size();) {
    std::uint8_t byte = 0;
    const auto parsed = std::from_chars(text.data() + at, text.data() + at + 2, byte, 16);
    if (parsed.ec != std::errc()) break;
    bytes.push_back(byte);
    at += 3;
  }
  return bytes;
}

// Data among the code: objdump takes it for code, too, and has words for what it cannot read.
bool is_data(const std::string& name) {
  return name.find("(bad)") != std::string::npos || name.starts_with("rex") ||
         name.starts_with(".byte");
}

}  // namespace

int main() {
  std::size_t count = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t colon = line.find(":\t");
    if (colon == std::string::npos) continue;
    const std::size_t tab = line.find('\t', colon + 2);
    if (tab == std::string::npos || is_data(line.substr(tab + 1))) continue;
    std::vector<std::uint8_t> code = bytes_of(line.substr(colon + 2, tab - colon - 2));
    const std::size_t length = code.size();
    code.resize(length + 16, 0x90);
    ++count;
    if (roar::tracer::decode_instruction(code).length != length) std::cout << line << '\n';
  }
  std::cout << count << " instructions\n";
}
