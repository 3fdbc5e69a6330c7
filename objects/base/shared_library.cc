#include "objects/base/shared_library.h"

#include <dlfcn.h>

#include <string>

#include "objects/base/error.h"

namespace roar {

SharedLibrary::SharedLibrary(const char* name)
    : name_(name), handle_(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) {
    throw Error(Errc::Unsupported, "cannot load " + std::string(name) + "; install it first");
  }
}

void* SharedLibrary::address_of(const char* symbol) const {
  void* address = ::dlsym(handle_, symbol);
  if (address == nullptr) {
    throw Error(Errc::Unsupported, std::string(name_) + " has no function " + symbol);
  }
  return address;
}

}  // namespace roar
