#include "formats/foreign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "pregap/error.h"

namespace pregap::formats {
namespace {

using namespace std::string_view_literals;

struct Row {
  ForeignFormat format;
  std::string_view magic;     // empty: it has none
  std::int64_t at = 0;        // negative: from the file's end
  std::string_view ending{};  // one that files of it have; "" for none of its own
  bool needs_ending = false;  // a magic so short that chance gives it
};

constexpr std::string_view kDiscHint =
    "the program that wrote it, or one that mounts it, can save it as .bin and .cue or .iso";
constexpr std::string_view kChdHint =
    "chdman extractcd -i IMAGE -o OUT.cue converts CDs, chdman extractdvd DVDs";
constexpr std::string_view kDolphinHint = "dolphin-tool convert -f iso converts it";
constexpr std::string_view kUnpackHint = "unpack it first";
constexpr std::string_view kSheetHint = "a cue sheet or a TOC that names it makes it a track";
constexpr std::string_view kSidecarHint = "open the .ccd or .cue that it belongs to";

// One magic or ending a row.
constexpr std::array kRows{
    Row{{"a CHD, MAME's compressed image", kChdHint}, "MComprHD", 0, ".chd"},
    Row{{"a Nero image",
         "nrg2iso converts those with one data track; " /* of several */
         "Nero itself, or what mounts it, the others"},
        "NER5",
        -12,
        ".nrg"},
    Row{{"a Nero image",
         "nrg2iso converts those with one data track; "
         "Nero itself, or what mounts it, the others"},
        "NERO",
        -8,
        ".nrg"},
    Row{{"an Alcohol 120% or Daemon Tools descriptor", kDiscHint}, "MEDIA DESCRIPTOR", 0, ".mds"},
    Row{{"a Daemon Tools image", kDiscHint}, "", 0, ".mdx"},
    Row{{"an Alcohol 120% image", "if it is raw sectors, give it a .bin ending"}, "", 0, ".mdf"},
    Row{{"a DiscJuggler image", kDiscHint}, "\4\0\0\x80"sv, -8, ".cdi", true},
    Row{{"a DiscJuggler image", kDiscHint}, "\5\0\0\x80"sv, -8, ".cdi", true},
    Row{{"a DiscJuggler image", kDiscHint}, "\6\0\0\x80"sv, -8, ".cdi", true},
    Row{{"an ECM file", "unecm gives back what is in it"}, "ECM\0"sv, 0, ".ecm"},
    Row{{"a BlindWrite 5 or 6 descriptor", kDiscHint}, "BWT5 STREAM SIGN", 0, ".b6t"},
    Row{{"a BlindWrite 5 or 6 descriptor", kDiscHint}, "", 0, ".b5t"},
    Row{{"a BlindWrite descriptor", kDiscHint}, "", 0, ".bwt"},
    Row{{"a BlindWrite image", "if it is raw sectors, give it a .bin ending"}, "", 0, ".b5i"},
    Row{{"a BlindWrite image", "if it is raw sectors, give it a .bin ending"}, "", 0, ".b6i"},
    Row{{"a BlindWrite image", "if it is raw sectors, give it a .bin ending"}, "", 0, ".bwi"},
    Row{{"a BlindWrite sub-channel file", kSidecarHint}, "", 0, ".bws"},
    Row{{"an Easy CD Creator image", kDiscHint}, "imag", 8, ".cif", true},
    Row{{"a MagicISO image", "uif2iso converts it"}, "bbis", -64, ".uif"},
    Row{{"an UltraISO compressed image", "isz-tool converts it"}, "IsZ!", 0, ".isz"},
    Row{{"a PowerISO image", "poweriso convert, or daa2iso for older ones, converts it"},
        "DAA\0"sv,
        0,
        ".daa"},
    Row{{"a gBurner image", kDiscHint}, "GBI\0"sv, 0, ".gbi"},
    Row{{"a CISO compressed image", "maxcso --decompress converts it"}, "CISO", 0, ".cso"},
    Row{{"a ZSO compressed image", "maxcso --decompress converts it"}, "ZISO", 0, ".zso"},
    Row{{"a DAX compressed image", "maxcso --decompress converts it"}, "DAX\0"sv, 0, ".dax"},
    Row{{"a GCZ compressed image of a GameCube or Wii disc", kDolphinHint},
        "\x01\xC0\x0B\xB1"sv,
        0,
        ".gcz"},
    Row{{"an RVZ compressed image of a GameCube or Wii disc", kDolphinHint}, "RVZ\1", 0, ".rvz"},
    Row{{"a WIA compressed image of a GameCube or Wii disc", kDolphinHint}, "WIA\1", 0, ".wia"},
    Row{{"a WBFS image of a Wii disc", kDolphinHint}, "WBFS", 0, ".wbfs"},
    Row{{"an Apple disk image", "dmg2img or qemu-img convert -O raw converts it"},
        "koly",
        -512,
        ".dmg"},
    Row{{"a WinOnCD image", kDiscHint}, "Adaptec CeQuadrat VirtualCD File", 0, ".c2d"},
    Row{{"a WinOnCD image", kDiscHint}, "Roxio Image File Format", 0, ".c2d"},
    Row{{"an Instant Copy image", kDiscHint}, "", 0, ".pdi"},
    Row{{"a Gear image", kDiscHint}, "", 0, ".p01"},
    Row{{"a CDSpace image", kDiscHint}, "", 0, ".lcd"},
    Row{{"a Virtual CD image", kDiscHint}, "", 0, ".vc4"},
    Row{{"a Virtual CD image", kDiscHint}, "", 0, ".fcd"},
    Row{{"sub-channel data", kSidecarHint}, "", 0, ".sub"},
    Row{{"a list of LibCrypt frames", kSidecarHint}, "SBI\0"sv, 0, ".sbi"},
    Row{{"a list of LibCrypt frames", kSidecarHint}, "", 0, ".lsd"},
    Row{{"an AFF image", "affconvert -r converts it"}, "AFF10\r\n\0"sv, 0, ".aff"},
    Row{{"an AFF4 image", ""}, "", 0, ".aff4"},
    Row{{"an ImageDisk floppy image", ""}, "IMD ", 0, ".imd"},
    Row{{"a TeleDisk floppy image", ""}, "TD\0"sv, 0, ".td0", true},
    Row{{"a TeleDisk floppy image", ""}, "td\0"sv, 0, ".td0", true},
    Row{{"an xz file", kUnpackHint},
        "\xFD"
        "7zXZ\0"sv,
        0,
        ".xz"},
    Row{{"a bzip2 file", kUnpackHint}, "BZh", 0, ".bz2", true},
    Row{{"a Zstandard file", kUnpackHint}, "\x28\xB5\x2F\xFD", 0, ".zst"},
    Row{{"a 7z archive", kUnpackHint}, "7z\xBC\xAF\x27\x1C", 0, ".7z"},
    Row{{"a RAR archive", kUnpackHint}, "Rar!\x1A\x07", 0, ".rar"},
    Row{{"a WIM archive", "wimlib-imagex apply unpacks it"}, "MSWIM\0\0\0"sv, 0, ".wim"},
    Row{{"a WAVE file", kSheetHint}, "WAVE", 8, ".wav"},
    Row{{"a FLAC file", kSheetHint}, "fLaC", 0, ".flac"},
};

bool has_magic(const Candidate& candidate, const Row& row) {
  if (row.magic.empty()) return false;
  const std::uint64_t size = candidate.bytes->size();
  const std::uint64_t from_end = static_cast<std::uint64_t>(-row.at);
  if (row.at < 0 && from_end > size) return false;
  const std::uint64_t at = row.at < 0 ? size - from_end : static_cast<std::uint64_t>(row.at);
  std::vector<std::uint8_t> found(row.magic.size());
  if (candidate.bytes->read(at, found) < found.size()) return false;
  return std::ranges::equal(
      found, row.magic, [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
}

}  // namespace

const ForeignFormat* foreign_by_content(const Candidate& candidate) {
  const auto fits = [&](const Row& row) {
    return (!row.needs_ending || candidate.ending == row.ending) && has_magic(candidate, row);
  };
  const auto* found = std::ranges::find_if(kRows, fits);
  return found == kRows.end() ? nullptr : &found->format;
}

const ForeignFormat* foreign_by_name(const Candidate& candidate) {
  const auto* found = std::ranges::find(kRows, std::string_view(candidate.ending), &Row::ending);
  return found == kRows.end() ? nullptr : &found->format;
}

void throw_foreign(const Candidate& candidate, const ForeignFormat& format) {
  throw Error(ErrorCode::unsupported, candidate.path.string(),
              fmt::format("{}, expected a format that pregap reads", format.name),
              std::string(format.hint));
}

}  // namespace pregap::formats
