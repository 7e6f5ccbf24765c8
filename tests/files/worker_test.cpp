// A reader in a process of its own: what it says arrives as it is, and what becomes of it stays
// with it.
#include "volumes/worker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "pregap/error.h"
#include "support/program.h"
#include "support/sanitized.h"
#include "volumes/file_walk.h"

namespace pregap::volumes {
namespace {

using test::TempFolder;

FileEntry full_entry() {
  return {.name = "na\xC3\xAFve.txt",
          .id = {.number = 1ULL << 60, .stream_type = 128, .stream = 7},
          .kind = FileKind::link,
          .size = 1ULL << 50,
          .folder_key = 99,
          .times = {.modified = -5, .accessed = {}, .changed = 1LL << 40, .created = 0},
          .mode = 04755,
          .uid = 0,
          .gid = {},
          .link_target = "../x",
          .deleted = true,
          .system = false,
          .form2 = true};
}

// Each behaviour that a library may have, chosen by the name of the folder that is listed.
class Misbehaving final : public FileReader {
 public:
  explicit Misbehaving(std::shared_ptr<const ByteSource> source) : source_(std::move(source)) {}

  std::string_view kind() const noexcept override { return "test"; }
  FileEntry root() const override { return {.name = "root", .id = {.number = 2}}; }

  void names_suffice() override { names_suffice_ = true; }

  void list(const FileEntry& folder, Deleted deleted, const Take& take,
            std::vector<Problem>& problems) override {
    if (folder.name == "wanted") take({.name = names_suffice_ ? "names" : "all"});
    if (folder.name == "crash") std::raise(SIGSEGV);
    if (folder.name == "abort") std::abort();
    if (folder.name == "loop") {
      for (;;) {
        asm volatile("");
      }
    }
    if (folder.name == "memory") take_all_memory();
    if (folder.name == "write") report_system_calls(problems);
    if (folder.name == "error") {
      throw Error(ErrorCode::malformed, "place", "message", "hint");
    }
    if (folder.name == "entries") {
      take(full_entry());
      take({.name = deleted == Deleted::take_in ? "with deleted" : "without"});
      problems.push_back({.severity = Severity::fault, .code = "a.b", .message = "text"});
    }
    if (folder.name == "escape") {
      for (const char* name : {"/etc/x", "../x", "..", "a/b"}) take({.name = name});
    }
    if (folder.name == "many") {
      for (int n = 0; n < 100'000; ++n) take({.name = std::to_string(n)});
    }
    if (folder.name == "read") {
      std::vector<std::uint8_t> bytes(100);
      bytes.resize(source_->read(folder.id.number, bytes));
      take({.name = std::string(bytes.begin(), bytes.end()), .size = source_->size()});
    }
  }
  void content(const FileEntry& file, ContentSink& sink, std::vector<Problem>&) override {
    sink.range(file.size, 512);
    sink.hole(1ULL << 40);
    std::vector<std::uint8_t> large(3'000'000);
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
    sink.bytes(large);
  }
  std::optional<FileEntry> find(const FileId& id) override {
    if (id.number == 5) return FileEntry{.name = "five", .id = id};
    return std::nullopt;
  }
  void unallocated(ContentSink& sink) override { sink.range(1, 2); }

 private:
  static void take_all_memory() {
    for (;;) {
      auto* block = new std::vector<std::uint8_t>(1U << 20, 1);
      if (block->empty()) break;
    }
  }
  void report_system_calls(std::vector<Problem>& problems) const {
    const auto tell = [&](const char* what, bool worked) {
      problems.push_back({.severity = Severity::note,
                          .code = what,
                          .message = worked ? "worked" : std::strerror(errno)});
    };
    const std::string file = source_->name();
    tell("open", ::open(file.c_str(), O_RDONLY) >= 0);
    tell("create", ::open((file + ".new").c_str(), O_WRONLY | O_CREAT, 0666) >= 0);
    tell("unlink", ::unlink(file.c_str()) == 0);
    tell("fork", ::fork() > 0);
    tell("execute", ::execl("/bin/true", "true", nullptr) == 0);
  }

  std::shared_ptr<const ByteSource> source_;
  bool names_suffice_ = false;
};

std::unique_ptr<FileReader> open_misbehaving(std::shared_ptr<const ByteSource> source,
                                             const WorkerLimits& limits = {}) {
  return open_in_worker(
      std::move(source), "test",
      [](std::shared_ptr<const ByteSource> remote) {
        return std::make_unique<Misbehaving>(std::move(remote));
      },
      limits);
}

std::shared_ptr<const ByteSource> hello() {
  return memory_source({'h', 'e', 'l', 'l', 'o'}, "image.img");
}

std::vector<FileEntry> list(FileReader& reader, const FileEntry& folder,
                            std::vector<Problem>& problems, Deleted deleted = Deleted::leave_out) {
  std::vector<FileEntry> entries;
  const auto take = [&](FileEntry&& entry) {
    entries.push_back(std::move(entry));
    return true;
  };
  reader.list(folder, deleted, take, problems);
  return entries;
}

std::string error_of(FileReader& reader, const std::string& folder) {
  std::vector<Problem> problems;
  try {
    list(reader, {.name = folder}, problems);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Worker, BringsEverythingOverAsItIs) {
  const auto reader = open_misbehaving(hello());
  EXPECT_EQ(reader->root().name, "root");
  std::vector<Problem> problems;
  const auto entries = list(*reader, {.name = "entries"}, problems, Deleted::take_in);
  ASSERT_EQ(entries.size(), 2U);
  const FileEntry want = full_entry();
  const FileEntry& got = entries[0];
  EXPECT_EQ(got.name, want.name);
  EXPECT_EQ(got.id, want.id);
  EXPECT_EQ(got.kind, want.kind);
  EXPECT_EQ(got.size, want.size);
  EXPECT_EQ(got.folder_key, want.folder_key);
  EXPECT_EQ(got.times.modified, want.times.modified);
  EXPECT_EQ(got.times.accessed, want.times.accessed);
  EXPECT_EQ(got.times.changed, want.times.changed);
  EXPECT_EQ(got.times.created, want.times.created);
  EXPECT_EQ(got.mode, want.mode);
  EXPECT_EQ(got.uid, want.uid);
  EXPECT_EQ(got.gid, want.gid);
  EXPECT_EQ(got.link_target, want.link_target);
  EXPECT_TRUE(got.deleted);
  EXPECT_FALSE(got.system);
  EXPECT_TRUE(got.form2);
  EXPECT_EQ(entries[1].name, "with deleted");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].severity, Severity::fault);
  EXPECT_EQ(problems[0].code, "a.b");
  EXPECT_EQ(problems[0].message, "text");
}

TEST(Worker, ThatNamesSufficeIsKnownToTheProcessBehindACrashToo) {
  const auto reader = open_misbehaving(hello());
  const auto wanted = [&] {
    std::vector<Problem> problems;
    return list(*reader, {.name = "wanted"}, problems).at(0).name;
  };
  EXPECT_EQ(wanted(), "all");
  reader->names_suffice();
  EXPECT_EQ(wanted(), "names");
  EXPECT_NE(error_of(*reader, "crash"), "none");
  EXPECT_EQ(wanted(), "names");
}

TEST(Worker, BringsContentsOver) {
  struct Sink final : ContentSink {
    void range(std::uint64_t offset, std::uint64_t size) override { at = offset, ranged += size; }
    void hole(std::uint64_t size) override { holes += size; }
    void bytes(std::span<const std::uint8_t> data) override {
      for (const std::uint8_t b : data) wrong += b != static_cast<std::uint8_t>(count++ * 7);
    }
    std::uint64_t at = 0, ranged = 0, holes = 0, count = 0, wrong = 0;
  } sink;
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  reader->content({.name = "f", .size = 4096}, sink, problems);
  EXPECT_EQ(sink.at, 4096U);
  EXPECT_EQ(sink.ranged, 512U);
  EXPECT_EQ(sink.holes, 1ULL << 40);
  EXPECT_EQ(sink.count, 3'000'000U);
  EXPECT_EQ(sink.wrong, 0U);
  reader->unallocated(sink);
  EXPECT_EQ(sink.ranged, 514U);
  EXPECT_EQ(reader->find({.number = 5})->name, "five");
  EXPECT_FALSE(reader->find({.number = 6}));
}

TEST(Worker, ReadsTheImageThroughItsCaller) {
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  const auto all = list(*reader, {.name = "read"}, problems);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "hello");
  EXPECT_EQ(all[0].size, 5U);
  EXPECT_EQ(list(*reader, {.name = "read", .id = {.number = 3}}, problems)[0].name, "lo");
  EXPECT_EQ(list(*reader, {.name = "read", .id = {.number = 9}}, problems)[0].name, "");
}

TEST(Worker, ItsNamesLeadNowhere) {
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  std::vector<std::string> names;
  for (const FileEntry& e : list(*reader, {.name = "escape"}, problems)) names.push_back(e.name);
  EXPECT_EQ(names, (std::vector<std::string>{"_etc_x", ".._x", "__", "a_b"}));
}

TEST(Worker, AListThatIsLongArrivesWhole) {
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  const auto all = list(*reader, {.name = "many"}, problems);
  ASSERT_EQ(all.size(), 100'000U);
  EXPECT_EQ(all.back().name, "99999");
}

TEST(Worker, ItsErrorsArriveWhole) {
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  try {
    list(*reader, {.name = "error"}, problems);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed);
    EXPECT_STREQ(error.what(), "place: message");
    EXPECT_EQ(error.hint(), "hint");
  }
  EXPECT_EQ(list(*reader, {.name = "read"}, problems)[0].name, "hello");  // it goes on
}

TEST(Worker, ACrashIsAnErrorOfItsCaller) {
  for (const auto& [folder, words] : {std::pair{"crash", "was ended by signal 11"},
                                      std::pair{"abort", "was ended by signal 6"}}) {
    const auto reader = open_misbehaving(hello());
    const std::string error = error_of(*reader, folder);
    if (test::kSanitized && error.find("gave up") != std::string::npos)
      continue;  // they catch it first
    EXPECT_NE(error.find(words), std::string::npos) << error;
    EXPECT_EQ(error_of(*reader, "read"), "none");  // with the next request it is there again
  }
}

TEST(Worker, IsGivenUpWhenItHasEndedTooOften) {
  const auto reader = open_misbehaving(hello(), {.deaths = 3});
  std::vector<Problem> problems;
  for (int n = 0; n < 3; ++n) EXPECT_THROW(list(*reader, {.name = "abort"}, problems), Error);
  try {
    list(*reader, {.name = "read"}, problems);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::malformed);  // unlike what passes
    EXPECT_TRUE(error.message().starts_with(
        "the reader of test has ended 3 times and is given up; the last one "))
        << error.message();
  }
}

TEST(Worker, AListThatWasAskedForAheadMayEndIt) {
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  reader->expect_list({.name = "abort", .id = {.number = 7}}, Deleted::leave_out);
  EXPECT_THROW(list(*reader, {.name = "abort", .id = {.number = 7}}, problems), Error);
  reader->expect_list({.name = "abort", .id = {.number = 7}}, Deleted::leave_out);
  EXPECT_EQ(list(*reader, {.name = "read"}, problems)[0].name, "hello");  // another one
}

TEST(Worker, WhatCameBeforeAnotherFolderEndedItComesOnce) {
  const auto reader = open_misbehaving(hello());
  const FileEntry many{.name = "many", .id = {.number = 7}};
  const FileEntry crash{.name = "crash", .id = {.number = 8}};
  reader->expect_list(many, Deleted::leave_out);
  reader->expect_list(crash, Deleted::leave_out);
  std::vector<Problem> problems;
  const std::vector<FileEntry> entries = list(*reader, many, problems);
  ASSERT_EQ(entries.size(), 100'000U);
  for (std::size_t i = 0; i < entries.size(); ++i) ASSERT_EQ(entries[i].name, std::to_string(i));
  EXPECT_THROW(list(*reader, crash, problems), Error);
}

// Its root holds folders that end the reader, and sound ones.
class Tree final : public FileReader {
 public:
  std::string_view kind() const noexcept override { return "test"; }
  FileEntry root() const override {
    return {.name = "", .id = {.number = 1}, .kind = FileKind::folder, .folder_key = 1};
  }
  void list(const FileEntry& folder, Deleted, const Take& take, std::vector<Problem>&) override {
    if (folder.name == "b" || folder.name == "d") std::abort();
    if (folder.id.number != 1) {
      take({.name = "file"});
      return;
    }
    std::uint64_t id = 1;
    for (const char* name : {"a", "b", "c", "d", "e"}) {
      ++id;
      take({.name = name, .id = {.number = id}, .kind = FileKind::folder, .folder_key = id});
    }
  }
  void content(const FileEntry&, ContentSink&, std::vector<Problem>&) override {}
  std::optional<FileEntry> find(const FileId&) override { return std::nullopt; }
  void unallocated(ContentSink&) override {}
};

TEST(Worker, AFolderThatEndsItDoesNotEndTheWalk) {
  using Strings = std::vector<std::string>;
  const std::tuple<int, bool, Strings, std::size_t> cases[] = {
      {8, false, {"a", "a/file", "b", "c", "c/file", "d", "e", "e/file"}, 2},
      {8, true, {"a", "a/file", "b", "c", "c/file", "d", "e", "e/file"}, 2},
      {1, false, {"a", "a/file", "b", "c"}, 2},  // given up
  };
  for (const auto& [deaths, ahead, expected, faults] : cases) {
    const auto reader = open_in_worker(
        hello(), "test", [](std::shared_ptr<const ByteSource>) { return std::make_unique<Tree>(); },
        {.deaths = deaths});
    std::vector<Problem> problems;
    Strings paths;
    walk(
        *reader, {"", reader->root()}, {.lists_only = ahead},
        [&](const FoundFile& found) {
          paths.push_back(found.path);
          return true;
        },
        problems);
    EXPECT_EQ(paths, expected);
    ASSERT_EQ(problems.size(), faults);
    for (const Problem& p : problems) EXPECT_EQ(p.code, "files.unreadable");
    EXPECT_TRUE(problems[0].message.starts_with("/b: the reader of test ")) << problems[0].message;
  }
}

TEST(Worker, AnEndlessLoopEnds) {
  const auto reader = open_misbehaving(hello(), {.silent_seconds = 1});
  EXPECT_EQ(error_of(*reader, "loop"),
            "image.img: the reader of test computed for too long without an answer, expected it to "
            "read the files");
}

TEST(Worker, MemoryIsBounded) {
  if (test::kSanitized) GTEST_SKIP() << "sanitizers take more memory than the limit";
  const auto reader = open_misbehaving(hello(), {.memory = 64U << 20});
  EXPECT_EQ(error_of(*reader, "memory"),
            "image.img: the reader of test ran out of memory or gave up, expected it to read the "
            "files");
}

TEST(Worker, CanOpenCreateAndRunNothing) {
  const TempFolder folder;
  folder.write("image.img", std::string("hello"));
  const auto reader = open_misbehaving(open_file(folder / "image.img"));
  std::vector<Problem> problems;
  list(*reader, {.name = "write"}, problems);
  ASSERT_EQ(problems.size(), 5U);
  for (const Problem& p : problems) EXPECT_EQ(p.message, "Operation not permitted") << p.code;
  EXPECT_EQ(folder.list(), std::vector<std::string>{"image.img"});
}

TEST(Worker, AnImageThatCantBeReadIsTheCallersError) {
  class Broken final : public ByteSource {
   public:
    std::uint64_t size() const noexcept override { return 1000; }
    const std::string& name() const noexcept override { return name_; }
    std::size_t read(std::uint64_t, std::span<std::uint8_t>) const override {
      throw Error(ErrorCode::unreadable, "disk:byte 7", "Input/output error");
    }

   private:
    std::string name_ = "disk";
  };
  const auto reader = open_misbehaving(std::make_shared<Broken>());
  EXPECT_EQ(error_of(*reader, "read"), "disk:byte 7: Input/output error");
}

TEST(Worker, WhatItsCallerThrowsComesThrough) {
  const auto reader = open_misbehaving(hello());
  std::vector<Problem> problems;
  const auto take = [](FileEntry&&) -> bool {
    throw Error(ErrorCode::unwritable, "out", "No space left");
  };
  EXPECT_THROW(reader->list({.name = "many"}, Deleted::leave_out, take, problems), Error);
}

}  // namespace
}  // namespace pregap::volumes
