#include "volumes/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <optional>

#include "bytes/confined_child.h"
#include "pregap/error.h"
#include "volumes/file_names.h"
#include "volumes/worker_process.h"
#include "volumes/worker_wire.h"

namespace pregap::volumes {
namespace {

class RemoteReader final : public FileReader {
 public:
  RemoteReader(std::shared_ptr<const ByteSource> source, std::string kind, OpenReader open,
               const WorkerLimits& limits, Prepare prepare)
      : source_(std::move(source)),
        kind_(std::move(kind)),
        open_(std::move(open)),
        limits_(limits),
        prepare_(prepare) {}

  // The answer to the opening, and the root, which is asked for often.
  void start() {
    request(Message(Word::root), {.entry = [&](FileEntry&& entry) { root_ = std::move(entry); }});
  }

  std::string_view kind() const noexcept override { return kind_; }
  FileEntry root() const override { return root_; }

  void names_suffice() override {
    names_suffice_ = true;
    if (process_) request(Message(Word::names_suffice), {});
  }

  void list(const FileEntry& folder, Deleted deleted, const Take& take,
            std::vector<Problem>& problems) override {
    bool more = true;
    std::size_t came = 0, skipped = 0;
    const Answers answers{.entry =
                              [&](FileEntry&& e) {
                                if (skipped > 0) {
                                  --skipped;
                                  return;
                                }
                                ++came;
                                more = more && take(std::move(e));
                              },
                          .problems = &problems};
    if (process_ && !expected_.empty() && expected_.front() == Expected{folder.id, deleted}) {
      expected_.pop_front();
      const int deaths = deaths_;
      const bool alone = expected_.empty();
      try {
        run(answers);
        return;
      } catch (const Error&) {
        if (deaths_ == deaths || alone) throw;
      }
      // It may have ended over one of the others: once more, and this one alone.
      skipped = came;
      deaths_ = deaths;
    }
    request(list_message(folder, deleted), answers);
  }

  void expect_list(const FileEntry& folder, Deleted deleted) override {
    if (!process_ || has_ended_) return;  // what may end again is asked for by itself
    try {
      process_->wire.send(list_message(folder, deleted));
      process_->wire.flush();
      expected_.push_back({folder.id, deleted});
    } catch (const WireError&) {  // list() begins anew
      bury();
    }
  }

  void content(const FileEntry& file, ContentSink& sink, std::vector<Problem>& problems) override {
    Message message(Word::content);
    message.put(file);
    request(message, {.sink = &sink, .problems = &problems});
  }

  std::optional<FileEntry> find(const FileId& id) override {
    Message message(Word::find);
    message.put(id.number);
    message.put(std::uint64_t{id.stream_type});
    message.put(std::uint64_t{id.stream});
    std::optional<FileEntry> found;
    request(message, {.entry = [&](FileEntry&& entry) { found = std::move(entry); }});
    return found;
  }

  void unallocated(ContentSink& sink) override {
    request(Message(Word::unallocated), {.sink = &sink});
  }

 private:
  struct Process {
    Process(const std::string& place, const ConfinedChild::Run& run)
        : child(kWindow, place, run), wire(child.socket()) {}
    ConfinedChild child;
    Wire wire;
  };
  struct Expected {
    FileId id;
    Deleted deleted;
    bool operator==(const Expected&) const = default;
  };
  struct Answers {
    std::function<void(FileEntry&&)> entry{};
    ContentSink* sink = nullptr;
    std::vector<Problem>* problems = nullptr;
  };

  static Message list_message(const FileEntry& folder, Deleted deleted) {
    Message message(Word::list);
    message.put(folder);
    message.put(std::uint64_t{deleted == Deleted::take_in ? 1U : 0U});
    return message;
  }

  void request(const Message& message, const Answers& answers) {
    while (process_ && !expected_.empty()) {  // asked for in vain
      expected_.pop_front();
      try {
        run({});
      } catch (const Error&) {
      }
    }
    expected_.clear();
    if (!process_) begin();
    try {
      process_->wire.send(message);
    } catch (const WireError&) {
      fail();
    }
    run(answers);
  }

  // A process that has opened the volume.
  void begin() {
    if (deaths_ >= limits_.deaths) throw_given_up();
    process_.emplace(source_->name(), [this](int socket, std::uint8_t* window) {
      run_worker(socket, window, source_->size(), source_->name(), open_, limits_, prepare_);
    });
    run({});
    if (names_suffice_) request(Message(Word::names_suffice), {});
  }

  void run(const Answers& answers) {
    Message message;
    for (;;) {
      receive(message);
      if (message.word == Word::error) throw_told(message);
      if (message.word == Word::done) break;
      try {
        take(message, answers);
      } catch (const WireError&) {
        fail();
      } catch (...) {  // from whom the answer is for: the rest of it is heard by nobody
        process_.reset();
        throw;
      }
    }
    // What the reader made of bytes that could not be read is worth nothing.
    if (read_error_) std::rethrow_exception(std::exchange(read_error_, nullptr));
  }

  void receive(Message& message) {
    try {
      process_->wire.receive(message);
    } catch (const WireError&) {
      fail();
    }
  }

  [[noreturn]] void throw_told(Message& message) {
    if (read_error_) std::rethrow_exception(std::exchange(read_error_, nullptr));
    const auto code = static_cast<ErrorCode>(
        std::min(message.take_number(), static_cast<std::uint64_t>(ErrorCode::stopped)));
    std::string place = message.take_text(), text = message.take_text();
    throw Error(code, std::move(place), std::move(text), message.take_text());
  }

  void take(Message& message, const Answers& answers) {
    switch (message.word) {
      case Word::read:
        serve_bytes(message);
        return;
      case Word::entry:
        take_entry(message.take_entry(), answers);
        return;
      case Word::range: {
        const std::uint64_t offset = message.take_number(), size = message.take_number();
        if (answers.sink != nullptr) answers.sink->range(offset, size);
        return;
      }
      case Word::hole:
        if (answers.sink != nullptr) answers.sink->hole(message.take_number());
        return;
      case Word::data:
        if (answers.sink != nullptr) answers.sink->bytes(message.rest());
        return;
      case Word::problem: {
        Problem problem;
        problem.severity = static_cast<Severity>(std::min<std::uint64_t>(message.take_number(), 2));
        problem.code = message.take_text();
        problem.message = message.take_text();
        if (answers.problems != nullptr) answers.problems->push_back(std::move(problem));
        return;
      }
      default:
        throw WireError("no answer");
    }
  }

  // Whoever misled the reader may speak through it: a name is one here, whatever came.
  static void take_entry(FileEntry&& entry, const Answers& answers) {
    if (!entry.name.empty()) make_safe(entry.name);
    if (answers.entry) answers.entry(std::move(entry));
  }

  void serve_bytes(Message& message) {
    const std::uint64_t offset = message.take_number();
    Message answer(Word::bytes_read);
    try {
      answer.put(std::uint64_t{source_->read(offset, process_->child.window())});
    } catch (const Error&) {
      read_error_ = std::current_exception();
      answer = Message(Word::read_failed);
    }
    process_->wire.send(answer);
  }

  // The process is gone, or says what it can't.
  void bury() {
    cause_ = process_->child.cause_of_end();
    process_.reset();
    expected_.clear();
    read_error_ = nullptr;
    ++deaths_;
    has_ended_ = true;
  }
  [[noreturn]] void fail() {
    bury();
    throw Error(ErrorCode::unreadable, source_->name(),
                fmt::format("the reader of {} {}, expected it to read the files", kind_, cause_),
                kHint);
  }
  [[noreturn]] void throw_given_up() const {
    throw Error(ErrorCode::malformed, source_->name(),
                fmt::format("the reader of {} has ended {} times and is given up; the last one {}",
                            kind_, deaths_, cause_),
                kHint);
  }

  static constexpr const char* kHint =
      "the image's own structures are damaged or made to mislead; nothing was changed";

  std::shared_ptr<const ByteSource> source_;
  std::string kind_;
  OpenReader open_;
  WorkerLimits limits_;
  Prepare prepare_;
  std::optional<Process> process_;
  int deaths_ = 0;
  bool has_ended_ = false;
  std::exception_ptr read_error_;
  std::string cause_;
  FileEntry root_;
  bool names_suffice_ = false;
  std::deque<Expected> expected_;  // whose lists were asked for and not yet taken, in order
};

}  // namespace

std::unique_ptr<FileReader> open_in_worker(std::shared_ptr<const ByteSource> source,
                                           std::string kind, const OpenReader& open,
                                           const WorkerLimits& limits, Prepare prepare) {
  auto reader =
      std::make_unique<RemoteReader>(std::move(source), std::move(kind), open, limits, prepare);
  reader->start();
  return reader;
}

}  // namespace pregap::volumes
