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

  // One of its functions, as a pointer of whatever type it is given to.
  struct Function {
    void* address;
    template <typename Pointer>
    operator Pointer() const {
      return reinterpret_cast<Pointer>(address);
    }
  };
  // Throws Error(unsupported) where it has no such function.
  Function operator[](const char* name) const { return {address_of(name)}; }

 private:
  void* address_of(const char* name) const;
  [[noreturn]] void throw_missing(const std::string& found) const;

  const char* soname_;
  const char* purpose_;
  const char* package_;
  void* library_;
};

}  // namespace pregap
