// limits FILE [--json]: what this machine reads in MiB/s, by one and by two threads, best of five:
// memory, and FILE from the page cache by pread and by a mapping, with every byte looked at. FILE
// should be some hundred MiB; it is read once before.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kPiece = 256 << 10;
std::atomic<std::uint64_t> g_seen;

// All bytes as four sums, which the compiler makes vectors of.
void look_at(const std::uint8_t* bytes, std::size_t size) {
  std::uint64_t sums[32] = {};
  for (std::size_t i = 0; i + 256 <= size; i += 256) {
    std::uint64_t words[32];
    std::memcpy(words, bytes + i, sizeof(words));
    for (std::size_t k = 0; k < 32; ++k) sums[k] ^= words[k];
  }
  for (const std::uint64_t sum : sums) g_seen += sum;
}

// `read(piece)` for all pieces, shared by the threads as they come.
double mib_a_second(std::size_t size, unsigned threads,
                    const std::function<std::function<void(std::size_t)>()>& reader) {
  double best = 0;
  const std::size_t pieces = size / kPiece;
  for (int round = 0; round < 5; ++round) {
    std::atomic<std::size_t> next = 0;
    const auto start = std::chrono::steady_clock::now();
    {
      std::vector<std::jthread> pool;
      for (unsigned t = 0; t < threads; ++t) {
        pool.emplace_back([&] {
          const std::function<void(std::size_t)> read = reader();
          for (std::size_t i = next++; i < pieces; i = next++) read(i * kPiece);
        });
      }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(pieces * kPiece) / (1 << 20) / took.count());
  }
  return best;
}

void* map_or_null(std::size_t size, int flags, int file) {
  void* map = ::mmap(nullptr, size, PROT_READ | (file < 0 ? PROT_WRITE : 0), flags, file, 0);
  return map == MAP_FAILED ? nullptr : map;
}

}  // namespace

int main(int argc, char** argv) {
  const int file = argc >= 2 ? ::open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
  struct stat st {};
  if (file < 0 || ::fstat(file, &st) != 0) {
    std::fputs("usage: limits FILE [--json]\n", stderr);
    return 2;
  }
  const bool json = argc == 3 && std::string_view(argv[2]) == "--json";
  const std::size_t size = static_cast<std::size_t>(st.st_size);
  auto* memory = static_cast<std::uint8_t*>(map_or_null(size, MAP_PRIVATE | MAP_ANONYMOUS, -1));
  if (memory == nullptr) return 2;
  ::madvise(memory, size, MADV_HUGEPAGE);
  std::memset(memory, 1, size);

  const auto from_memory = [&] { return [&](std::size_t at) { look_at(memory + at, kPiece); }; };
  const auto by_pread = [&] {
    return [file, buffer = std::vector<std::uint8_t>(kPiece)](std::size_t at) mutable {
      const ssize_t n = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(at));
      look_at(buffer.data(), static_cast<std::size_t>(n));
    };
  };
  const auto by_mapping = [&] {
    return [file](std::size_t at) {
      void* map = ::mmap(nullptr, kPiece, PROT_READ, MAP_SHARED | MAP_POPULATE, file,
                         static_cast<off_t>(at));
      look_at(static_cast<std::uint8_t*>(map), kPiece);
      ::munmap(map, kPiece);
    };
  };
  const auto show = [&](const char* what, const auto& reader) {
    const double one = mib_a_second(size, 1, reader), two = mib_a_second(size, 2, reader);
    std::printf(json ? "%s\"%s\": [%.0f, %.0f]" : "%s%-24s%8.0f%8.0f", json ? ", " : "\n", what,
                one, two);
  };
  std::printf(json ? "{\"unit\": \"MiB/s by 1 and by 2 threads\""
                   : "MiB/s, by threads:            1       2");
  show("memory", from_memory);
  show("page cache, pread", by_pread);
  show("page cache, mmap", by_mapping);
  std::printf(json ? "}\n" : "\n");
}
