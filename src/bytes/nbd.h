// A client of the NBD protocol (fixed newstyle handshake, simple replies), as far as reading and
// writing an export of a server on the same machine needs it.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace pregap {

class NbdClient {
 public:
  // Takes the connected socket and chooses the export without a name. Throws Error(unreadable) at
  // `name` where the other side speaks no NBD or hangs up.
  NbdClient(int socket, std::string name);
  ~NbdClient();  // says goodbye
  NbdClient(const NbdClient&) = delete;
  NbdClient& operator=(const NbdClient&) = delete;

  std::uint64_t size() const { return size_; }

  // Within size(); safe from several threads. Throw Error(unreadable), or Error(unwritable), with
  // the byte offset.
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  void flush();

 private:
  void shake_hands();
  void send_request(std::uint16_t type, std::uint64_t offset, std::uint32_t length) const;
  std::uint32_t receive_reply() const;
  void send(std::span<const std::uint8_t> bytes) const;
  void receive(std::span<std::uint8_t> out) const;
  [[noreturn]] void fail(const std::string& message) const;

  int socket_;
  std::string name_;
  std::uint64_t size_ = 0;
  mutable std::mutex mutex_;
  mutable std::uint64_t handle_ = 0;
  mutable bool broken_ = false;  // a request was left half done: nothing more can be asked
};

}  // namespace pregap
