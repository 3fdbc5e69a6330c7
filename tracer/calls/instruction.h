#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace roar::tracer {

// What an instruction does to register 0 (eax, rax), which has the number of a system call.
enum class NumberEffect : std::uint8_t {
  None,
  Set,     // to `value`
  SetLow,  // its low byte to `value`
  Push,    // `value` lies on the stack now
  Pop,     // takes the number from the stack
  Copy,    // from the register of number `value`
  Load,    // from memory
  Other,   // to something that is no number of a call
  Jump,    // execution goes on elsewhere: what comes next is reached from elsewhere too
};

struct Instruction {
  std::size_t length = 0;  // in bytes; 0: there is none that is known, or not all of it is there
  NumberEffect effect = NumberEffect::None;
  std::uint32_t value = 0;
};

// The instruction of x86-64 code in 64-bit mode that `code` begins with (Intel 64 and IA-32
// Architectures Software Developer's Manual, volume 2, chapter 2 and appendix A). Knows all that
// compilers emit, AVX-512 included; not 3DNow! and XOP.
Instruction decode_instruction(std::span<const std::uint8_t> code) noexcept;

}  // namespace roar::tracer
