#include "volumes/tsk_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "pregap/error.h"
#include "volumes/run_joiner.h"
#include "volumes/tsk_content.h"
#include "volumes/tsk_entry.h"
#include "volumes/tsk_exfat.h"
#include "volumes/tsk_ext_blocks.h"
#include "volumes/tsk_volume.h"

namespace pregap::volumes {
namespace {

class TskReader final : public FileReader {
 public:
  TskReader(std::shared_ptr<const ByteSource> source, const TskKind& kind)
      : volume_(std::move(source), kind) {}

  std::string_view kind() const noexcept override { return volume_.kind().name; }

  FileEntry root() const override {
    const FileId id{.number = volume_.fs()->root_inum};
    std::optional<FileEntry> entry;
    if (const TskFile file = open(id)) entry = tsk_entry(volume_, id, *file);
    if (!entry) entry = FileEntry{.id = id, .folder_key = id.number};
    entry->name.clear();
    entry->kind = FileKind::folder;
    return *entry;
  }

  void names_suffice() override { names_suffice_ = true; }

  void list(const FileEntry& folder, Deleted deleted, const Take& take,
            std::vector<Problem>& problems) override {
    const TskFolder files(tsk().fs_dir_open_meta(volume_.fs(), folder.id.number));
    if (files == nullptr) {
      const std::string message = take_tsk_message();
      if (!folder.deleted) tell(problems, folder.name, message);
      return;
    }
    const size_t count = tsk().fs_dir_getsize(files.get());
    for (size_t i = 0; i < count; ++i) {
      const TSK_FS_NAME* name = tsk().fs_dir_get_name(files.get(), i);
      if (names_suffice_ && name != nullptr && name_suffices(volume_, *name)) {
        std::optional<FileEntry> entry = tsk_named_entry(volume_, *name);
        if (!entry || (entry->deleted && deleted == Deleted::leave_out)) continue;
        if (!take(std::move(*entry))) return;
        continue;
      }
      const TskFile file(tsk().fs_dir_get(files.get(), i));
      if (file == nullptr) {
        tsk().error_reset();
        continue;
      }
      for (FileEntry& entry : tsk_entries(volume_, *file)) {
        if (entry.deleted && deleted == Deleted::leave_out) continue;
        if (!take(std::move(entry))) return;
      }
    }
  }

  void content(const FileEntry& entry, ContentSink& sink, std::vector<Problem>& problems) override {
    const TskFile file = open(entry.id);
    if (file != nullptr && has_no_size(*file)) {
      return tell(problems, entry.name, "a size of 2^63 bytes or more, expected less");
    }
    if (file != nullptr && has_block_numbers(volume_, *file)) {
      const auto size = static_cast<std::uint64_t>(file->meta->size);
      return tell_missing(problems, entry.name, size, tell_block_numbers(volume_, *file, sink));
    }
    const TSK_FS_ATTR* attribute = file != nullptr ? tsk_content(*file, entry.id) : nullptr;
    if (attribute == nullptr) {
      const std::string message = take_tsk_message();
      const bool lost = file == nullptr && !entry.deleted;  // its size isn't known either
      if (entry.size > 0 || lost) tell(problems, entry.name, message);
      return;
    }
    if ((attribute->flags & TSK_FS_ATTR_ENC) != 0) {
      tell(problems, entry.name, "is encrypted: its bytes come as they are stored");
    }
    tell_missing(problems, entry.name, size_of(*attribute),
                 tell_content(volume_, *attribute, sink, exfat_valid_length(volume_, *file)));
  }

  std::optional<FileEntry> find(const FileId& id) override {
    const TskFile file = open(id);
    std::optional<FileEntry> entry;
    if (file != nullptr) entry = tsk_entry(volume_, id, *file);
    tsk().error_reset();
    return entry;
  }

  void unallocated(ContentSink& sink) override {
    RunJoiner joiner(sink);
    const auto flags = static_cast<TSK_FS_BLOCK_WALK_FLAG_ENUM>(
        TSK_FS_BLOCK_WALK_FLAG_UNALLOC | TSK_FS_BLOCK_WALK_FLAG_CONT | TSK_FS_BLOCK_WALK_FLAG_META |
        TSK_FS_BLOCK_WALK_FLAG_AONLY);
    const auto take = [](const TSK_FS_BLOCK* block, void* to) {
      static_cast<RunJoiner*>(to)->range(
          static_cast<std::uint64_t>(block->addr) * block->fs_info->block_size,
          block->fs_info->block_size);
      return TSK_WALK_CONT;
    };
    if (tsk().fs_block_walk(volume_.fs(), volume_.fs()->first_block, volume_.fs()->last_block_act,
                            flags, take, &joiner) != 0) {
      throw Error(ErrorCode::malformed, volume_.source().name(),
                  fmt::format("{}, expected a map of used blocks", take_tsk_message()));
    }
    joiner.flush();
  }

 private:
  TskFile open(const FileId& id) const {
    return TskFile(tsk().fs_file_open_meta(volume_.fs(), nullptr, id.number));
  }

  void tell_missing(std::vector<Problem>& problems, const std::string& name, std::uint64_t size,
                    const ToldContent& told) const {
    if (told.bytes < size || !told.trouble.empty()) {
      std::string reason = told.trouble;
      if (reason.empty() && tsk().error_get_errno() != 0) reason = take_tsk_message();
      tell(problems, name,
           fmt::format("{} of its {} bytes could be found{}", told.bytes, size,
                       reason.empty() ? reason : " (" + reason + ")"));
    }
    tsk().error_reset();
  }

  void tell(std::vector<Problem>& problems, const std::string& name,
            const std::string& message) const {
    problems.push_back(
        {.severity = Severity::fault,
         .code = "files.unreadable",
         .message = fmt::format("{}: {}", name.empty() ? "/" : printable(name), message)});
  }

  TskVolume volume_;
  bool names_suffice_ = false;
};

}  // namespace

std::unique_ptr<FileReader> open_tsk(std::shared_ptr<const ByteSource> volume,
                                     const std::string& kind) {
  if (const TskKind* known = find_tsk_kind(kind)) {
    return std::make_unique<TskReader>(std::move(volume), *known);
  }
  throw Error(ErrorCode::unsupported, volume->name(),
              kind + ", expected a file system that libtsk reads");
}

bool tsk_reads(const std::string& kind) { return find_tsk_kind(kind) != nullptr; }

void load_tsk() { tsk(); }

}  // namespace pregap::volumes
