#include "bytes/qemu_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "pregap/error.h"

namespace pregap {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

[[noreturn]] void throw_no_socket(int error) {
  throw Error(ErrorCode::unreadable, "qemu-nbd",
              fmt::format("{}, expected a socket to talk to it", std::strerror(error)));
}

// A listening socket whose one client is ourselves already. Its name is gone before anybody could
// use it, and the connection ends with this process, whatever ends it; then qemu-nbd ends too.
std::pair<int, int> listener_and_client() {
  std::string folder = (std::filesystem::temp_directory_path() / "pregap-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw_no_socket(errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = folder + "/nbd";
  if (name.size() >= sizeof address.sun_path) {
    ::rmdir(folder.c_str());
    throw_no_socket(ENAMETOOLONG);
  }
  std::copy_n(name.c_str(), name.size() + 1, address.sun_path);
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  const bool connected = listener.get() >= 0 && client.get() >= 0 &&
                         ::bind(listener.get(), where, sizeof address) == 0 &&
                         ::listen(listener.get(), 1) == 0 &&
                         ::connect(client.get(), where, sizeof address) == 0;
  const int error = errno;
  ::unlink(name.c_str());
  ::rmdir(folder.c_str());
  if (!connected) throw_no_socket(error);
  return {listener.release(), client.release()};
}

}  // namespace

std::string qemu_image_options(const std::filesystem::path& path, const std::string& driver) {
  std::string name;
  for (const char c : std::filesystem::absolute(path).string()) {
    name += c;
    if (c == ',') name += c;
  }
  return fmt::format("driver={},file.driver=file,file.filename={}", driver, name);
}

QemuServer::QemuServer(const std::filesystem::path& path, const std::string& driver, Access access,
                       const std::stop_token& stop)
    : stop_(stop) {
  std::vector<std::string> command = {find_tool("qemu-nbd", kQemuPackage), "--image-opts"};
  if (access == Access::read) command.emplace_back("--read-only");
  if (access == Access::write) command.emplace_back("--cache=unsafe");  // flushed by who commits it
  command.push_back(qemu_image_options(path, driver));
  const auto [listener, socket] = listener_and_client();
  Descriptor listening(listener);
  Descriptor connected(socket);
  process_ = std::make_unique<ToolProcess>(command, listening.get());
  // Ours must go now: if qemu-nbd ends before it takes the connection, that is what tells us.
  ::close(listening.release());
  try {
    client_ =
        std::make_unique<NbdClient>(connected.release(), path.string(), NbdPatience{.stop = stop_});
  } catch (const Error& error) {
    // One that hung up has words for it, one that says nothing hasn't.
    if (error.code() == ErrorCode::stopped || !process_->ends_soon()) throw;
    throw Error(ErrorCode::malformed, path.string(),
                fmt::format("qemu can't open it as {}: {}", driver, first_line(process_->err())));
  }
}

void QemuServer::finish() {
  client_->flush();
  client_.reset();
  if (process_->wait(stop_) != 0) {
    throw Error(ErrorCode::unwritable, "qemu-nbd",
                fmt::format("{}, expected it to end well", first_line(process_->err())));
  }
}

}  // namespace pregap
