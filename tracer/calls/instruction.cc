#include "tracer/calls/instruction.h"

namespace roar::tracer {
namespace {

// What follows an opcode.
enum Operands : std::uint8_t {
  kNone = 0,
  kModRm = 1,
  kByte = 2,     // an immediate of one byte
  kWord = 4,     // of two
  kFull = 8,     // of four, or two with an operand-size prefix
  kQuad = 16,    // as kFull, or eight with REX.W
  kOffset = 32,  // an address of eight bytes, or four with an address-size prefix
  kTest = 64,    // group 3: an immediate for the first two only
  kInvalid = 128,
};

std::uint8_t operands_of_low(std::uint8_t opcode) noexcept {
  switch (opcode & 7) {
    case 4:
      return kByte;
    case 5:
      return kFull;
    case 6:
    case 7:
      return kInvalid;
    default:
      return kModRm;
  }
}

std::uint8_t operands_of_high(std::uint8_t opcode) noexcept {
  switch (opcode) {
    case 0xc0:
    case 0xc1:
    case 0xc6:
      return kModRm | kByte;
    case 0xc7:
      return kModRm | kFull;
    case 0xc2:
    case 0xca:
      return kWord;
    case 0xc8:
      return kWord | kByte;
    case 0xcd:
    case 0xe4:
    case 0xe5:
    case 0xe6:
    case 0xe7:
    case 0xeb:
      return kByte;
    case 0xe8:
    case 0xe9:
      return kFull;
    case 0xf6:
      return kModRm | kTest | kByte;
    case 0xf7:
      return kModRm | kTest | kFull;
    case 0xfe:
    case 0xff:
      return kModRm;
    case 0xce:
    case 0xea:
    case 0xd4:
    case 0xd5:
    case 0xd6:
      return kInvalid;
    default:
      break;
  }
  if (opcode >= 0xd0 && opcode <= 0xdf) return opcode == 0xd7 ? kNone : kModRm;
  if (opcode >= 0xe0 && opcode <= 0xe3) return kByte;
  return kNone;
}

std::uint8_t operands_of_middle(std::uint8_t opcode) noexcept {
  switch (opcode) {
    case 0x60:
    case 0x61:
    case 0x82:
    case 0x9a:
      return kInvalid;
    case 0x68:
    case 0xa9:
      return kFull;
    case 0x69:
    case 0x81:
      return kModRm | kFull;
    case 0x6a:
    case 0xa8:
      return kByte;
    case 0x6b:
    case 0x80:
    case 0x83:
      return kModRm | kByte;
    case 0x63:
      return kModRm;
    default:
      break;
  }
  if (opcode < 0x70) return kNone;
  if (opcode < 0x80) return kByte;
  if (opcode < 0x90) return kModRm;
  if (opcode >= 0xa0 && opcode <= 0xa3) return kOffset;
  if (opcode >= 0xb8) return kQuad;
  return opcode >= 0xb0 ? kByte : kNone;
}

std::uint8_t operands_of(std::uint8_t opcode) noexcept {
  if (opcode < 0x40) return operands_of_low(opcode);
  return opcode < 0xc0 ? operands_of_middle(opcode) : operands_of_high(opcode);
}

// Opcodes behind 0f.
std::uint8_t operands_of_second(std::uint8_t opcode) noexcept {
  switch (opcode) {
    case 0x04:
    case 0x0a:
    case 0x0c:
    case 0x0f:
    case 0x24:
    case 0x25:
    case 0x26:
    case 0x27:
    case 0x39:
      return kInvalid;
    case 0x70:
    case 0x71:
    case 0x72:
    case 0x73:
    case 0xa4:
    case 0xac:
    case 0xba:
    case 0xc2:
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return kModRm | kByte;
    case 0x77:
    case 0xa0:
    case 0xa1:
    case 0xa2:
    case 0xa8:
    case 0xa9:
    case 0xaa:
      return kNone;
    default:
      break;
  }
  if (opcode >= 0x05 && opcode <= 0x0e) return opcode == 0x0d ? kModRm : kNone;
  if (opcode >= 0x30 && opcode <= 0x37) return kNone;
  if (opcode >= 0x3b && opcode <= 0x3f) return kInvalid;
  if (opcode >= 0x80 && opcode <= 0x8f) return kFull;
  if (opcode >= 0xc8 && opcode <= 0xcf) return kNone;
  return kModRm;
}

// Opcodes of an instruction with a VEX or EVEX prefix.
std::uint8_t operands_of_vector(unsigned map, std::uint8_t opcode) noexcept {
  switch (map) {
    case 1:
      return opcode == 0x77 ? kNone : operands_of_second(opcode) | kModRm;
    case 2:
    case 5:
    case 6:
      return kModRm;
    case 3:
      return kModRm | kByte;
    default:
      return kInvalid;
  }
}

enum class Map : std::uint8_t { Primary, Second, Other };

struct Parts {
  std::size_t at = 0;  // of what is not decoded yet
  bool operand_size = false;
  bool address_size = false;
  std::uint8_t rex = 0;
  Map map = Map::Primary;
  std::uint8_t opcode = 0;
  std::uint8_t operands = kNone;
  std::uint8_t mod_rm = 0;
};

bool is_prefix(std::uint8_t byte, Parts& parts) noexcept {
  if (byte == 0x66) parts.operand_size = true;
  if (byte == 0x67) parts.address_size = true;
  return byte == 0x26 || byte == 0x2e || byte == 0x36 || byte == 0x3e ||
         (byte >= 0x64 && byte <= 0x67) || byte == 0xf0 || byte == 0xf2 || byte == 0xf3;
}

// Reads bytes with a limit; 0 behind it, and `over` is set.
struct Reader {
  std::span<const std::uint8_t> code;
  bool over = false;
  std::uint8_t at(std::size_t index) noexcept {
    if (index < code.size()) return code[index];
    over = true;
    return 0;
  }
  std::uint32_t number(std::size_t index, std::size_t size) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint32_t{at(index + i)} << (8 * i);
    return value;
  }
};

void read_opcode(Reader& reader, Parts& parts) noexcept {
  while (parts.at < 14 && is_prefix(reader.at(parts.at), parts)) ++parts.at;
  if ((reader.at(parts.at) & 0xf0) == 0x40) parts.rex = reader.at(parts.at++);
  const std::uint8_t first = reader.at(parts.at++);
  if (first == 0xc5 || first == 0xc4 || first == 0x62) {
    const std::size_t payload = first == 0xc5 ? 1 : first == 0xc4 ? 2 : 3;
    const std::uint8_t selector = reader.at(parts.at);
    const unsigned map = first == 0xc5 ? 1 : selector & (first == 0xc4 ? 31U : 7U);
    parts.at += payload;
    parts.map = Map::Other;
    parts.opcode = reader.at(parts.at++);
    parts.operands = operands_of_vector(map, parts.opcode);
    return;
  }
  parts.opcode = first;
  parts.operands = operands_of(first);
  if (first != 0x0f) return;
  parts.map = Map::Second;
  parts.opcode = reader.at(parts.at++);
  if (parts.opcode != 0x38 && parts.opcode != 0x3a) {
    parts.operands = operands_of_second(parts.opcode);
    return;
  }
  parts.map = Map::Other;
  parts.operands = parts.opcode == 0x38 ? kModRm : kModRm | kByte;
  ++parts.at;
}

void skip_address(Reader& reader, Parts& parts) noexcept {
  parts.mod_rm = reader.at(parts.at++);
  const unsigned mod = parts.mod_rm >> 6U;
  const unsigned rm = parts.mod_rm & 7U;
  if (mod == 3) return;
  unsigned base = rm;
  if (rm == 4) base = reader.at(parts.at++) & 7U;
  if (mod == 1) parts.at += 1;
  if (mod == 2 || (mod == 0 && base == 5)) parts.at += 4;
}

std::size_t immediate_size(const Parts& parts) noexcept {
  const bool wide = (parts.rex & 8U) != 0;
  if ((parts.operands & kTest) != 0 && (parts.mod_rm & 0x38U) > 0x08) return 0;
  const std::size_t full = parts.operand_size && !wide ? 2 : 4;
  std::size_t size = 0;
  if ((parts.operands & kByte) != 0) size += 1;
  if ((parts.operands & kWord) != 0) size += 2;
  if ((parts.operands & kFull) != 0) size += full;
  if ((parts.operands & kQuad) != 0) size += wide ? 8 : full;
  if ((parts.operands & kOffset) != 0) size += parts.address_size ? 4 : 8;
  // A near call or jump has four bytes whatever the prefix.
  const bool near = (parts.map == Map::Primary && (parts.opcode == 0xe8 || parts.opcode == 0xe9)) ||
                    (parts.map == Map::Second && (parts.opcode & 0xf0U) == 0x80);
  return near ? 4 : size;
}

// Register 0 is the operand of ModRM that says "register", or the one that says "memory".
bool is_register_0(const Parts& parts) noexcept {
  return (parts.mod_rm & 0x38U) == 0 && (parts.rex & 4U) == 0;
}
bool is_memory_0(const Parts& parts) noexcept {
  return (parts.mod_rm & 0xc7U) == 0xc0 && (parts.rex & 1U) == 0;
}

bool jumps(const Parts& parts) noexcept {
  switch (parts.opcode) {
    case 0xe9:
    case 0xeb:
    case 0xc2:
    case 0xc3:
    case 0xcc:
    case 0xf4:
      return true;
    case 0xff:
      return (parts.mod_rm & 0x38U) == 0x20 || (parts.mod_rm & 0x38U) == 0x28;
    default:
      return false;
  }
}

bool calls(const Parts& parts) noexcept {
  return parts.opcode == 0xe8 || (parts.opcode == 0xff && ((parts.mod_rm & 0x38U) == 0x10 ||
                                                           (parts.mod_rm & 0x38U) == 0x18));
}

bool may_write_0(const Parts& parts) noexcept {
  const std::uint8_t opcode = parts.opcode;
  if (parts.map == Map::Second) {
    // Conditional moves, set-on-condition, extensions, multiplication, atomic ones.
    if ((opcode & 0xf0U) == 0x40 || opcode == 0xaf || opcode == 0xb6 || opcode == 0xb7 ||
        opcode == 0xbe || opcode == 0xbf)
      return is_register_0(parts);
    if ((opcode & 0xf0U) == 0x90 || opcode == 0x7e) return is_memory_0(parts);
    if (opcode == 0xc0 || opcode == 0xc1) return is_register_0(parts);
    return opcode == 0x05 || opcode == 0x31 || opcode == 0xa2 || opcode == 0xb0 || opcode == 0xb1;
  }
  if (parts.map == Map::Other) return false;
  if (opcode < 0x40) {
    if ((opcode & 0x38U) == 0x38) return false;  // compares
    if ((opcode & 4U) != 0) return true;
    return (opcode & 2U) != 0 ? is_register_0(parts) : is_memory_0(parts);
  }
  if (opcode == 0x69 || opcode == 0x6b || opcode == 0x8a || opcode == 0x8d)
    return is_register_0(parts);
  if (opcode == 0x80 || opcode == 0x81 || opcode == 0x83)
    return (parts.mod_rm & 0x38U) != 0x38 && is_memory_0(parts);
  if (opcode == 0x86 || opcode == 0x87) return is_register_0(parts) || is_memory_0(parts);
  if (opcode == 0x88 || opcode == 0xc0 || opcode == 0xc1 || opcode == 0xc6 ||
      (opcode >= 0xd0 && opcode <= 0xd3) || opcode == 0xfe)
    return is_memory_0(parts);
  if (opcode == 0xf6 || opcode == 0xf7) return (parts.mod_rm & 0x38U) > 0x08;
  return (opcode >= 0x91 && opcode <= 0x97) || opcode == 0x98 ||
         (opcode >= 0xa0 && opcode <= 0xa1) || opcode == 0xac || opcode == 0xad || opcode == 0xe4 ||
         opcode == 0xe5 || opcode == 0xec || opcode == 0xed;
}

struct Effect {
  NumberEffect effect = NumberEffect::None;
  std::uint32_t value = 0;
};

// Of a move between register 0 and another, or memory; None for any other instruction.
Effect effect_of_move(const Parts& parts) noexcept {
  if (parts.opcode == 0x8b && is_register_0(parts)) {
    if (parts.mod_rm < 0xc0) return {NumberEffect::Load};
    return {NumberEffect::Copy, (parts.mod_rm & 7U) | ((parts.rex & 1U) << 3U)};
  }
  if (parts.opcode == 0x89 && is_memory_0(parts))
    return {NumberEffect::Copy, ((parts.mod_rm >> 3U) & 7U) | ((parts.rex & 4U) << 1U)};
  if (parts.opcode == 0x63 && is_register_0(parts)) return {NumberEffect::Load};
  return {};
}

Effect effect_of(const Parts& parts, std::uint32_t immediate) noexcept {
  if (parts.map == Map::Primary) {
    const bool rex_b = (parts.rex & 1U) != 0;
    if (parts.opcode == 0xb8 && !rex_b) return {NumberEffect::Set, immediate};
    if (parts.opcode == 0xb0 && !rex_b) return {NumberEffect::SetLow, immediate};
    if (parts.opcode == 0xc7 && is_memory_0(parts)) return {NumberEffect::Set, immediate};
    const bool clears = parts.opcode == 0x31 || parts.opcode == 0x33;
    if (clears && parts.mod_rm == 0xc0 && (parts.rex & 5U) == 0) return {NumberEffect::Set, 0};
    if (parts.opcode == 0x6a || parts.opcode == 0x68) return {NumberEffect::Push, immediate};
    if (parts.opcode == 0x58 && !rex_b) return {NumberEffect::Pop};
    if (jumps(parts)) return {NumberEffect::Jump};
    if (calls(parts)) return {NumberEffect::Other};
    const Effect moved = effect_of_move(parts);
    if (moved.effect != NumberEffect::None) return moved;
  }
  return {may_write_0(parts) ? NumberEffect::Other : NumberEffect::None};
}

}  // namespace

Instruction decode_instruction(std::span<const std::uint8_t> code) noexcept {
  Reader reader{code};
  Parts parts;
  read_opcode(reader, parts);
  if ((parts.operands & kInvalid) != 0 || reader.over) return {};
  if ((parts.operands & kModRm) != 0) skip_address(reader, parts);
  const std::size_t size = immediate_size(parts);
  const std::uint32_t immediate = reader.number(parts.at, size < 4 ? size : 4);
  const std::size_t length = parts.at + size;
  if (reader.over || length > code.size() || length > 15) return {};
  const Effect effect = effect_of(parts, immediate);
  return {length, effect.effect, effect.value};
}

}  // namespace roar::tracer
