#include "tracer/calls/inline_calls.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tracer/calls/instruction.h"

// Bytes are those of gcc 12, clang 14 and Go 1.19, as objdump shows them.

namespace roar::tracer {
namespace {

using Code = std::vector<std::uint8_t>;

const Code kNothing{0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
                    0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
                    0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90};
const Code kMovOpenat{0xb8, 0x01, 0x01, 0x00, 0x00};                    // mov $257,%eax
const Code kMovFutex{0xb8, 0xca, 0x00, 0x00, 0x00};                     // mov $202,%eax
const Code kMovOpenatWide{0x48, 0xc7, 0xc0, 0x01, 0x01, 0, 0};          // mov $257,%rax
const Code kArguments{0x48, 0x89, 0xfe, 0xbf, 0x9c, 0xff, 0xff, 0xff};  // mov %rdi,%rsi; mov
const Code kSystemCall{0x0f, 0x05};
const Code kCheck{0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff, 0x77, 0x05, 0xc3};  // cmp; ja; ret

Code operator+(Code left, const Code& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

bool found(const Code& code) {
  return has_path_call(kNothing + code);
}

}  // namespace

TEST_CASE("system calls for files are found in code by their numbers", "[tracer]") {
  CHECK(found(kMovOpenat + kSystemCall + kCheck));
  CHECK(found(kMovOpenat + kArguments + kSystemCall + kCheck));
  CHECK(found(kMovOpenatWide + kArguments + kSystemCall + kCheck));
  CHECK(found(Code{0x6a, 0x02, 0x58} + kArguments + kSystemCall));                // push; pop %rax
  CHECK(found(Code{0x31, 0xc0, 0xb0, 0x57} + kArguments + kSystemCall));          // mov $87,%al
  CHECK(found(Code{0x41, 0xbc, 0x02, 0, 0, 0, 0x4c, 0x89, 0xe0} + kSystemCall));  // by %r12
}

TEST_CASE("a system call whose number comes from elsewhere may be any", "[tracer]") {
  CHECK(found(Code{0x48, 0x89, 0xf8} + kArguments + kSystemCall + kCheck));        // by %rdi
  CHECK(found(Code{0x48, 0x8b, 0x44, 0x24, 0x08} + kSystemCall + kCheck));         // the stack
  CHECK(found(Code{0x48, 0x8b, 0x45, 0xe8} + kArguments + kSystemCall + kCheck));  // a variable
}

TEST_CASE("other system calls, and bytes that look like one, are none for files", "[tracer]") {
  CHECK_FALSE(found(kMovFutex + kArguments + kSystemCall + kCheck));
  CHECK_FALSE(found(Code{0x41, 0xbc, 0xca, 0, 0, 0, 0x44, 0x89, 0xe0} + kSystemCall + kCheck));
  CHECK_FALSE(found(kMovOpenat + kArguments));
  // Within a jump, a constant and an address.
  CHECK_FALSE(found(kMovOpenat + Code{0xe9, 0x0f, 0x05, 0xfd, 0xff} + kCheck));
  CHECK_FALSE(found(kMovOpenat + Code{0xb9, 0x0f, 0x05, 0x00, 0x00} + kCheck));
  CHECK_FALSE(found(kMovOpenat + Code{0x8b, 0x0d, 0x0f, 0x05, 0x00, 0x00} + kCheck));
  CHECK_FALSE(has_path_call({}));
  CHECK_FALSE(has_path_call(Code{0x0f}));
}

TEST_CASE("a system call is found wherever it lies among those before and behind", "[tracer]") {
  const Code call = kMovOpenat + kArguments + kSystemCall + kCheck;
  for (std::size_t shift = 0; shift < 40; ++shift) {
    const Code before(shift, 0x90);
    CHECK(has_path_call(kNothing + before + call));
    // Within the last bytes of all.
    CHECK(has_path_call(kNothing + before + kMovOpenat + kSystemCall));
  }
  // What was looked at before is not found again.
  const Code code = kNothing + call;
  CHECK_FALSE(has_path_call(code, code.size() - kCheck.size()));
}

TEST_CASE("of a part of an instruction nothing is known", "[tracer]") {
  const Code code = kMovOpenatWide + kArguments + kCheck;
  for (std::size_t size = 0; size < kMovOpenatWide.size(); ++size)
    CHECK(decode_instruction({code.data(), size}).length == 0);
  CHECK(decode_instruction(code).length == kMovOpenatWide.size());
  CHECK(decode_instruction(code).effect == NumberEffect::Set);
  CHECK(decode_instruction(code).value == 257);
}

TEST_CASE("what is no program has no system calls", "[tracer]") {
  CHECK(find_inline_calls("/nonexistent").code_bytes == 0);
  CHECK(find_inline_calls("/etc/passwd").code_bytes == 0);
  CHECK(find_inline_calls("/etc").code_bytes == 0);
  CHECK(find_inline_calls("/bin/sh").code_bytes > 10'000);
  CHECK_FALSE(find_inline_calls("/bin/sh").found);
}

}  // namespace roar::tracer
