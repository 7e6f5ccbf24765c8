#include "operations/undo.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

enum class Held { before, after, torn, other };

Held held(const UndoChange& change, std::span<const std::uint8_t> now) {
  if (std::ranges::equal(now, change.after)) return Held::after;
  if (std::ranges::equal(now, change.before)) return Held::before;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] != change.before[i] && now[i] != change.after[i]) return Held::other;
  }
  return Held::torn;
}

}  // namespace

fs::path journal_path_of(const fs::path& image) { return image.string() + ".pregap-undo"; }

std::unique_ptr<UndoWork> UndoWork::open(const fs::path& image) {
  auto work = std::make_unique<UndoWork>();
  work->path_ = journal_path_of(image);
  std::error_code error;
  if (!fs::exists(fs::symlink_status(work->path_, error))) return nullptr;
  work->journal_ = std::make_unique<UndoJournal>(open_file(work->path_));
  for (const UndoFile& file : work->journal_->files()) {
    work->files_.push_back(std::make_unique<PatchFile>(work->path_.parent_path() / file.name));
  }
  return work;
}

UndoState UndoWork::state() const {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::uint64_t expected = journal_->files()[i].size;
    if (files_[i]->size() == expected) continue;
    throw Error(ErrorCode::refused, files_[i]->path().string(),
                fmt::format("{} bytes, expected {} as {} has it", files_[i]->size(), expected,
                            path_.string()));
  }
  UndoState state;
  std::vector<std::uint8_t> now;
  journal_->for_each([&](const UndoChange& change) {
    now.resize(change.before.size());
    files_[change.file]->read(change.offset, now);
    switch (held(change, now)) {
      case Held::before:
        ++state.before;
        break;
      case Held::after:
        ++state.after;
        break;
      case Held::torn:
        ++state.torn;
        break;
      case Held::other:
        throw Error(ErrorCode::refused,
                    fmt::format("{}:byte {}", files_[change.file]->path().string(), change.offset),
                    fmt::format("neither the bytes before nor those after the repair, expected "
                                "what {} has",
                                path_.string()),
                    "the file was changed since; the journal still holds the old bytes");
    }
  });
  return state;
}

UndoReport UndoWork::write(Side side) {
  UndoReport report;
  for (const auto& file : files_) report.files.push_back(file->path());
  std::vector<std::uint8_t> now;
  journal_->for_each([&](const UndoChange& change) {
    ++report.changes;
    const auto wanted = side == Side::before ? change.before : change.after;
    now.resize(wanted.size());
    files_[change.file]->read(change.offset, now);
    if (std::ranges::equal(now, wanted)) return;
    files_[change.file]->write(change.offset, wanted);
    ++report.restored;
    report.bytes += wanted.size();
  });
  for (const auto& file : files_) file->flush_to_disk();
  prove(side);
  return report;
}

void UndoWork::prove(Side side) const {
  std::vector<std::uint8_t> now;
  journal_->for_each([&](const UndoChange& change) {
    const auto wanted = side == Side::before ? change.before : change.after;
    now.resize(wanted.size());
    files_[change.file]->read(change.offset, now);
    if (std::ranges::equal(now, wanted)) return;
    throw Error(ErrorCode::unwritable,
                fmt::format("{}:byte {}", files_[change.file]->path().string(), change.offset),
                "other bytes were read back, expected those that were written",
                fmt::format("{} stays", path_.string()));
  });
}

UndoReport UndoWork::write_new() { return write(Side::after); }
UndoReport UndoWork::write_old() { return write(Side::before); }

void UndoWork::remove_journal() {
  if (::unlink(path_.c_str()) != 0) {
    throw Error(ErrorCode::unwritable, path_.string(),
                fmt::format("{}, expected a journal that can be removed", std::strerror(errno)));
  }
  flush_folder_of(path_);
}

}  // namespace pregap::operations

namespace pregap {

UndoReport undo_repair(const std::filesystem::path& image) {
  const auto work = operations::UndoWork::open(image);
  if (!work) {
    throw Error(ErrorCode::not_found, operations::journal_path_of(image).string(),
                "no such file, expected the journal of a repair in place");
  }
  work->state();
  UndoReport report = work->write_old();
  work->remove_journal();
  return report;
}

}  // namespace pregap
