#pragma once

namespace roar {

// A library that is loaded when it is first needed, because loading it takes longer than most
// commands run. What it is compiled against are its own headers, so that types stay checked:
//
//   decltype(&git_libgit2_init) init{};
//   library.find(init, "git_libgit2_init");
//
// It stays loaded to the end of the process: other code may hold on to what it made.
class SharedLibrary {
 public:
  // `name` is its soname. Throws Errc::Unsupported if it cannot be loaded.
  explicit SharedLibrary(const char* name);

  // Throws Errc::Unsupported if the library has no such function.
  template <typename Function>
  void find(Function& function, const char* symbol) const {
    function = reinterpret_cast<Function>(address_of(symbol));
  }

 private:
  void* address_of(const char* symbol) const;

  const char* name_;
  void* handle_;
};

}  // namespace roar
