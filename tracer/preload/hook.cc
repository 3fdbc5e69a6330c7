#include "tracer/preload/hook.h"

namespace roar::tracer::preload {

void* find_next(const char* symbol) noexcept {
  if (dlsym == nullptr) return nullptr;
  const KeepErrno keep;
  return dlsym(RTLD_NEXT, symbol);
}

}  // namespace roar::tracer::preload
