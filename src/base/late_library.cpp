#include "base/late_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "pregap/error.h"

namespace pregap {

LateLibrary::LateLibrary(const char* soname, const char* purpose, const char* package)
    : soname_(soname),
      purpose_(purpose),
      package_(package),
      library_(::dlopen(soname, RTLD_LAZY | RTLD_LOCAL)) {
  if (library_ == nullptr) throw_missing(::dlerror());
}

void* LateLibrary::address_of(const char* name) const {
  void* address = ::dlsym(library_, name);
  if (address == nullptr) throw_missing(fmt::format("no {} in it", name));
  return address;
}

void LateLibrary::throw_missing(const std::string& found) const {
  throw Error(ErrorCode::unsupported, soname_,
              fmt::format("{}, expected the library that {}", found, purpose_),
              fmt::format("apt-get install {}", package_));
}

}  // namespace pregap
