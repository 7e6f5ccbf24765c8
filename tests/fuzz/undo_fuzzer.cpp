// Undo journals: whatever bytes come, an Error or a journal whose changes lie within its files.
#include <cstdlib>
#include <span>

#include "bytes/undo_journal.h"
#include "pregap/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pregap;
  try {
    const UndoJournal journal(memory_source({data, data + size}, "journal"));
    std::uint64_t seen = 0;
    journal.for_each([&](const UndoChange& change) {
      ++seen;
      if (change.file >= journal.files().size()) std::abort();
      const std::uint64_t end = journal.files()[change.file].size;
      if (change.before.empty() || change.before.size() != change.after.size()) std::abort();
      if (change.offset > end || change.before.size() > end - change.offset) std::abort();
    });
    if (seen != journal.changes()) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
