// The side of libewf: opens, reads and says what it found wrong.
#ifdef PREGAP_EWF
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "bytes/confined.h"
#include "bytes/ewf_handle.h"
#include "bytes/ewf_wire.h"

namespace pregap {
namespace {

constexpr std::uint64_t kMemory = 4ULL << 30;  // bytes beyond what it begins with
constexpr int kSilentSeconds = 60;             // of processor time for one answer
constexpr std::uint32_t kMostDamageTold = 50;

// The caller is gone, or speaks no sense.
struct End {};

void send_all(int socket, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw End();
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

void send_reply(int socket, EwfSaid what, const EwfText& text) {
  const EwfReply reply{.what = what, .length = static_cast<std::uint32_t>(text.bytes().size())};
  send_all(socket, {reinterpret_cast<const std::uint8_t*>(&reply), sizeof reply});
  send_all(socket, text.bytes());
}

// More of them than a process may have open as a rule.
std::vector<EwfSegment> open_segments(const std::vector<std::filesystem::path>& segments) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  std::vector<EwfSegment> open;
  for (const std::filesystem::path& path : segments) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat st {};
    if (fd < 0 || ::fstat(fd, &st) != 0) {
      throw Error(ErrorCode::unreadable, path.string(), std::strerror(errno));
    }
    if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
      throw Error(ErrorCode::unreadable, path.string(), "no file, expected a segment");
    }
    open.push_back({.descriptor = fd, .size = std::max<off_t>(0, ::lseek(fd, 0, SEEK_END))});
  }
  return open;
}

class Server {
 public:
  Server(int socket, std::uint8_t* window, const std::string& name)
      : socket_(socket), window_(window), handle_(name) {}

  void open(const std::vector<std::filesystem::path>& segments) {
    serve([&](EwfText& text) {
      const std::vector<EwfSegment> open = open_segments(segments);
      confine(kMemory);
      handle_.open_segments(open);
      tell_facts(text);
      open_ = true;
    });
  }

  bool is_open() const { return open_; }

  void answer(const EwfRequest& request) {
    serve([&](EwfText& text) {
      if (request.what == EwfAsked::read) {
        read(request);
      } else if (request.what == EwfAsked::damage) {
        tell_damage(text);
      } else {
        throw End();
      }
    });
  }

 private:
  template <typename Work>
  void serve(const Work& work) {
    EwfText text;
    try {
      work(text);
    } catch (const Error& error) {
      EwfText told;
      told.put(static_cast<std::uint64_t>(error.code()));
      told.put(error.place());
      told.put(error.message());
      return send_reply(socket_, EwfSaid::error, told);
    }
    send_reply(socket_, EwfSaid::done, text);
  }

  void tell_facts(EwfText& text) {
    libewf_error_t* error = nullptr;
    size64_t size = 0;
    handle_.require(ewf().handle_get_media_size(handle_.get(), &size, &error), ErrorCode::malformed,
                    "tell the media's size", error);
    size_ = size;
    std::uint32_t sector_size = 0;
    if (ewf().handle_get_bytes_per_sector(handle_.get(), &sector_size, nullptr) != 1) {
      sector_size = 0;
    }
    // A chunk whose checksum disagrees is read as it is, and counted.
    ewf().handle_set_read_zero_chunk_on_error(handle_.get(), 0, nullptr);
    text.put(size_);
    text.put(std::uint64_t{sector_size});
    text.put(to_lower(handle_.hash_value("MD5")));
    text.put(to_lower(handle_.hash_value("SHA1")));
    for (const std::string& identifier : handle_.header_identifiers()) {
      const std::string value = handle_.header_value(identifier);
      if (value.empty()) continue;
      text.put(identifier);
      text.put(value);
    }
  }

  void read(const EwfRequest& request) {
    if (request.size > kEwfWindow || request.offset > size_ ||
        request.size > size_ - request.offset) {
      throw End();
    }
    std::uint64_t done = 0;
    while (done < request.size) {
      libewf_error_t* error = nullptr;
      const ssize_t n = ewf().handle_read_random(
          handle_.get(), window_ + done, static_cast<std::size_t>(request.size - done),
          static_cast<off64_t>(request.offset + done), &error);
      if (n <= 0) {
        const std::string what = fmt::format("read {} bytes at byte {} of the content",
                                             request.size - done, request.offset + done);
        handle_.require(-1, ErrorCode::unreadable, what.c_str(), error);
      }
      done += static_cast<std::uint64_t>(n);
    }
  }

  void tell_damage(EwfText& text) {
    std::uint32_t count = 0;
    ewf().handle_get_number_of_checksum_errors(handle_.get(), &count, nullptr);
    text.put(std::uint64_t{count});
    for (std::uint32_t i = 0; i < std::min(count, kMostDamageTold); ++i) {
      std::uint64_t first = 0, sectors = 0;
      ewf().handle_get_checksum_error(handle_.get(), i, &first, &sectors, nullptr);
      text.put(first);
      text.put(first + std::max<std::uint64_t>(sectors, 1) - 1);
    }
  }

  int socket_;
  std::uint8_t* window_;
  EwfHandle handle_;
  std::uint64_t size_ = 0;
  bool open_ = false;
};

bool receive_request(int socket, EwfRequest& request) {
  for (;;) {
    const ssize_t n = ::recv(socket, &request, sizeof request, MSG_WAITALL);
    if (n < 0 && errno == EINTR) continue;
    return n == static_cast<ssize_t>(sizeof request);
  }
}

}  // namespace

void run_ewf_process(int socket, std::uint8_t* window,
                     const std::vector<std::filesystem::path>& segments,
                     const std::string& name) noexcept {
  try {
    leave_caller(socket);
    const Watchdog watchdog(kSilentSeconds);
    watchdog.feed();
    Server server(socket, window, name);
    server.open(segments);
    EwfRequest request;
    while (server.is_open() && receive_request(socket, request)) {
      watchdog.feed();
      server.answer(request);
    }
    std::_Exit(0);
  } catch (...) {
    std::_Exit(3);
  }
}

}  // namespace pregap
#endif
