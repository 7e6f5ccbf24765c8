// The undo journal: what is written is read, and nothing else is taken for one.
#include "bytes/undo_journal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "pregap/error.h"
#include "support/disc_builder.h"
#include "support/program.h"

namespace pregap {
namespace {

using Bytes = std::vector<std::uint8_t>;
using test::error_of;
using test::TempFolder;

constexpr std::size_t kHead = 16, kFirstName = kHead + 12;

Bytes small_journal() {
  const TempFolder folder;
  UndoJournalWriter writer(folder / "j",
                           {{.name = "a.bin", .size = 100}, {.name = "s/b", .size = 9}},
                           Overwrite::refuse);
  const Bytes old = {1, 2, 3}, fresh = {4, 5, 6};
  writer.add(0, 97, old, fresh);
  writer.add(1, 0, Bytes{7}, Bytes{8});
  writer.finish();
  return folder.read("j");
}

std::string read_error(const Bytes& bytes) {
  return error_of([&] { UndoJournal journal(memory_source(bytes, "j")); });
}

TEST(UndoJournal, HoldsWhatWasWritten) {
  const UndoJournal journal(memory_source(small_journal(), "j"));
  ASSERT_EQ(journal.files().size(), 2U);
  EXPECT_EQ(journal.files()[0].name, "a.bin");
  EXPECT_EQ(journal.files()[1].name, "s/b");
  EXPECT_EQ(journal.files()[1].size, 9U);
  EXPECT_EQ(journal.changes(), 2U);
  for (int turn = 0; turn < 2; ++turn) {  // it can be gone through again
    std::vector<std::string> seen;
    journal.for_each([&](const UndoChange& c) {
      seen.push_back(fmt::format("{} {} {} {} {}", c.file, c.offset, c.before.size(), c.before[0],
                                 c.after.back()));
    });
    EXPECT_EQ(seen, (std::vector<std::string>{"0 97 3 1 6", "1 0 1 7 8"}));
  }
}

TEST(UndoJournal, IsNotThereBeforeItIsFinished) {
  const TempFolder folder;
  {
    UndoJournalWriter writer(folder / "j", {{.name = "a", .size = 10}}, Overwrite::refuse);
    writer.add(0, 0, Bytes{1}, Bytes{2});
    EXPECT_EQ(folder.list(), std::vector<std::string>());
  }
  EXPECT_EQ(folder.list(), std::vector<std::string>());
}

TEST(UndoJournal, EveryCutIsFound) {
  const Bytes whole = small_journal();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(read_error(cut).starts_with("malformed: j:byte ")) << size;
  }
}

TEST(UndoJournal, EveryChangedByteIsFound) {
  const Bytes whole = small_journal();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes changed = whole;
    changed[at] ^= 0x10;
    EXPECT_NE(read_error(changed), "nothing") << at;
  }
}

struct Row {
  const char* title;
  std::function<void(Bytes&)> change;
  const char* error;
};

TEST(UndoJournal, SaysWhatIsWrong) {
  const Row rows[] = {
      {"magic", [](Bytes& b) { b[0] = 'Q'; },
       "malformed: j:byte 16: other first bytes, expected an undo journal's"},
      {"version", [](Bytes& b) { b[8] = 2; },
       "unsupported: j: an undo journal of version 2, expected 1"},
      {"files", [](Bytes& b) { b[14] = 1; },
       "malformed: j:byte 16: 65538 files, expected 1 to 2000"},
      {"long name", [](Bytes& b) { b[kHead + 10] = 1; },
       "malformed: j:byte 28: a name of 65541 bytes, expected at most 4096"},
      {"absolute name", [](Bytes& b) { b[kFirstName] = '/'; },
       "malformed: j:byte 33: the name \"/.bin\", expected one in the journal's folder"},
      {"name that leads out",
       [](Bytes& b) {
         b[kFirstName] = b[kFirstName + 1] = '.';
         b[kFirstName + 2] = '/';
       },
       "malformed: j:byte 33: the name \"../in\", expected one in the journal's folder"},
      {"huge change", [](Bytes& b) { b[51] = 0xFF; }, nullptr},
      {"more behind", [](Bytes& b) { b.push_back(0); },
       "malformed: j:byte 180: more bytes, expected the journal's end"},
      {"digest", [](Bytes& b) { b.back() ^= 1; },
       "malformed: j:byte 180: another SHA-256 than that of the journal, expected a whole journal"},
  };
  for (const Row& row : rows) {
    Bytes bytes = small_journal();
    row.change(bytes);
    if (row.error == nullptr) {
      EXPECT_TRUE(read_error(bytes).starts_with("malformed: ")) << row.title;
    } else {
      EXPECT_EQ(read_error(bytes), row.error) << row.title;
    }
  }
}

TEST(UndoJournal, ManyChangesComeBackInOrder) {
  constexpr unsigned kSeed = 5;
  std::mt19937 random(kSeed);
  const TempFolder folder;
  std::vector<std::pair<std::uint64_t, Bytes>> written;
  UndoJournalWriter writer(folder / "j", {{.name = "a", .size = std::uint64_t{1} << 33}},
                           Overwrite::refuse);
  for (int n = 0; n < 2000; ++n) {
    Bytes bytes(1 + random() % 2352), other;
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random());
    other.assign(bytes.size(), static_cast<std::uint8_t>(n));
    const std::uint64_t offset = (std::uint64_t{1} << 32) + static_cast<std::uint64_t>(n) * 2352;
    writer.add(0, offset, bytes, other);
    written.emplace_back(offset, bytes);
  }
  writer.finish();
  const UndoJournal journal(open_file(folder / "j"));
  std::size_t n = 0;
  journal.for_each([&](const UndoChange& c) {
    ASSERT_LT(n, written.size());
    EXPECT_EQ(c.offset, written[n].first);
    EXPECT_TRUE(std::ranges::equal(c.before, written[n].second)) << "seed " << kSeed;
    ++n;
  });
  EXPECT_EQ(n, written.size());
}

}  // namespace
}  // namespace pregap
