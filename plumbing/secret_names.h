#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// Under which names a secret is given. Exact names only: "--tokenizer=gpt2" is no secret.

namespace roar::plumbing {

// A name whose value is a secret.
struct SecretName {
  std::string_view name;
  std::string_view kind;   // what the placeholder says
  std::uint16_t shortest;  // a value with fewer characters is none
};

// Options ("--api-key"), keys of settings ("wandb.api_key=...") and of URLs ("?sig=..."): in lower
// case, without '-' and '_'. Sorted.
std::span<const SecretName> secret_options() noexcept;
// Variables, spelled exactly so. Sorted.
std::span<const SecretName> secret_variables() noexcept;
// HTTP header fields, in lower case. Sorted.
std::span<const SecretName> secret_headers() noexcept;

enum class OptionForm : std::uint8_t {
  Next,          // -p VALUE
  NextAfter,     // -u USER:VALUE
  NextPassword,  // -passin pass:VALUE
  Attached,      // -pVALUE
  Operand,       // the first operand after this word
};
// Where a program takes a secret under a name that means something else for others.
struct ProgramOption {
  std::string_view program;  // last component of its path; and a word that must be an argument
  std::string_view option;
  OptionForm form;
  std::string_view kind;
};
std::span<const ProgramOption> program_options() noexcept;

}  // namespace roar::plumbing
