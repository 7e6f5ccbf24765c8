// A client of the NBD protocol (fixed newstyle handshake, simple replies), as far as reading and
// writing an export of a server on the same machine needs it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>

namespace pregap {

struct NbdPatience {
  std::stop_token stop{};                  // asked while an answer is waited for: Error(stopped)
  std::chrono::milliseconds most{60'000};  // without a byte either way: Error(unreadable)
};

class NbdClient {
 public:
  // Takes the connected socket and chooses the export without a name. Throws Error(unreadable) at
  // `name` where the other side speaks no NBD, hangs up, or says nothing for too long.
  NbdClient(int socket, std::string name, NbdPatience patience = {});
  ~NbdClient();  // says goodbye
  NbdClient(const NbdClient&) = delete;
  NbdClient& operator=(const NbdClient&) = delete;

  std::uint64_t size() const { return size_; }

  // Within size(); safe from several threads. Throw Error(unreadable), or Error(unwritable), with
  // the byte offset; Error(stopped).
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  void flush();

 private:
  void shake_hands();
  void send_request(std::uint16_t type, std::uint64_t offset, std::uint32_t length) const;
  std::uint32_t receive_reply() const;
  void send(std::span<const std::uint8_t> bytes) const;
  void receive(std::span<std::uint8_t> out) const;
  // After a system call that gave nothing: whether to try again.
  void wait_or_throw(std::chrono::steady_clock::time_point since) const;
  [[noreturn]] void fail(const std::string& message) const;

  int socket_;
  std::string name_;
  NbdPatience patience_;
  std::uint64_t size_ = 0;
  mutable std::mutex mutex_;
  mutable std::uint64_t handle_ = 0;
  mutable bool broken_ = false;  // a request was left half done: nothing more can be asked
};

}  // namespace pregap
