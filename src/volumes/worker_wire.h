// What a reader in a process of its own and its caller say to each other, over a socket.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "volumes/file_reader.h"

namespace pregap::volumes {

enum class Word : std::uint8_t {
  // From the caller.
  root,
  list,
  content,
  find,
  unallocated,
  names_suffice,
  bytes_read,  // the answer to `read`: how many came; they lie in the window
  read_failed,
  // From the worker.
  read,  // wants bytes of the image
  entry,
  range,
  hole,
  data,
  problem,
  error,  // the request can't be served
  done,   // the request is
};

constexpr bool is_request(Word word) { return word < Word::bytes_read; }

// The other side is gone, or says what it can't.
class WireError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Message {
 public:
  Message() = default;
  explicit Message(Word w) : word(w) {}

  void put(std::uint64_t value);
  void put(const std::string& text);
  void put(std::span<const std::uint8_t> data);
  void put(const FileEntry& entry);
  // Throw WireError where the message has no such value left.
  std::uint64_t take_number();
  std::string take_text();
  FileEntry take_entry();
  std::span<const std::uint8_t> rest() const { return std::span(payload).subspan(taken); }

  Word word = Word::done;
  std::vector<std::uint8_t> payload;
  std::size_t taken = 0;
};

// Bytes of the image travel through memory that both sides see.
inline constexpr std::size_t kWindow = 256U << 10;

inline constexpr std::size_t kLongestMessage = 4U << 20;  // bytes of payload

// One end of the socket, which stays the caller's.
class Wire {
 public:
  explicit Wire(int socket) : socket_(socket) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Gathered, and sent when there are many, and before anything is waited for. True: they were
  // sent.
  bool send(const Message& message);
  void flush();
  Message receive();               // throws WireError when the other side is gone
  void receive(Message& message);  // the same, into what another one took up

 private:
  void fill(std::span<std::uint8_t> out);

  int socket_;
  std::vector<std::uint8_t> outgoing_, incoming_;
  std::size_t incoming_at_ = 0, incoming_end_ = 0;  // of what was received and not yet taken
};

}  // namespace pregap::volumes
