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

// Which parts of an entry follow: most have few.
constexpr std::uint64_t kDeleted = 1, kSystem = 2, kForm2 = 4, kStream = 8, kSize = 0x10,
                        kFolderKey = 0x20, kModified = 0x40, kAccessed = 0x80, kChanged = 0x100,
                        kCreated = 0x200, kMode = 0x400, kUid = 0x800, kGid = 0x1000,
                        kLink = 0x2000;

}  // namespace

void Message::put(std::uint64_t value) {
  const std::size_t at = payload.size();
  payload.resize(at + sizeof value);
  std::memcpy(payload.data() + at, &value, sizeof value);
}

void Message::put(const std::string& text) {
  put(std::uint64_t{text.size()});
  payload.insert(payload.end(), text.begin(), text.end());
}

void Message::put(std::span<const std::uint8_t> data) {
  payload.insert(payload.end(), data.begin(), data.end());
}

void Message::put(const FileEntry& e) {
  const std::size_t flags_at = payload.size();
  std::uint64_t flags = (e.deleted ? kDeleted : 0) | (e.system ? kSystem : 0) |
                        (e.form2 ? kForm2 : 0) | static_cast<std::uint64_t>(e.kind) << 32;
  put(flags);
  put(e.name);
  put(e.id.number);
  const auto put_if = [&](std::uint64_t part, bool there, std::uint64_t value) {
    if (!there) return;
    flags |= part;
    put(value);
  };
  const auto put_time = [&](std::uint64_t part, const std::optional<std::int64_t>& time) {
    put_if(part, time.has_value(), static_cast<std::uint64_t>(time.value_or(0)));
  };
  put_if(kStream, e.id.stream_type != 0 || e.id.stream != 0,
         std::uint64_t{e.id.stream_type} << 32 | e.id.stream);
  put_if(kSize, e.size != 0, e.size);
  put_if(kFolderKey, e.folder_key != 0, e.folder_key);
  put_time(kModified, e.times.modified);
  put_time(kAccessed, e.times.accessed);
  put_time(kChanged, e.times.changed);
  put_time(kCreated, e.times.created);
  put_if(kMode, e.mode.has_value(), e.mode.value_or(0));
  put_if(kUid, e.uid.has_value(), e.uid.value_or(0));
  put_if(kGid, e.gid.has_value(), e.gid.value_or(0));
  if (!e.link_target.empty()) {
    flags |= kLink;
    put(e.link_target);
  }
  std::memcpy(payload.data() + flags_at, &flags, sizeof flags);
}

std::uint64_t Message::take_number() {
  if (payload.size() - taken < 8) throw WireError("a message that is too short");
  std::uint64_t value;  // both sides are one machine: its own order
  std::memcpy(&value, payload.data() + taken, sizeof value);
  taken += sizeof value;
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
  const std::uint64_t flags = take_number();
  e.name = take_text();
  e.id.number = take_number();
  const auto take_if = [&](std::uint64_t part) { return flags & part ? take_number() : 0; };
  const auto take_time = [&](std::uint64_t part, std::optional<std::int64_t>& time) {
    if (flags & part) time = static_cast<std::int64_t>(take_number());
  };
  const auto take_word = [&](std::uint64_t part, std::optional<std::uint32_t>& value) {
    if (flags & part) value = static_cast<std::uint32_t>(take_number());
  };
  const std::uint64_t stream = take_if(kStream);
  e.id.stream_type = static_cast<std::uint32_t>(stream >> 32);
  e.id.stream = static_cast<std::uint32_t>(stream);
  e.kind =
      static_cast<FileKind>(std::min(flags >> 32, static_cast<std::uint64_t>(FileKind::other)));
  e.size = take_if(kSize);
  e.folder_key = take_if(kFolderKey);
  take_time(kModified, e.times.modified);
  take_time(kAccessed, e.times.accessed);
  take_time(kChanged, e.times.changed);
  take_time(kCreated, e.times.created);
  take_word(kMode, e.mode);
  take_word(kUid, e.uid);
  take_word(kGid, e.gid);
  if (flags & kLink) e.link_target = take_text();
  e.deleted = (flags & kDeleted) != 0;
  e.system = (flags & kSystem) != 0;
  e.form2 = (flags & kForm2) != 0;
  return e;
}

bool Wire::send(const Message& message) {
  const std::size_t at = outgoing_.size();
  outgoing_.resize(at + kHeader);
  store_le32(outgoing_, at, static_cast<std::uint32_t>(message.payload.size()));
  outgoing_[at + 4] = static_cast<std::uint8_t>(message.word);
  outgoing_.insert(outgoing_.end(), message.payload.begin(), message.payload.end());
  if (outgoing_.size() < kGather) return false;
  flush();
  return true;
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
    if (incoming_at_ == incoming_end_) {
      flush();
      incoming_.resize(kGather);
      ssize_t n;
      do {
        n = ::recv(socket_, incoming_.data(), incoming_.size(), 0);
      } while (n < 0 && errno == EINTR);
      if (n <= 0) throw WireError(n == 0 ? "the connection ended" : std::strerror(errno));
      incoming_at_ = 0;
      incoming_end_ = static_cast<std::size_t>(n);
    }
    const std::size_t n = std::min(out.size(), incoming_end_ - incoming_at_);
    std::memcpy(out.data(), incoming_.data() + incoming_at_, n);
    incoming_at_ += n;
    out = out.subspan(n);
  }
}

Message Wire::receive() {
  Message message;
  receive(message);
  return message;
}

void Wire::receive(Message& message) {
  std::uint8_t header[kHeader];
  fill(header);
  const std::uint32_t size = load_le32(header, 0);
  if (size > kLongestMessage || header[4] > static_cast<std::uint8_t>(Word::done)) {
    throw WireError("a message that is none");
  }
  message.word = static_cast<Word>(header[4]);
  message.taken = 0;
  message.payload.resize(size);
  fill(message.payload);
}

}  // namespace pregap::volumes
