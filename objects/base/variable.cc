#include "objects/base/variable.h"

#include <cstdlib>

namespace roar {

const char* environment_variable(const char* name) noexcept {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
}

std::string environment_text(const char* name) {
  const char* value = environment_variable(name);
  return value != nullptr ? value : "";
}

}  // namespace roar
