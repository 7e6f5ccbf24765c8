// Repair of the image itself. The pass writes all changes into the journal, which gets its name
// when it is whole and on the disk; only then the image is touched, from the journal. So after a
// crash at any moment there is either the old image, or a journal that leads to both.
#include <fmt/format.h>

#include <algorithm>

#include "operations/repair_pass.h"
#include "operations/undo.h"
#include "pregap/error.h"
#include "pregap/open.h"

namespace pregap {
namespace operations {
namespace {

namespace fs = std::filesystem;

// The journal begins with the first change.
class JournalSink final : public ChangeSink {
 public:
  JournalSink(const Disc& disc, const fs::path& path, Overwrite overwrite)
      : disc_(disc), path_(path), overwrite_(overwrite) {}

  void change(std::size_t file, std::uint64_t offset, std::span<const std::uint8_t> before,
              std::span<const std::uint8_t> after) override {
    if (!writer_) begin();
    writer_->add(number_of_[file], offset, before, after);
  }

  // Whether there was anything to write.
  bool finish() {
    if (!writer_) return false;
    writer_->finish();
    writer_.reset();  // and with it a journal that was replaced
    return true;
  }

 private:
  void begin() {
    if (overwrite_ == Overwrite::refuse) refuse_if_there();
    std::vector<UndoFile> files;
    std::vector<fs::path> paths;
    for (std::size_t i = 0; i < disc_.files.size(); ++i) {
      const DiscFile& file = disc_.files[i];
      if (!may_change(i)) {
        number_of_.push_back(0);  // never asked for
        continue;
      }
      const auto known = std::ranges::find(paths, file.path);
      number_of_.push_back(static_cast<std::uint32_t>(known - paths.begin()));
      if (known != paths.end()) continue;
      paths.push_back(file.path);
      files.push_back({.name = name_of_file(file.path), .size = PatchFile(file.path).size()});
    }
    writer_ = std::make_unique<UndoJournalWriter>(path_, files, overwrite_);
  }

  // Whether it has sectors in which something can be changed.
  bool may_change(std::size_t file) const {
    const auto lies_there = [&](const Extent& e) {
      return e.file == file && !has_user_data_only(e.storage);
    };
    return disc_.files[file].encoding.empty() &&
           std::ranges::any_of(disc_.tracks, [&](const Track& track) {
             return std::ranges::any_of(track.extents, lies_there);
           });
  }

  void refuse_if_there() const {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path_, error))) return;
    throw Error(
        ErrorCode::exists, path_.string(),
        "the journal of an earlier repair, expected none before another one",
        "--undo takes that repair back; --force keeps it for good and replaces the journal");
  }

  std::string name_of_file(const fs::path& file) const {
    const fs::path folder = path_.parent_path();
    const fs::path name =
        folder.empty() ? file.lexically_normal()
                       : file.lexically_normal().lexically_relative(folder.lexically_normal());
    if (name.empty() || name.is_absolute() || *name.begin() == "..") {
      throw Error(ErrorCode::refused, file.string(),
                  "a file outside of the image's folder, expected those inside it for a repair in "
                  "place");
    }
    return name.generic_string();
  }

  const Disc& disc_;
  fs::path path_;
  Overwrite overwrite_;
  std::unique_ptr<UndoJournalWriter> writer_;
  std::vector<std::uint32_t> number_of_;  // by Disc::files: index into the journal's
};

// An interrupted repair goes on from where it was. With `forced`, a journal that is of no use (not
// whole, or of files that were changed since) is as good as none.
JournalState complete_interrupted(const fs::path& image, bool forced) {
  const auto useless = [&](const Error& error) {
    return forced &&
           (error.code() == ErrorCode::malformed || error.code() == ErrorCode::unsupported);
  };
  std::unique_ptr<UndoWork> work;
  try {
    work = UndoWork::open(image);
  } catch (const Error& error) {
    if (!useless(error)) throw;
  }
  if (!work) return JournalState::none;
  try {
    if (work->state().complete()) return JournalState::kept;
  } catch (const Error& error) {
    if (!forced || error.code() != ErrorCode::refused) throw;
    return JournalState::kept;
  }
  work->write_new();
  return JournalState::completed;
}

}  // namespace
}  // namespace operations

RepairReport repair_in_place(const std::filesystem::path& image, const RepairOptions& options) {
  using namespace operations;
  const std::filesystem::path path = journal_path_of(image);
  const bool forced = options.force && !options.dry_run;
  JournalState before = JournalState::none;
  if (!options.dry_run) before = complete_interrupted(image, forced);
  const Disc disc = open_disc(image, options.open);
  JournalSink sink(disc, path, forced ? Overwrite::replace : Overwrite::refuse);
  RepairReport report = run_repair_pass(disc, options, options.dry_run ? nullptr : &sink);
  if (before == JournalState::completed) report.was_sound = false;
  report.journal = before;
  if (!options.dry_run && sink.finish()) {
    UndoWork::open(image)->write_new();
    report.journal = JournalState::fresh;
  }
  report.written = report.journal == JournalState::fresh || before == JournalState::completed;
  if (report.journal != JournalState::none) report.journal_path = path;
  return report;
}

}  // namespace pregap
