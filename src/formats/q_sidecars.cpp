// Finding and applying the .sbi and .lsd files beside an image.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <system_error>

#include "base/text.h"
#include "formats/sbi.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

// 60,000 records of the larger kind, and no disc has more than a few hundred.
constexpr std::uint64_t kLargest = 900'000;

void warn(Disc& disc, std::string code, std::string message) {
  disc.problems.push_back(
      {.severity = Severity::warning, .code = std::move(code), .message = std::move(message)});
}

// Endings are tried in small letters, in capitals, and as a name begins.
std::optional<std::filesystem::path> sidecar_of(const std::filesystem::path& image,
                                                std::string_view ending) {
  std::string mixed(ending);
  mixed[1] = to_upper(mixed.substr(1, 1)).front();
  const std::array<std::string, 3> endings = {std::string(ending), to_upper(ending), mixed};
  for (const std::string& candidate : endings) {
    std::filesystem::path path = image;
    path.replace_extension(candidate);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return std::nullopt;
}

// Rising, and one for an address. Which of two different ones the disc has can't be told.
void put_in_order(std::vector<QPatch>& patches, const std::string& place) {
  std::ranges::stable_sort(patches, {}, &QPatch::lba);
  const auto same = [](const QPatch& a, const QPatch& b) { return a.lba == b.lba; };
  const auto differ = [&](const QPatch& a, const QPatch& b) { return same(a, b) && a.q != b.q; };
  const auto twice = std::ranges::adjacent_find(patches, differ);
  if (twice != patches.end()) {
    throw Error(ErrorCode::malformed, place,
                fmt::format("two different Q frames for LBA {}, expected one", twice->lba.value));
  }
  patches.erase(std::unique(patches.begin(), patches.end(), same), patches.end());
}

using Parser =
    std::function<std::vector<QPatch>(std::span<const std::uint8_t>, const std::string& place)>;

// An image can be opened without its sidecar, so that errors about the sidecar end here.
std::vector<QPatch> read_patches(Disc& disc, const std::optional<std::filesystem::path>& path,
                                 const Parser& parse) {
  if (!path) return {};
  try {
    const std::unique_ptr<ByteSource> file = open_file(*path);
    if (file->size() > kLargest) {
      throw Error(ErrorCode::malformed, path->string(),
                  fmt::format("{} bytes, expected at most {}", file->size(), kLargest));
    }
    std::vector<std::uint8_t> bytes(file->size());
    read_exactly(*file, 0, bytes);
    std::vector<QPatch> patches = parse(bytes, path->string());
    put_in_order(patches, path->string());
    return patches;
  } catch (const Error& error) {
    warn(disc, "sidecar.unusable", fmt::format("{}; the file is passed over", error.what()));
    return {};
  }
}

bool say_the_same(const std::vector<QPatch>& a, const std::vector<QPatch>& b) {
  return std::ranges::equal(a, b, [](const QPatch& x, const QPatch& y) {
    return x.lba == y.lba && std::equal(x.q.begin(), x.q.begin() + 10, y.q.begin());
  });
}

}  // namespace

void apply_q_sidecars(Disc& disc, const std::filesystem::path& image) {
  const auto lsd_path = sidecar_of(image, ".lsd"), sbi_path = sidecar_of(image, ".sbi");
  if (!lsd_path && !sbi_path) return;
  const SubchannelMaker layout(disc);
  std::vector<QPatch> lsd = read_patches(disc, lsd_path, parse_lsd);
  std::vector<QPatch> sbi = read_patches(
      disc, sbi_path, [&](std::span<const std::uint8_t> bytes, const std::string& place) {
        return patches_of(parse_sbi(bytes, place), layout);
      });
  if (!lsd.empty() && !sbi.empty() && !say_the_same(lsd, sbi)) {
    warn(disc, "sidecar.differs",
         fmt::format("{}: other Q frames than in {}, which is taken", sbi_path->string(),
                     printable(lsd_path->filename().string())));
  }
  const bool by_lsd = !lsd.empty();
  disc.q_patches = by_lsd ? std::move(lsd) : std::move(sbi);
  const auto elsewhere = std::ranges::count_if(
      disc.q_patches, [&](const QPatch& patch) { return disc.track_at(patch.lba) == nullptr; });
  if (elsewhere == 0) return;
  warn(disc, "sidecar.place",
       fmt::format("{}: {} of {} outside of the disc", (by_lsd ? lsd_path : sbi_path)->string(),
                   elsewhere,
                   counted(static_cast<long long>(disc.q_patches.size()), "altered Q frame")));
}

}  // namespace pregap::formats
