// CloneCD's three files: the control file, the image and the sub-channel beside it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/beside.h"
#include "formats/ccd_builder.h"
#include "formats/ccd_write.h"
#include "formats/disc_file.h"
#include "formats/format.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::array<std::string_view, 1> kEndings = {".ccd"};
constexpr std::array<std::string_view, 6> kImageEndings = {".img",    ".bin",    ".raw",
                                                           ".img.gz", ".bin.gz", ".raw.gz"};
constexpr std::array<std::string_view, 2> kSubchannelEndings = {".sub", ".sub.gz"};

std::string_view text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

int probe(const Candidate& c) {
  if (begins_like_ccd(text_of(c.head))) return kByContent;
  return c.ending == ".ccd" ? kByNameOnly : kNotMine;
}

std::vector<std::uint8_t> read_text(const Candidate& c) {
  // One byte more than a control file may have: the parser says what is wrong with it.
  std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(c.bytes->size(), kLongestCcd + 1));
  read_exactly(*c.bytes, 0, bytes);
  return bytes;
}

Disc open(const Candidate& c, const OpenOptions& options) {
  const std::string place = c.path.string();
  const std::vector<std::uint8_t> bytes = read_text(c);
  const CcdSheet sheet = parse_ccd(text_of(bytes), place);
  const auto image = find_beside(c.path, kImageEndings);
  if (!image) {
    throw Error(ErrorCode::not_found, place,
                fmt::format("no {}.img beside it, expected the image with its sectors",
                            printable(c.path.stem().string())));
  }
  CcdFiles files{.image = open_disc_file(*image, options), .subchannel = {}};
  if (const auto sub = find_beside(c.path, kSubchannelEndings)) {
    files.subchannel = open_disc_file(*sub, options);
  }
  return build_ccd_disc(sheet, place, std::move(files));
}

}  // namespace

const Format kCcdFormat{
    .name = "ccd", .endings = kEndings, .probe = probe, .open = open, .write = write_ccd};

}  // namespace pregap::formats
