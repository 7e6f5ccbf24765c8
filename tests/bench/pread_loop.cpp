// pread_loop FILE: reads the file from begin to end, 256 KiB at a time, and does nothing with it.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  const int file = argc == 2 ? ::open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) {
    std::fputs("usage: pread_loop FILE\n", stderr);
    return 2;
  }
  std::vector<char> buffer(256 << 10);
  off_t at = 0;
  for (ssize_t n = 1; n > 0; at += n) n = ::pread(file, buffer.data(), buffer.size(), at);
  std::printf("%lld bytes\n", static_cast<long long>(at));
}
