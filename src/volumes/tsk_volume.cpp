#include "volumes/tsk_volume.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::volumes {
namespace {

constexpr std::array kKinds = {
    TskKind{"FAT12", TSK_FS_TYPE_FAT12},
    TskKind{"FAT16", TSK_FS_TYPE_FAT16},
    TskKind{"FAT32", TSK_FS_TYPE_FAT32},
    TskKind{"exFAT", TSK_FS_TYPE_EXFAT},
    TskKind{.name = "NTFS", .type = TSK_FS_TYPE_NTFS, .streams = true},
    TskKind{.name = "ext2", .type = TSK_FS_TYPE_EXT_DETECT, .unix_modes = true},
    TskKind{.name = "ext3", .type = TSK_FS_TYPE_EXT_DETECT, .unix_modes = true},
    TskKind{.name = "ext4", .type = TSK_FS_TYPE_EXT_DETECT, .unix_modes = true},
    TskKind{"HFS+", TSK_FS_TYPE_HFS_DETECT, true, true},
    TskKind{"HFSX", TSK_FS_TYPE_HFS_DETECT, true, true},
};
constexpr unsigned kSector = 512;

void close_image(TSK_IMG_INFO*) {}
void print_image(TSK_IMG_INFO*, FILE*) {}

}  // namespace

const TskKind* find_tsk_kind(std::string_view name) {
  const auto* kind = std::ranges::find(kKinds, name, &TskKind::name);
  return kind == kKinds.end() ? nullptr : kind;
}

std::string take_tsk_message() {
  const char* text = tsk().error_get();
  std::string message = text != nullptr ? text : "no reason given";
  tsk().error_reset();
  return printable(message);
}

ssize_t TskVolume::read_image(TSK_IMG_INFO* image, TSK_OFF_T offset, char* buffer, size_t size) {
  const auto* own = reinterpret_cast<const Image*>(image);
  if (offset < 0) return -1;
  try {
    return static_cast<ssize_t>(own->source->read(static_cast<std::uint64_t>(offset),
                                                  {reinterpret_cast<std::uint8_t*>(buffer), size}));
  } catch (const Error&) {
    return -1;
  }
}

TskVolume::TskVolume(std::shared_ptr<const ByteSource> source, const TskKind& kind) : kind_(kind) {
  image_.source = std::move(source);
  const auto size = static_cast<TSK_OFF_T>(image_.source->size());
  TSK_IMG_INFO* image = tsk().img_open_external(&image_, size, kSector, &TskVolume::read_image,
                                                &close_image, &print_image);
  if (image != nullptr) {
    fs_ = tsk().fs_open_img(image, 0, kind.type);
    if (fs_ == nullptr && kind.name.starts_with("FAT")) {  // by the count of clusters
      fs_ = tsk().fs_open_img(image, 0, TSK_FS_TYPE_FAT_DETECT);
    }
  }
  if (fs_ != nullptr) return;
  throw Error(
      ErrorCode::malformed, image_.source->name(),
      fmt::format("{}, expected a {} file system that can be read", take_tsk_message(), kind.name));
}

TskVolume::~TskVolume() { tsk().fs_close(fs_); }

}  // namespace pregap::volumes
