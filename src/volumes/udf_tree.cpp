#include "volumes/udf_tree.h"

#include <fmt/format.h>

#include <unordered_set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "volumes/udf_folder.h"

namespace pregap::volumes {
namespace {

constexpr std::uint64_t kMostNames = 1'000'000;

class TreeWalk {
 public:
  TreeWalk(const UdfVolume& volume, const std::function<void(const UdfFile&)>& look,
           const std::function<void()>& poll)
      : volume_(volume), look_(look), poll_(poll) {}

  UdfTree run() {
    add(volume_.root(), "/", Count::yes);
    if (volume_.system_streams().bytes > 0)
      add(volume_.system_streams().at, "system streams", Count::no);
    while (!waiting_.empty()) {
      poll_();
      const auto [icb, count] = waiting_.back();
      waiting_.pop_back();
      if (const auto folder = read_udf_file(volume_, icb)) read(*folder, count);
    }
    return std::move(tree_);
  }

 private:
  enum class Count : bool { no, yes };  // what the volume's own account takes in: no streams

  void add(UdfAddress icb, const std::string& name, Count count) {
    const auto file = read_udf_file(volume_, icb);
    const std::string fault = fault_of(file);
    if (!fault.empty() && tree_.bad_entries++ == 0) {
      tree_.first_bad_entry = fmt::format("of {}, {} in block {} of partition {}", printable(name),
                                          fault, icb.block, icb.partition);
    }
    if (!file) return;
    const bool is_folder =
        file->type == UdfFileType::folder || file->type == UdfFileType::stream_folder;
    if (count == Count::yes && !is_folder) ++tree_.names;
    if (!seen_.insert(file->offset).second) return;
    if (count == Count::yes) ++(is_folder ? tree_.folders : tree_.files);
    look_(*file);
    if (is_folder) waiting_.emplace_back(icb, count);
    // Streams have none themselves (UDF 3.3.5.1): a chain of them would have no end.
    const bool has_streams = count == Count::yes && file->streams.bytes > 0;
    if (has_streams) add(file->streams.at, name + ":", Count::no);
  }

  void read(const UdfFile& folder, Count count) {
    const UdfFolderEnd end = for_each_udf_name(volume_, folder, [&](UdfName&& name) {
      if (++names_ > kMostNames) return tree_.whole = false;
      if (name.is_parent() || name.is_deleted()) return true;
      add(name.icb.at, name.name, count);
      return true;
    });
    if (end.fault.empty() && end.broken == 0 && end.bad_crc == 0) return;
    if (tree_.bad_folders++ > 0) return;
    tree_.first_bad_folder = fmt::format(
        "of block {}, {}", folder.at.block,
        !end.fault.empty() ? end.fault
        : end.broken > 0   ? fmt::format("no file identifier at byte {} of it", end.first_broken)
                           : counted(static_cast<long long>(end.bad_crc), "name") +
                               " that disagree with their CRCs");
  }

  static std::string fault_of(const std::optional<UdfFile>& file) {
    if (!file) return "no file entry";
    if (!file->crc_good) return "a file entry that does not agree with its CRC";
    if (!file->fits) return "a file entry that does not fit its block";
    if (file->location != file->at.block) {
      return fmt::format("a file entry that says it is block {}", file->location);
    }
    return {};
  }

  const UdfVolume& volume_;
  const std::function<void(const UdfFile&)>& look_;
  const std::function<void()>& poll_;
  UdfTree tree_;
  std::uint64_t names_ = 0;
  std::unordered_set<std::uint64_t> seen_;             // file entries, by the byte where they stand
  std::vector<std::pair<UdfAddress, Count>> waiting_;  // read anew: an entry may be large
};

}  // namespace

UdfTree look_at_udf_tree(const UdfVolume& volume, const std::function<void(const UdfFile&)>& look,
                         const std::function<void()>& poll) {
  return TreeWalk(volume, look, poll).run();
}

}  // namespace pregap::volumes
