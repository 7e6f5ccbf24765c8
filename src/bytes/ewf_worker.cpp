#ifdef PREGAP_EWF
#include "bytes/ewf_worker.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "bytes/ewf_wire.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::uint32_t kLongestAnswer = 16U << 20;  // bytes of text
constexpr std::size_t kLongestFact = 1000;
constexpr std::size_t kPiece = 64U << 10;  // bytes: two chunks as a rule

}  // namespace

EwfWorker::EwfWorker(const std::vector<std::filesystem::path>& segments, std::string name,
                     std::stop_token stop)
    : name_(std::move(name)),
      stop_(std::move(stop)),
      child_(kEwfWindow, name_, [&](int socket, std::uint8_t* window) {
        run_ewf_process(socket, window, segments, name_);
      }) {
  const timeval often{.tv_sec = 0, .tv_usec = 100'000};  // to see whether to go on
  ::setsockopt(child_.socket(), SOL_SOCKET, SO_RCVTIMEO, &often, sizeof often);
  EwfText text(answer());
  facts_.size = text.take_number();
  facts_.sector_size = static_cast<std::uint32_t>(text.take_number());
  facts_.md5 = printable(text.take());
  facts_.sha1 = printable(text.take());
  while (!text.at_end()) {
    std::string identifier = printable(text.take());
    facts_.header.emplace_back(std::move(identifier), printable(text.take(), kLongestFact));
  }
}

void EwfWorker::fail() const {
  if (end_.empty()) end_ = child_.cause_of_end();
  throw Error(ErrorCode::unreadable, name_,
              fmt::format("the reader of EnCase images {}, expected it to read this one", end_),
              "the image's own structures are damaged or made to mislead; nothing was changed");
}

void EwfWorker::receive(std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const ssize_t n = ::recv(child_.socket(), out.data(), out.size(), MSG_WAITALL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      if (!stop_.stop_requested()) continue;
      child_.kill();  // in the middle of an answer that nobody waits for
      throw Error(ErrorCode::stopped, name_, "stopped, expected to go on");
    }
    if (n <= 0) fail();
    out = out.subspan(static_cast<std::size_t>(n));
  }
}

std::vector<std::uint8_t> EwfWorker::answer() const {
  EwfReply reply;
  receive({reinterpret_cast<std::uint8_t*>(&reply), sizeof reply});
  if (reply.length > kLongestAnswer) {
    child_.kill();
    fail();
  }
  std::vector<std::uint8_t> text(reply.length);
  receive(text);
  if (reply.what == EwfSaid::done) return text;
  EwfText told(std::move(text));
  const auto code = static_cast<ErrorCode>(
      std::min(told.take_number(), static_cast<std::uint64_t>(ErrorCode::stopped)));
  std::string place = printable(told.take(), kLongestFact);
  throw Error(code, std::move(place), printable(told.take(), kLongestFact));
}

std::vector<std::uint8_t> EwfWorker::ask(EwfAsked what, std::uint64_t offset,
                                         std::uint64_t size) const {
  if (!end_.empty()) fail();
  const EwfRequest request{.what = what, .offset = offset, .size = size};
  if (::send(child_.socket(), &request, sizeof request, MSG_NOSIGNAL) != sizeof request) fail();
  return answer();
}

// Of a small read the neighbours come along: what is asked for next mostly lies near.
void EwfWorker::fill(std::uint64_t offset, std::size_t wanted) const {
  held_ = 0;
  held_from_ = wanted < kPiece ? offset / kPiece * kPiece : offset;
  const std::uint64_t most = wanted < kPiece ? kPiece : std::min(wanted, kEwfWindow);
  const std::uint64_t size = std::min(most, facts_.size - held_from_);
  ask(EwfAsked::read, held_from_, size);
  held_ = size;
}

void EwfWorker::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const std::lock_guard lock(mutex_);
  while (!out.empty()) {
    const auto holds = [&] { return offset >= held_from_ && offset - held_from_ < held_; };
    if (!holds()) fill(offset, out.size());
    const std::uint64_t skip = offset - held_from_;
    const std::size_t n = std::min<std::uint64_t>(out.size(), held_ - skip);
    std::memcpy(out.data(), child_.window().data() + skip, n);
    offset += n;
    out = out.subspan(n);
  }
}

std::pair<std::vector<EwfDamage>, std::uint64_t> EwfWorker::damage() const {
  const std::lock_guard lock(mutex_);
  EwfText text(ask(EwfAsked::damage, 0, 0));
  const std::uint64_t count = text.take_number();
  std::vector<EwfDamage> damage;
  while (!text.at_end()) {
    const std::uint64_t first = text.take_number();
    damage.push_back({.first = first, .last = text.take_number()});
  }
  return {std::move(damage), count};
}

}  // namespace pregap
#endif
