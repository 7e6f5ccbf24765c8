#include "bytes/qemu_references.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/endian.h"
#include "base/text.h"
#include "bytes/container_kind.h"
#include "bytes/vmdk_descriptor.h"
#include "pregap/error.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 8;
constexpr std::size_t kMostExtents = 1000;
constexpr std::size_t kLongestDescriptor = 1024 * 1024;  // as much as qemu reads
constexpr std::size_t kLongestName = 1023;
constexpr std::size_t kFooter = 512;

std::vector<std::uint8_t> read_part(const ByteSource& file, std::uint64_t at, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  bytes.resize(file.read(at, bytes));
  return bytes;
}

std::string_view text_of(Bytes bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.substr(0, text.find('\0'));
}

// Its checksum tells a footer from a sector that begins alike.
bool is_vhd_footer(Bytes footer) {
  constexpr std::size_t kChecksumAt = 64, kChecksumSize = 4;
  if (footer.size() < kFooter || !begins_with(footer, "conectix")) return false;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < kFooter; ++i) {
    if (i < kChecksumAt || i >= kChecksumAt + kChecksumSize) sum += footer[i];
  }
  return ~sum == load_be32(footer, kChecksumAt);
}

class References {
 public:
  References(const fs::path& folder, Outside outside) : folder_(folder), outside_(outside) {}

  void check(const fs::path& image, int depth) {
    place_ = image.string();
    if (depth > kDeepest) {
      throw Error(ErrorCode::unsupported, place_,
                  "more than 8 files that name one another, expected fewer");
    }
    const std::unique_ptr<ByteSource> file = open_file(image);
    const std::string driver = qemu_driver_of(*file);
    if (driver == "qcow2") check_qcow2(*file, depth);
    if (driver == "vmdk") check_vmdk(*file, depth);
    if (driver == "vpc") check_vhd(*file);
    // qemu finds out itself what a backing file is, and follows the names in it.
    if (begins_with(read_part(*file, 0, 4), std::string_view("QED\0", 4))) {
      throw Error(ErrorCode::unsupported, place_, "a QED disk image, expected a raw or qcow2 one");
    }
  }

 private:
  void check_qcow2(const ByteSource& file, int depth) {
    constexpr std::size_t kHeader = 112;
    const std::vector<std::uint8_t> head = read_part(file, 0, kHeader);
    if (head.size() < 72) {
      throw Error(ErrorCode::malformed, place_,
                  fmt::format("{} bytes, expected a qcow2 header", file.size()));
    }
    const std::uint32_t version = load_be32(head, 4);
    if (version < 2 || version > 3) {
      throw Error(ErrorCode::unsupported, place_,
                  fmt::format("version {} of qcow, expected 2 or 3", version),
                  "qemu-img convert -O raw may convert it");
    }
    if (load_be32(head, 32) != 0) {
      throw Error(ErrorCode::unsupported, place_, "an encrypted qcow2, expected a plain one");
    }
    const std::uint64_t name_at = load_be64(head, 8);
    if (name_at != 0) check_backing(file, name_at, load_be32(head, 16), depth);
    constexpr std::uint64_t kExternalData = 4;
    if (version == 3 && head.size() >= 80 && (load_be64(head, 72) & kExternalData) != 0) {
      throw Error(ErrorCode::unsupported, place_,
                  "a qcow2 whose data lie in another file, expected all of it in one");
    }
  }

  void check_backing(const ByteSource& file, std::uint64_t at, std::uint32_t size, int depth) {
    if (size > kLongestName) {
      throw Error(ErrorCode::malformed, place_,
                  fmt::format("a backing file's name of {} bytes, expected at most {}", size,
                              kLongestName));
    }
    const std::vector<std::uint8_t> name = read_part(file, at, size);
    check_named(std::string(text_of(name)), depth);
  }

  void check_vmdk(const ByteSource& file, int depth) {
    constexpr std::size_t kDescriptorAt = 28;  // in the header of a sparse extent, in sectors
    const std::vector<std::uint8_t> head = read_part(file, 0, kFooter);
    std::uint64_t at = 0;
    const bool sparse = begins_with(head, "KDMV");
    if (sparse && head.size() >= kFooter) at = load_le64(head, kDescriptorAt);
    if (sparse && (at == 0 || at > file.size() / 512)) return;  // it has none
    const std::vector<std::uint8_t> bytes = read_part(file, at * 512, kLongestDescriptor);
    const VmdkDescriptor descriptor = parse_vmdk_descriptor(text_of(bytes));
    if (!descriptor.parent.empty()) {
      throw Error(ErrorCode::unsupported, place_,
                  fmt::format("only what differs from \"{}\", expected a whole VMDK",
                              printable(descriptor.parent)),
                  "qemu-img convert, given the chain, makes one file of it");
    }
    if (descriptor.files.size() > kMostExtents) {
      throw Error(
          ErrorCode::unsupported, place_,
          fmt::format("{} extents, expected at most {}", descriptor.files.size(), kMostExtents));
    }
    for (const std::string& name : descriptor.files) {
      // A sparse file's own descriptor names itself, often by a name that it had before.
      if (!sparse || load_le64(head, 12) == 0) check_named(name, depth);
    }
  }

  void check_vhd(const ByteSource& file) {
    constexpr std::uint32_t kDifferencing = 4;
    constexpr std::size_t kTypeAt = 60;
    std::vector<std::uint8_t> footer = read_part(file, 0, kFooter);
    if (!begins_with(footer, "conectix")) {
      footer = read_part(file, file.size() - kFooter, kFooter);
    }
    if (footer.size() == kFooter && load_be32(footer, kTypeAt) == kDifferencing) {
      throw Error(ErrorCode::unsupported, place_,
                  "a differencing VHD, expected one that stands alone");
    }
  }

  void check_named(const std::string& name, int depth) {
    const std::string place = place_;
    const std::size_t colon = name.find(':'), slash = name.find('/');
    if (name.empty() || (colon != name.npos && (slash == name.npos || colon < slash))) {
      throw Error(ErrorCode::unsupported, place,
                  fmt::format("it names \"{}\", expected a file by its path", printable(name)));
    }
    const fs::path path = fs::path(place).parent_path() / name;  // an absolute one stays
    std::error_code error;
    const fs::path found = fs::canonical(path, error);
    if (outside_ == Outside::refuse && (error ? leads_out(path) : !lies_inside(found))) {
      throw Error(ErrorCode::refused, place,
                  fmt::format("it names \"{}\", which leads out of the image's folder, expected a "
                              "file in it",
                              printable(name)),
                  "--allow-outside permits it");
    }
    if (error || !fs::is_regular_file(found, error)) {
      throw Error(ErrorCode::not_found, place,
                  fmt::format("it names \"{}\", expected a file there", printable(name)));
    }
    check(found, depth + 1);
    place_ = place;
  }

  bool lies_inside(const fs::path& file) const {
    const auto [end, rest] =
        std::mismatch(folder_.begin(), folder_.end(), file.begin(), file.end());
    return end == folder_.end();
  }
  // Of a file that isn't there.
  bool leads_out(const fs::path& path) const {
    return !lies_inside(fs::absolute(path).lexically_normal());
  }

  fs::path folder_;
  Outside outside_;
  std::string place_;
};

}  // namespace

std::string qemu_driver_of(const ByteSource& file) {
  const std::vector<std::uint8_t> head = read_part(file, 0, 512);
  if (begins_with(head, "QFI\xFB")) return "qcow2";
  if (begins_with(head, "KDMV") || begins_like_vmdk_descriptor(text_of(head))) return "vmdk";
  if (begins_with(head, "vhdxfile")) return "vhdx";
  constexpr std::string_view kVdi = "\x7F\x10\xDA\xBE";
  if (head.size() >= 72 && begins_with(Bytes(head).subspan(64), kVdi)) return "vdi";
  if (is_vhd_footer(head)) return "vpc";
  if (file.size() > kFooter && is_vhd_footer(read_part(file, file.size() - kFooter, kFooter))) {
    return "vpc";
  }
  return "";
}

void require_safe_references(const fs::path& image, Outside outside) {
  std::error_code error;
  const fs::path file = fs::canonical(image, error);
  if (error) return;  // the opening will say what is wrong
  References(file.parent_path(), outside).check(file, 0);
}

}  // namespace pregap
