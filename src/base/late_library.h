// A shared library that is loaded when it is first needed: one that few commands use would take
// longer to load than many a command takes.
#pragma once

#include <string>

namespace pregap {

class LateLibrary {
 public:
  // `purpose` and `package` are for people: what it is needed for, what to install. Throws
  // Error(unsupported) where it isn't installed. It stays loaded.
  LateLibrary(const char* soname, const char* purpose, const char* package);

  // Throws Error(unsupported) where it has no such function.
  template <typename Function>
  void find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(address_of(name));
  }

 private:
  void* address_of(const char* name) const;
  [[noreturn]] void throw_missing(const std::string& found) const;

  const char* soname_;
  const char* purpose_;
  const char* package_;
  void* library_;
};

}  // namespace pregap
