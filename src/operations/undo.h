// An undo journal and the files that it speaks of.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "bytes/patch_file.h"
#include "bytes/undo_journal.h"
#include "pregap/repair.h"

namespace pregap::operations {

std::filesystem::path journal_path_of(const std::filesystem::path& image);

// What the files hold of the journal's changes.
struct UndoState {
  std::uint64_t before = 0, after = 0;  // whole changes with the old bytes, with the new ones
  std::uint64_t torn = 0;               // each byte the old or the new one: a write was cut short
  bool complete() const { return before == 0 && torn == 0; }
};

// Opens journal and files together.
class UndoWork {
 public:
  // Nothing where there is no journal. Throws Error(malformed) for one that is not whole, and what
  // opening its files throws.
  static std::unique_ptr<UndoWork> open(const std::filesystem::path& image);

  // Throws Error(refused) where a file has another size or other bytes than the journal has.
  UndoState state() const;

  // Writes all new bytes, or all old ones, flushes and reads back. Returns what was changed.
  UndoReport write_new();
  UndoReport write_old();

  const std::filesystem::path& path() const { return path_; }
  const UndoJournal& journal() const { return *journal_; }
  void remove_journal();

 private:
  enum class Side : bool { before, after };
  UndoReport write(Side side);
  void prove(Side side) const;

  std::filesystem::path path_;
  std::unique_ptr<UndoJournal> journal_;
  std::vector<std::unique_ptr<PatchFile>> files_;
};

}  // namespace pregap::operations
