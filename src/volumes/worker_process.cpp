#include "volumes/worker_process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>

#include "pregap/error.h"
#include "volumes/worker_wire.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PREGAP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PREGAP_SANITIZED 1
#endif
#endif

namespace pregap::volumes {
namespace {

constexpr std::size_t kLargestRead = 1U << 20;

// Armed anew with every message, so that a reader which answers may take its time.
class Watchdog {
 public:
  explicit Watchdog(int seconds) : seconds_(seconds) {}
  void feed() const {
    const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = seconds_, .tv_usec = 0}};
    ::setitimer(ITIMER_PROF, &timer, nullptr);
  }

 private:
  int seconds_;
};

// The image, whose bytes the caller sends.
class RemoteSource final : public ByteSource {
 public:
  RemoteSource(Wire& wire, const Watchdog& watchdog, std::uint64_t size, std::string name)
      : wire_(wire), watchdog_(watchdog), size_(size), name_(std::move(name)) {}

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size_) return 0;
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
    std::size_t done = 0;
    while (done < wanted) {
      Message request(Word::read);
      request.put(offset + done);
      request.put(std::uint64_t{std::min(wanted - done, kLargestRead)});
      wire_.send(request);
      const Message answer = wire_.receive();
      watchdog_.feed();
      if (answer.word != Word::bytes_read) {
        throw Error(ErrorCode::unreadable, name_, "bytes that can't be read");
      }
      const auto bytes = answer.rest();
      if (bytes.empty() || bytes.size() > wanted - done) break;
      std::ranges::copy(bytes, out.begin() + static_cast<std::ptrdiff_t>(done));
      done += bytes.size();
    }
    return done;
  }

 private:
  Wire& wire_;
  const Watchdog& watchdog_;
  std::uint64_t size_;
  std::string name_;
};

class Server {
 public:
  Server(Wire& wire, const Watchdog& watchdog) : wire_(wire), watchdog_(watchdog) {}

  void open(const OpenReader& open, std::shared_ptr<const ByteSource> source) {
    serve([&] { reader_ = open(std::move(source)); });
  }

  // False when the request could not even be understood.
  void answer(Message request) {
    serve([&] {
      std::vector<Problem> problems;
      dispatch(request, problems);
      for (const Problem& p : problems) send_problem(p);
    });
  }

  bool is_open() const { return reader_ != nullptr; }

 private:
  struct Sink final : ContentSink {
    explicit Sink(Server& s) : server(s) {}
    void range(std::uint64_t offset, std::uint64_t size) override {
      Message m(Word::range);
      m.put(offset);
      m.put(size);
      server.send(m);
    }
    void hole(std::uint64_t size) override {
      Message m(Word::hole);
      m.put(size);
      server.send(m);
    }
    void bytes(std::span<const std::uint8_t> data) override {
      while (!data.empty()) {
        const auto part = data.first(std::min(data.size(), kLargestRead));
        Message m(Word::data);
        m.put(part);
        server.send(m);
        data = data.subspan(part.size());
      }
    }
    Server& server;
  };

  template <typename Work>
  void serve(const Work& work) {
    try {
      work();
      send(Message(Word::done));
    } catch (const Error& error) {
      Message m(Word::error);
      m.put(static_cast<std::uint64_t>(error.code()));
      m.put(error.place());
      m.put(error.message());
      m.put(error.hint());
      send(m);
    }
    wire_.flush();
  }

  void dispatch(Message& request, std::vector<Problem>& problems) {
    switch (request.word) {
      case Word::root:
        send_entry(reader_->root());
        return;
      case Word::list: {
        const FileEntry folder = request.take_entry();
        const auto deleted = request.take_number() != 0 ? Deleted::take_in : Deleted::leave_out;
        const auto take = [&](FileEntry&& entry) {
          send_entry(entry);
          return true;
        };
        reader_->list(folder, deleted, take, problems);
        return;
      }
      case Word::content: {
        Sink sink(*this);
        reader_->content(request.take_entry(), sink, problems);
        return;
      }
      case Word::find: {
        FileId id{.number = request.take_number()};
        id.stream_type = static_cast<std::uint32_t>(request.take_number());
        id.stream = static_cast<std::uint32_t>(request.take_number());
        if (const auto entry = reader_->find(id)) send_entry(*entry);
        return;
      }
      case Word::unallocated: {
        Sink sink(*this);
        reader_->unallocated(sink);
        return;
      }
      default:
        throw WireError("no request");
    }
  }

  void send(const Message& message) {
    wire_.send(message);
    watchdog_.feed();
  }
  void send_entry(const FileEntry& entry) {
    Message m(Word::entry);
    m.put(entry);
    send(m);
  }
  void send_problem(const Problem& problem) {
    Message m(Word::problem);
    m.put(static_cast<std::uint64_t>(problem.severity));
    m.put(problem.code);
    m.put(problem.message);
    send(m);
  }

  Wire& wire_;
  const Watchdog& watchdog_;
  std::unique_ptr<FileReader> reader_;
};

std::uint64_t address_space_now() {
  std::uint64_t pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%lu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit(int what, std::uint64_t value) {
  const rlimit bound{.rlim_cur = value, .rlim_max = value};
  ::setrlimit(static_cast<__rlimit_resource>(what), &bound);
}

void confine(int socket, const WorkerLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGHUP, SIGTERM, SIGPIPE}) ::signal(signal, SIG_IGN);
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGPROF}) {
    ::signal(signal, SIG_DFL);
  }
  if (socket > 3) ::close_range(3, static_cast<unsigned>(socket) - 1, 0);
  ::close_range(static_cast<unsigned>(socket) + 1, ~0U, 0);
  ::setenv("TZ", "UTC0", 1);  // FAT keeps local times without a zone: they are told as they stand
  ::tzset();
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
#ifndef PREGAP_SANITIZED
  if (const std::uint64_t now = address_space_now(); now > 0) limit(RLIMIT_AS, now + limits.memory);
#endif
  forbid_system_calls();
}

}  // namespace

void run_worker(int socket, std::uint64_t image_size, const std::string& image_name,
                const OpenReader& open, const WorkerLimits& limits) noexcept {
  try {
    confine(socket, limits);
    Wire wire(socket);
    const Watchdog watchdog(limits.silent_seconds);
    watchdog.feed();
    Server server(wire, watchdog);
    server.open(open, std::make_shared<RemoteSource>(wire, watchdog, image_size, image_name));
    while (server.is_open()) {
      Message request = wire.receive();
      watchdog.feed();
      server.answer(std::move(request));
    }
  } catch (const WireError&) {
    std::_Exit(0);  // the caller is done
  } catch (...) {
    std::_Exit(3);
  }
  std::_Exit(0);
}

}  // namespace pregap::volumes
