#include "volumes/worker_process.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <exception>
#include <optional>

#include "bytes/confined.h"
#include "pregap/error.h"
#include "volumes/worker_wire.h"

namespace pregap::volumes {
namespace {

constexpr std::size_t kLargestPart = 1U << 20;

// The image, whose bytes the caller puts into the window: an aligned piece of it at once, since
// what is read next mostly lies near.
class RemoteSource final : public ByteSource {
 public:
  RemoteSource(Wire& wire, std::deque<Message>& waiting, const Watchdog& watchdog,
               const std::uint8_t* window, std::uint64_t size, std::string name)
      : wire_(wire),
        waiting_(waiting),
        watchdog_(watchdog),
        window_(window),
        size_(size),
        name_(std::move(name)) {}

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size() && offset < size_ - done) {
      const std::uint64_t at = offset + done;
      if (!holds(at)) fill(at / kWindow * kWindow);
      if (!holds(at)) break;  // the image ends before
      const auto skip = static_cast<std::size_t>(at - start_);
      const std::size_t n = std::min(out.size() - done, filled_ - skip);
      std::memcpy(out.data() + done, window_ + skip, n);
      done += n;
    }
    return done;
  }

 private:
  bool holds(std::uint64_t at) const { return at >= start_ && at - start_ < filled_; }

  void fill(std::uint64_t start) const {
    filled_ = 0;
    Message request(Word::read);
    request.put(start);
    wire_.send(request);
    Message answer = wire_.receive();
    while (is_request(answer.word)) {  // asked for ahead: its turn comes
      waiting_.push_back(std::move(answer));
      answer = wire_.receive();
    }
    watchdog_.feed();
    if (answer.word != Word::bytes_read) {
      throw Error(ErrorCode::unreadable, name_, "bytes that can't be read");
    }
    start_ = start;
    filled_ = static_cast<std::size_t>(std::min<std::uint64_t>(answer.take_number(), kWindow));
  }

  Wire& wire_;
  std::deque<Message>& waiting_;  // requests
  const Watchdog& watchdog_;
  const std::uint8_t* window_;
  std::uint64_t size_;
  std::string name_;
  mutable std::uint64_t start_ = 0;  // of what lies in the window
  mutable std::size_t filled_ = 0;
};

class Server {
 public:
  Server(Wire& wire, const Watchdog& watchdog) : wire_(wire), watchdog_(watchdog) {}

  void open(const OpenReader& open, std::shared_ptr<const ByteSource> source) {
    serve([&] { reader_ = open(std::move(source)); }, {});
  }

  void answer(Message request) {
    std::vector<Problem> problems;
    serve([&] { dispatch(request, problems); }, problems);
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
        const auto part = data.first(std::min(data.size(), kLargestPart));
        Message m(Word::data);
        m.put(part);
        server.send(m);
        data = data.subspan(part.size());
      }
    }
    Server& server;
  };

  // What came before an error is told too.
  template <typename Work>
  void serve(const Work& work, const std::vector<Problem>& problems) {
    Message last(Word::done);
    try {
      work();
    } catch (const Error& error) {
      last.word = Word::error;
      last.put(static_cast<std::uint64_t>(error.code()));
      last.put(error.place());
      last.put(error.message());
      last.put(error.hint());
    }
    for (const Problem& p : problems) send_problem(p);
    send(last);
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
      case Word::names_suffice:
        reader_->names_suffice();
        return;
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
    if (wire_.send(message)) watchdog_.feed();
  }
  void send_entry(const FileEntry& entry) {
    entry_.payload.clear();
    entry_.put(entry);
    send(entry_);
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
  Message entry_ = Message(Word::entry);  // sent by the hundred thousand
  std::unique_ptr<FileReader> reader_;
};

}  // namespace

void run_worker(int socket, std::uint8_t* window, std::uint64_t image_size,
                const std::string& image_name, const OpenReader& open, const WorkerLimits& limits,
                Prepare prepare) noexcept {
  try {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    leave_caller(socket);
    Wire wire(socket);
    std::optional<Error> not_prepared;
    try {
      if (prepare != nullptr) prepare();
    } catch (const Error& error) {
      not_prepared = error;
    }
    ::setenv("TZ", "UTC0", 1);  // FAT keeps local times without a zone: they are told as they stand
    ::tzset();
    confine(limits.memory);
    // Fed whenever messages are sent, so that a reader which answers may take its time.
    const Watchdog watchdog(limits.silent_seconds);
    watchdog.feed();
    std::deque<Message> waiting;
    Server server(wire, watchdog);
    server.open(
        [&](std::shared_ptr<const ByteSource> image) {
          if (not_prepared) throw Error(*not_prepared);
          return open(std::move(image));
        },
        std::make_shared<RemoteSource>(wire, waiting, watchdog, window, image_size, image_name));
    while (server.is_open()) {
      Message request;
      if (waiting.empty()) {
        wire.receive(request);
      } else {
        request = std::move(waiting.front());
        waiting.pop_front();
      }
      watchdog.feed();
      server.answer(std::move(request));
    }
    wire.flush();  // why it could not be opened
  } catch (const WireError&) {
    std::_Exit(0);  // the caller is done
  } catch (...) {
    std::_Exit(3);
  }
  std::_Exit(0);
}

}  // namespace pregap::volumes
