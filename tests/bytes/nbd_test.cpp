// A server that says nothing, or too little.
#include "bytes/nbd.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "bytes/packed.h"
#include "pregap/error.h"
#include "support/disc_builder.h"

namespace pregap {
namespace {

using std::chrono::milliseconds;
using test::Octets;

void put(Octets& to, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    to.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

// What a server says before it is asked for anything: greeting, an export of 1 MiB, and its end.
Octets hello() {
  Octets bytes;
  put(bytes, 0x4E42444D41474943, 8);
  put(bytes, 0x49484156454F5054, 8);
  put(bytes, 1, 2);
  const auto reply = [&](std::uint32_t type, std::uint32_t length) {
    put(bytes, 0x0003E889045565A9, 8);
    put(bytes, 7, 4);
    put(bytes, type, 4);
    put(bytes, length, 4);
  };
  reply(3, 12);
  put(bytes, 0, 2);
  put(bytes, 1 << 20, 8);
  put(bytes, 1, 2);
  reply(1, 0);
  return bytes;
}

// The other end of a client's socket, which says what it is told to and nothing else.
class Silent {
 public:
  explicit Silent(const Octets& said) {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_) != 0) std::abort();
    EXPECT_EQ(::write(ends_[1], said.data(), said.size()), static_cast<ssize_t>(said.size()));
  }
  ~Silent() { ::close(ends_[1]); }
  int client() const { return ends_[0]; }

 private:
  int ends_[2] = {-1, -1};
};

TEST(Nbd, AServerThatDoesNotGreetIsGivenUp) {
  const Silent server({});
  EXPECT_EQ(
      test::error_of([&] { NbdClient(server.client(), "x.qcow2", {.most = milliseconds(150)}); }),
      "unreadable: x.qcow2: the NBD server has said nothing for 0.15 s, expected an answer");
}

TEST(Nbd, AServerThatDoesNotAnswerIsGivenUpForGood) {
  const Silent server(hello());
  const NbdClient client(server.client(), "x.qcow2", {.most = milliseconds(150)});
  ASSERT_EQ(client.size(), 1U << 20);
  Octets bytes(512);
  EXPECT_EQ(test::error_of([&] { client.read(0, bytes); }),
            "unreadable: x.qcow2: the NBD server has said nothing for 0.15 s, expected an answer");
  EXPECT_EQ(test::error_of([&] { client.read(0, bytes); }),
            "unreadable: x.qcow2: the NBD server failed before, expected it to answer");
}

TEST(Nbd, AnAnswerThatEndsInTheMiddleIsGivenUp) {
  Octets said = hello();
  put(said, 0x67446698, 4);
  put(said, 0, 4);
  put(said, 1, 8);
  said.insert(said.end(), 100, 7);
  const Silent server(said);
  const NbdClient client(server.client(), "x.qcow2", {.most = milliseconds(150)});
  Octets bytes(512);
  EXPECT_EQ(test::error_of([&] { client.read(0, bytes); }),
            "unreadable: x.qcow2: the NBD server has said nothing for 0.15 s, expected an answer");
}

TEST(Nbd, WaitingEndsWhenItIsAskedTo) {
  const Silent server(hello());
  std::stop_source stop;
  const NbdClient client(server.client(), "x.qcow2", {.stop = stop.get_token()});
  Octets bytes(512);
  const std::jthread user([&] { stop.request_stop(); });
  EXPECT_EQ(test::error_of([&] { client.read(0, bytes); }),
            "stopped: x.qcow2: stopped, expected to go on");
}

}  // namespace
}  // namespace pregap
