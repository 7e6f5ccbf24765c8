#include "volumes/udf_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "pregap/error.h"
#include "volumes/file_names.h"
#include "volumes/run_joiner.h"
#include "volumes/udf_entry.h"
#include "volumes/udf_extents.h"
#include "volumes/udf_folder.h"
#include "volumes/udf_space.h"

namespace pregap::volumes {
namespace {

class UdfReader final : public FileReader {
 public:
  explicit UdfReader(std::unique_ptr<UdfVolume> volume) : volume_(std::move(volume)) {}

  std::string_view kind() const noexcept override { return "UDF"; }

  FileEntry root() const override {
    const auto file = read_udf_file(*volume_, volume_->root());
    if (!file) return {.name = "", .id = number(volume_->root()), .kind = FileKind::folder};
    FileEntry entry = udf_entry(*volume_, *file, volume_->root(), "");
    entry.kind = FileKind::folder;
    return entry;
  }

  void list(const FileEntry& folder, Deleted deleted, const Take& take,
            std::vector<Problem>& problems) override {
    const auto file = file_of(folder.id);
    if (!file) return tell(problems, folder, "no file entry, expected the folder's own");
    bool going = true;
    const UdfFolderEnd end = for_each_udf_name(*volume_, *file, [&](UdfName&& name) {
      if (name.is_parent() || (name.is_deleted() && deleted == Deleted::leave_out)) return true;
      return going = take_name(std::move(name), take, problems);
    });
    // The volume's own (UDF 2.3.2.9, 3.3.7) stand in the root, without a file's name.
    if (going && folder.id.number == udf_number(volume_->root())) {
      take_streams(volume_->system_streams(), "", take, problems);
    }
    if (!end.fault.empty()) tell(problems, folder, end.fault);
    if (end.broken > 0) {
      tell(problems, folder,
           fmt::format("no file identifier at byte {} of it{}, expected one", end.first_broken,
                       end.broken > 1 ? fmt::format(" and in {} more places", end.broken - 1)
                                      : std::string()));
    }
    if (end.bad_crc > 0) {
      tell(problems, folder, fmt::format("{} of its names disagree with their CRCs", end.bad_crc));
    }
  }

  void content(const FileEntry& entry, ContentSink& sink, std::vector<Problem>& problems) override {
    const auto file = file_of(entry.id);
    if (!file) return tell(problems, entry, "no file entry, expected its own");
    RunJoiner runs(sink);
    const UdfContentEnd end = for_each_udf_part(*volume_, *file, [&](const UdfPart& part) {
      if (part.is_stored) {
        runs.range(part.offset, part.size);
      } else {
        runs.hole(part.size);
      }
      return true;
    });
    runs.flush();
    if (!end.fault.empty()) {
      tell(problems, entry,
           fmt::format("{} of its {} bytes could be found: {}", end.told, file->size, end.fault));
    }
  }

  std::optional<FileEntry> find(const FileId& id) override {
    const auto file = file_of(id);
    if (!file) return std::nullopt;
    return udf_entry(*volume_, *file, *udf_address(id.number), {});
  }

  void unallocated(ContentSink& sink) override {
    if (!for_each_free_udf_range(*volume_, [&](std::uint64_t offset, std::uint64_t size) {
          sink.range(offset, size);
        })) {
      throw Error(ErrorCode::unsupported, volume_->source().name(),
                  "UDF that keeps no account of unused blocks, as on discs that are written once");
    }
  }

 private:
  // The list of blocks that can't be used, before it became a stream (UDF 1.50 3.3.7.1).
  static bool is_spare_list(const UdfName& name, const UdfFile& file, std::string_view shown) {
    constexpr std::uint16_t kSystem = 1U << 10;
    return (name.flags & UdfName::kHidden) != 0 && (file.flags & kSystem) != 0 &&
           shown == "Non-Allocatable Space";
  }

  static FileId number(UdfAddress at) { return {.number = udf_number(at)}; }

  std::optional<UdfFile> file_of(const FileId& id) const {
    const auto at = udf_address(id.number);
    if (!at || id.stream_type != 0 || id.stream != 0) return std::nullopt;
    return read_udf_file(*volume_, *at);
  }

  bool take_name(UdfName&& name, const Take& take, std::vector<Problem>& problems) {
    FileEntry entry{.name = safe_name(std::move(name.name)), .id = number(name.icb.at)};
    const auto file = name.icb.bytes > 0 ? read_udf_file(*volume_, name.icb.at) : std::nullopt;
    if (file) {
      entry = udf_entry(*volume_, *file, name.icb.at, std::move(entry.name));
      if (!file->crc_good && !name.is_deleted()) {
        tell(problems, entry, "its file entry does not agree with its CRC");
      }
      if (!file->fits) tell(problems, entry, "its file entry claims more than its block holds");
    } else if (name.is_deleted()) {
      return true;  // nothing tells any longer what it was
    } else {
      tell(problems, entry,
           fmt::format("no file entry in block {} of partition {}, expected one", name.icb.at.block,
                       name.icb.at.partition));
      return true;
    }
    entry.deleted = name.is_deleted();
    entry.system = name.is_metadata() || is_spare_list(name, *file, entry.name);
    const std::string own = entry.name;
    if (!take(std::move(entry))) return false;
    return name.is_deleted() || take_streams(file->streams, own, take, problems);
  }

  // Named streams (ECMA-167 4/9.2, UDF 3.3.5): a folder of their own, whose names go behind the
  // file's.
  bool take_streams(const UdfExtent& icb, const std::string& owner, const Take& take,
                    std::vector<Problem>& problems) {
    if (icb.bytes == 0) return true;
    auto folder = read_udf_file(*volume_, icb.at);
    if (!folder) {
      tell(problems, {.name = owner, .id = {}}, "no file entry of the folder of its streams");
      return true;
    }
    constexpr std::uint64_t kMostBytes = 1U << 20;  // each of many files may have the same folder
    if (folder->size > kMostBytes) {
      tell(problems, {.name = owner, .id = {}},
           fmt::format("{} bytes of names of its streams: the first {} were looked at",
                       folder->size, kMostBytes));
      folder->size = kMostBytes;
    }
    bool going = true;
    for_each_udf_name(*volume_, *folder, [&](UdfName&& name) {
      if (name.is_parent() || name.is_deleted() || name.icb.bytes == 0) return true;
      const auto stream = read_udf_file(*volume_, name.icb.at);
      if (!stream) return true;
      FileEntry entry =
          udf_entry(*volume_, *stream, name.icb.at, safe_name(owner + ':' + name.name));
      if (entry.kind == FileKind::folder) return true;  // streams have none
      entry.system = name.is_metadata() || owner.empty();
      return going = take(std::move(entry));
    });
    return going;
  }

  static void tell(std::vector<Problem>& problems, const FileEntry& entry,
                   const std::string& message) {
    const std::string name = entry.name.empty() ? "/" : printable(entry.name);
    problems.push_back({.severity = Severity::fault,
                        .code = "udf.entry",
                        .message = fmt::format("{}: {}", name, message)});
  }

  std::unique_ptr<UdfVolume> volume_;
};

}  // namespace

std::unique_ptr<FileReader> open_udf(std::shared_ptr<const ByteSource> source, std::string& why,
                                     std::uint64_t start, std::uint64_t end) {
  auto volume = UdfVolume::find(std::move(source), start, end, why);
  if (volume == nullptr) return nullptr;
  return std::make_unique<UdfReader>(std::move(volume));
}

}  // namespace pregap::volumes
