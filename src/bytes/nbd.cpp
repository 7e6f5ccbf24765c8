#include "bytes/nbd.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/endian.h"
#include "pregap/error.h"

namespace pregap {
namespace {

// doc/proto.md of the NBD project.
constexpr std::uint64_t kServerMagic = 0x4E42444D41474943;  // "NBDMAGIC"
constexpr std::uint64_t kOptionMagic = 0x49484156454F5054;  // "IHAVEOPT"
constexpr std::uint64_t kOptionReplyMagic = 0x0003E889045565A9;
constexpr std::uint32_t kRequestMagic = 0x25609513, kReplyMagic = 0x67446698;
constexpr std::uint16_t kFixedNewstyle = 1;
constexpr std::uint32_t kClientFixedNewstyle = 1;
constexpr std::uint32_t kOptionGo = 7;
constexpr std::uint32_t kReplyAck = 1, kReplyInfo = 3, kReplyError = 0x80000000;
constexpr std::uint16_t kInfoExport = 0;
constexpr std::uint16_t kRead = 0, kWrite = 1, kDisconnect = 2, kFlush = 3;
constexpr std::uint32_t kLongestOptionReply = 64 * 1024;
constexpr std::size_t kMostAtOnce = 4 * 1024 * 1024;  // every server takes 32 MiB

void put_be(std::vector<std::uint8_t>& to, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    to.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

}  // namespace

NbdClient::NbdClient(int socket, std::string name, NbdPatience patience)
    : socket_(socket), name_(std::move(name)), patience_(std::move(patience)) {
  // Calls come back this often when nothing happens, to see whether to go on.
  const timeval often{.tv_sec = 0, .tv_usec = 100'000};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &often, sizeof often);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &often, sizeof often);
  try {
    shake_hands();
  } catch (...) {
    ::close(socket_);
    throw;
  }
}

NbdClient::~NbdClient() {
  if (!broken_) {
    try {
      send_request(kDisconnect, 0, 0);
    } catch (const Error&) {  // then it is gone already
    }
  }
  ::close(socket_);
}

void NbdClient::fail(const std::string& message) const {
  broken_ = true;
  throw Error(ErrorCode::unreadable, name_, message);
}

void NbdClient::wait_or_throw(std::chrono::steady_clock::time_point since) const {
  if (patience_.stop.stop_requested()) {
    broken_ = true;
    throw Error(ErrorCode::stopped, name_, "stopped, expected to go on");
  }
  if (std::chrono::steady_clock::now() - since < patience_.most) return;
  fail(fmt::format("the NBD server has said nothing for {:g} s, expected an answer",
                   static_cast<double>(patience_.most.count()) / 1000));
}

void NbdClient::send(std::span<const std::uint8_t> bytes) const {
  auto since = std::chrono::steady_clock::now();
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno != EAGAIN) {
      fail(fmt::format("the NBD server is gone ({}), expected it to answer", std::strerror(errno)));
    }
    if (n < 0) {
      wait_or_throw(since);
      continue;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    since = std::chrono::steady_clock::now();
  }
}

void NbdClient::receive(std::span<std::uint8_t> out) const {
  auto since = std::chrono::steady_clock::now();
  while (!out.empty()) {
    const ssize_t n = ::recv(socket_, out.data(), out.size(), MSG_WAITALL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      wait_or_throw(since);
      continue;
    }
    if (n <= 0) fail("the NBD server hung up, expected an answer");
    out = out.subspan(static_cast<std::size_t>(n));
    since = std::chrono::steady_clock::now();
  }
}

void NbdClient::shake_hands() {
  std::array<std::uint8_t, 18> greeting;
  receive(greeting);
  if (load_be64(greeting, 0) != kServerMagic || load_be64(greeting, 8) != kOptionMagic ||
      (load_be16(greeting, 16) & kFixedNewstyle) == 0) {
    fail("no greeting of an NBD server, expected the fixed newstyle one");
  }
  std::vector<std::uint8_t> hello;
  put_be(hello, kClientFixedNewstyle, 4);
  put_be(hello, kOptionMagic, 8);
  put_be(hello, kOptionGo, 4);
  put_be(hello, 6, 4);  // length of what follows: no name, no requests for information
  put_be(hello, 0, 4);
  put_be(hello, 0, 2);
  send(hello);
  bool sized = false;
  for (;;) {
    std::array<std::uint8_t, 20> head;
    receive(head);
    const std::uint32_t type = load_be32(head, 12), length = load_be32(head, 16);
    if (load_be64(head, 0) != kOptionReplyMagic || length > kLongestOptionReply) {
      fail("no reply to an option, expected one of the NBD server");
    }
    std::vector<std::uint8_t> body(length);
    receive(body);
    if (type == kReplyInfo && length >= 12 && load_be16(body, 0) == kInfoExport) {
      size_ = load_be64(body, 2);
      sized = true;
    } else if ((type & kReplyError) != 0) {
      fail(fmt::format("the NBD server refuses its export (error {:#x}), expected it", type));
    } else if (type == kReplyAck) {
      break;
    }
  }
  if (!sized) fail("the NBD server doesn't tell the size of its export, expected it to");
}

void NbdClient::send_request(std::uint16_t type, std::uint64_t offset, std::uint32_t length) const {
  std::vector<std::uint8_t> request;
  put_be(request, kRequestMagic, 4);
  put_be(request, 0, 2);
  put_be(request, type, 2);
  put_be(request, ++handle_, 8);
  put_be(request, offset, 8);
  put_be(request, length, 4);
  send(request);
}

// The server's error number.
std::uint32_t NbdClient::receive_reply() const {
  std::array<std::uint8_t, 16> reply;
  receive(reply);
  if (load_be32(reply, 0) != kReplyMagic || load_be64(reply, 8) != handle_) {
    fail("no reply to the request, expected one of the NBD server");
  }
  return load_be32(reply, 4);
}

void NbdClient::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::lock_guard lock(mutex_);
  if (broken_) fail("the NBD server failed before, expected it to answer");
  while (!out.empty()) {
    const std::size_t n = std::min(out.size(), kMostAtOnce);
    send_request(kRead, offset, static_cast<std::uint32_t>(n));
    if (const std::uint32_t error = receive_reply(); error != 0) {
      throw Error(ErrorCode::unreadable, fmt::format("{}:byte {}", name_, offset),
                  fmt::format("qemu answers error {}, expected {} bytes to be readable", error, n));
    }
    receive(out.first(n));
    offset += n;
    out = out.subspan(n);
  }
}

void NbdClient::write(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  if (broken_) fail("the NBD server failed before, expected it to answer");
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kMostAtOnce);
    send_request(kWrite, offset, static_cast<std::uint32_t>(n));
    send(bytes.first(n));
    if (const std::uint32_t error = receive_reply(); error != 0) {
      throw Error(ErrorCode::unwritable, fmt::format("{}:byte {}", name_, offset),
                  fmt::format("qemu answers error {}, expected room for {} bytes", error, n));
    }
    offset += n;
    bytes = bytes.subspan(n);
  }
}

void NbdClient::flush() {
  const std::lock_guard lock(mutex_);
  if (broken_) fail("the NBD server failed before, expected it to answer");
  send_request(kFlush, 0, 0);
  if (const std::uint32_t error = receive_reply(); error != 0) {
    throw Error(ErrorCode::unwritable, name_,
                fmt::format("qemu answers error {}, expected all to be written", error));
  }
}

}  // namespace pregap
