#include "volumes/worker_wire.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/endian.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kGather = 64 * 1024;
constexpr std::size_t kHeader = 5;  // payload's size, word

// Optional numbers travel as a flag and a value.
template <typename T>
void put_optional(Message& m, const std::optional<T>& value) {
  m.put(std::uint64_t{value ? 1U : 0U});
  if (value) m.put(static_cast<std::uint64_t>(*value));
}
template <typename T>
std::optional<T> take_optional(Message& m) {
  if (m.take_number() == 0) return std::nullopt;
  return static_cast<T>(m.take_number());
}

constexpr std::uint64_t kDeleted = 1, kSystem = 2, kForm2 = 4;

}  // namespace

void Message::put(std::uint64_t value) {
  const std::size_t at = payload.size();
  payload.resize(at + 8);
  store_le64(payload, at, value);
}

void Message::put(const std::string& text) {
  put(std::uint64_t{text.size()});
  payload.insert(payload.end(), text.begin(), text.end());
}

void Message::put(std::span<const std::uint8_t> data) {
  payload.insert(payload.end(), data.begin(), data.end());
}

void Message::put(const FileEntry& e) {
  put(e.name);
  put(e.id.number);
  put(std::uint64_t{e.id.stream_type});
  put(std::uint64_t{e.id.stream});
  put(static_cast<std::uint64_t>(e.kind));
  put(e.size);
  put(e.folder_key);
  put_optional(*this, e.times.modified);
  put_optional(*this, e.times.accessed);
  put_optional(*this, e.times.changed);
  put_optional(*this, e.times.created);
  put_optional(*this, e.mode);
  put_optional(*this, e.uid);
  put_optional(*this, e.gid);
  put(e.link_target);
  put((e.deleted ? kDeleted : 0) | (e.system ? kSystem : 0) | (e.form2 ? kForm2 : 0));
}

std::uint64_t Message::take_number() {
  if (payload.size() - taken < 8) throw WireError("a message that is too short");
  const std::uint64_t value = load_le64(payload, taken);
  taken += 8;
  return value;
}

std::string Message::take_text() {
  const std::uint64_t size = take_number();
  if (payload.size() - taken < size) throw WireError("a message that is too short");
  std::string text(reinterpret_cast<const char*>(payload.data()) + taken,
                   static_cast<std::size_t>(size));
  taken += static_cast<std::size_t>(size);
  return text;
}

FileEntry Message::take_entry() {
  FileEntry e;
  e.name = take_text();
  e.id.number = take_number();
  e.id.stream_type = static_cast<std::uint32_t>(take_number());
  e.id.stream = static_cast<std::uint32_t>(take_number());
  e.kind =
      static_cast<FileKind>(std::min(take_number(), static_cast<std::uint64_t>(FileKind::other)));
  e.size = take_number();
  e.folder_key = take_number();
  e.times.modified = take_optional<std::int64_t>(*this);
  e.times.accessed = take_optional<std::int64_t>(*this);
  e.times.changed = take_optional<std::int64_t>(*this);
  e.times.created = take_optional<std::int64_t>(*this);
  e.mode = take_optional<std::uint32_t>(*this);
  e.uid = take_optional<std::uint32_t>(*this);
  e.gid = take_optional<std::uint32_t>(*this);
  e.link_target = take_text();
  const std::uint64_t flags = take_number();
  e.deleted = (flags & kDeleted) != 0;
  e.system = (flags & kSystem) != 0;
  e.form2 = (flags & kForm2) != 0;
  return e;
}

Wire::~Wire() { ::close(socket_); }

void Wire::send(const Message& message) {
  const std::size_t at = outgoing_.size();
  outgoing_.resize(at + kHeader);
  store_le32(outgoing_, at, static_cast<std::uint32_t>(message.payload.size()));
  outgoing_[at + 4] = static_cast<std::uint8_t>(message.word);
  outgoing_.insert(outgoing_.end(), message.payload.begin(), message.payload.end());
  if (outgoing_.size() >= kGather) flush();
}

void Wire::flush() {
  std::size_t sent = 0;
  while (sent < outgoing_.size()) {
    const ssize_t n =
        ::send(socket_, outgoing_.data() + sent, outgoing_.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw WireError(std::strerror(errno));
    sent += static_cast<std::size_t>(n);
  }
  outgoing_.clear();
}

void Wire::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    if (incoming_at_ == incoming_.size()) {
      incoming_.resize(kGather);
      incoming_at_ = 0;
      ssize_t n;
      do {
        n = ::recv(socket_, incoming_.data(), incoming_.size(), 0);
      } while (n < 0 && errno == EINTR);
      incoming_.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
      if (n <= 0) throw WireError(n == 0 ? "the connection ended" : std::strerror(errno));
    }
    const std::size_t n = std::min(out.size(), incoming_.size() - incoming_at_);
    std::copy_n(incoming_.begin() + static_cast<std::ptrdiff_t>(incoming_at_), n, out.begin());
    incoming_at_ += n;
    out = out.subspan(n);
  }
}

Message Wire::receive() {
  flush();
  std::uint8_t header[kHeader];
  fill(header);
  const std::uint32_t size = load_le32(header, 0);
  if (size > kLongestMessage || header[4] > static_cast<std::uint8_t>(Word::done)) {
    throw WireError("a message that is none");
  }
  Message message(static_cast<Word>(header[4]));
  message.payload.resize(size);
  fill(message.payload);
  return message;
}

}  // namespace pregap::volumes
