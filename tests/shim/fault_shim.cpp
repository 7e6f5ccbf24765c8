// Preloaded into the program under test: ends or starves it at its n-th call that changes files, so
// that a crash at any moment can be had at will, without clocks.
//
//   PREGAP_FAULT_AT    which call, from 1 on; standard output and error don't count
//   PREGAP_FAULT_KIND  kill: SIGKILL before the call; half: a write's first half, then SIGKILL;
//                      full: this write and all behind it fail with ENOSPC
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum class Kind { none, kill, half, full };

std::atomic<long> calls{0};

long fault_at() {
  static const long at = [] {
    const char* text = std::getenv("PREGAP_FAULT_AT");
    return text == nullptr ? 0L : std::strtol(text, nullptr, 10);
  }();
  return at;
}

Kind kind() {
  static const Kind chosen = [] {
    const char* text = std::getenv("PREGAP_FAULT_KIND");
    if (text == nullptr || fault_at() == 0) return Kind::none;
    if (std::strcmp(text, "full") == 0) return Kind::full;
    return std::strcmp(text, "half") == 0 ? Kind::half : Kind::kill;
  }();
  return chosen;
}

[[noreturn]] void end() {
  for (;;) ::kill(::getpid(), SIGKILL);
}

// Whether the fault strikes at this call; a kill that needs no bytes ends here.
bool strikes() {
  if (kind() == Kind::none) return false;
  const long n = ++calls;
  if (kind() == Kind::full) return n >= fault_at();
  if (n != fault_at()) return false;
  if (kind() == Kind::kill) end();
  return true;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  if (fd <= 2 || !strikes()) return real(fd, bytes, size);
  if (kind() == Kind::full) return errno = ENOSPC, -1;
  real(fd, bytes, size / 2);
  end();
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  if (!strikes()) return real(fd, bytes, size, offset);
  if (kind() == Kind::full) return errno = ENOSPC, -1;
  real(fd, bytes, size / 2, offset);
  end();
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t offset) {
  return pwrite(fd, bytes, size, offset);
}

int fsync(int) {  // what a killed process wrote is not lost: nothing to wait for
  if (strikes()) {
    if (kind() == Kind::full) return errno = ENOSPC, -1;
    end();
  }
  return 0;
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, int)>("linkat");
  if (strikes() && kind() != Kind::full) end();
  return real(from_folder, from, to_folder, to, flags);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  if (strikes() && kind() != Kind::full) end();
  return real(from_folder, from, to_folder, to, flags);
}

int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  if (strikes() && kind() != Kind::full) end();
  return real(from, to);
}

int link(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("link");
  if (strikes() && kind() != Kind::full) end();
  return real(from, to);
}

int unlink(const char* path) {
  static const auto real = next<int (*)(const char*)>("unlink");
  if (strikes() && kind() != Kind::full) end();
  return real(path);
}

}  // extern "C"
