#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "bytes/open_containers.h"
#include "disc/complete.h"
#include "disc/sample.h"
#include "formats/disc_file.h"
#include "formats/foreign.h"
#include "formats/format.h"
#include "formats/sbi.h"
#include "pregap/error.h"
#include "pregap/image.h"

namespace pregap {
namespace formats {

std::span<const Format* const> all_formats() {
  static constexpr std::array<const Format*, 6> formats = {
      &kCueFormat, &kCcdFormat, &kTocFormat, &kGdiFormat, &kIsoFormat, &kRawFormat,
  };
  return formats;
}

const Format* find_format(std::string_view name) {
  const auto formats = all_formats();
  const auto at = std::ranges::find(formats, name, &Format::name);
  return at == formats.end() ? nullptr : *at;
}

namespace {

constexpr std::size_t kHeadSize = 64 * 1024;

// What it is called unpacked tells the ending.
Candidate candidate_of(const Image& image) {
  const std::filesystem::path name =
      image.containers.empty() ? image.path : std::filesystem::path(image.containers.back().name);
  return {.path = image.path,
          .ending = to_lower(name.extension().string()),
          .bytes = image.bytes,
          .head = {}};
}

const Format* best_format(const Candidate& candidate) {
  const Format* best = nullptr;
  int best_score = kNotMine;
  for (const Format* format : all_formats()) {
    const int score = format->probe(candidate);
    if (score > best_score) {
      best = format;
      best_score = score;
    }
  }
  return best;
}

}  // namespace

void throw_unknown(const Image& image) {
  const Candidate candidate = candidate_of(image);
  if (const ForeignFormat* foreign = foreign_by_name(candidate)) throw_foreign(candidate, *foreign);
  const ByteSource& bytes = *candidate.bytes;
  std::array<std::uint8_t, 2> signature{};
  constexpr std::size_t kBootSignatureAt = 510;
  const bool boot_sector = bytes.read(kBootSignatureAt, signature) == signature.size() &&
                           signature[0] == 0x55 && signature[1] == 0xAA;
  throw Error(ErrorCode::unrecognised, candidate.path.string(),
              fmt::format("{} byte{} of unknown content{}, expected a cue sheet, raw CD sectors or "
                          "an ISO 9660 image",
                          bytes.size(), bytes.size() == 1 ? "" : "s",
                          boot_sector ? " (it begins like the boot sector of a disk)" : ""));
}

}  // namespace formats

Image open_image(const std::filesystem::path& path, const OpenOptions& options) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(ErrorCode::unreadable, path.string(), "a folder, expected an image file",
                "verify --recursive looks for the images in a folder");
  }
  Image image{.path = path,
              .containers = open_containers(
                  path, {.allow_outside = options.allow_outside, .stop = options.stop}),
              .bytes = nullptr,
              .disc = std::nullopt};
  image.bytes = image.containers.empty() ? open_file(path) : image.containers.back().content;
  formats::Candidate candidate = formats::candidate_of(image);
  std::vector<std::uint8_t> head(
      std::min<std::uint64_t>(formats::kHeadSize, candidate.bytes->size()));
  read_exactly(*candidate.bytes, 0, head);
  candidate.head = head;
  if (const auto* foreign = formats::foreign_by_content(candidate)) {
    formats::throw_foreign(candidate, *foreign);
  }
  if (head.empty() && !image.containers.empty() && !image.containers.back().problems.empty()) {
    throw Error(ErrorCode::malformed, path.string(),
                "nothing in it can be unpacked, expected an image: " +
                    image.containers.back().problems.front().message);
  }
  if (head.empty()) {
    throw Error(ErrorCode::malformed, path.string(), "an empty file, expected an image");
  }
  const formats::Format* format = formats::best_format(candidate);
  if (format == nullptr) return image;
  Disc disc = format->open(candidate, options);
  disc.format = format->name;
  disc.path = path;
  for (DiscFile& file : disc.files) {
    if (file.bytes == image.bytes) formats::set_containers(file, image.containers);
  }
  formats::add_container_problems(disc);
  sample_tracks(disc);
  complete_disc(disc);
  formats::apply_q_sidecars(disc, path);
  image.disc = std::move(disc);
  return image;
}

Disc open_disc(const std::filesystem::path& path, const OpenOptions& options) {
  Image image = open_image(path, options);
  if (!image.disc) formats::throw_unknown(image);
  return std::move(*image.disc);
}

bool may_be_disc_image(const std::filesystem::path& path) {
  const std::string ending = to_lower(path.extension().string());
  return std::ranges::any_of(formats::all_formats(), [&](const formats::Format* format) {
    return std::ranges::find(format->endings, ending) != format->endings.end();
  });
}

}  // namespace pregap
