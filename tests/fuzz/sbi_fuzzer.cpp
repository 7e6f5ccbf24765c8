// Any bytes, read as .sbi and as .lsd, are refused with an Error or give records that can be
// written again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "formats/sbi.h"
#include "pregap/error.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_clean(const Error& error) {
  require(error.code() == ErrorCode::malformed);
  const std::string_view message = error.what();
  require(message.starts_with("S:byte ") && message.size() < 200);
  for (const char c : message) require(c >= 0x20 && c < 0x7F);
}

SubchannelMaker one_track() {
  Disc disc;
  disc.tracks.emplace_back();
  disc.tracks[0].indexes = {{1, Lba(0)}};
  return SubchannelMaker(disc);
}

void fuzz_lsd(std::span<const std::uint8_t> bytes) {
  Disc disc;
  disc.q_patches = formats::parse_lsd(bytes, "S");
  require(disc.q_patches.size() * 15 == bytes.size());
  if (disc.q_patches.empty()) return;
  require(std::ranges::equal(formats::write_lsd(disc), bytes));
}

void fuzz_sbi(std::span<const std::uint8_t> bytes) {
  static const SubchannelMaker layout = one_track();
  const std::vector<formats::SbiRecord> records = formats::parse_sbi(bytes, "S");
  require(records.size() <= bytes.size() / 7);
  Disc disc;
  disc.q_patches = formats::patches_of(records, layout);
  require(disc.q_patches.size() == records.size());
  for (const QPatch& patch : disc.q_patches) require(!q_crc_is_good(patch.q));
  if (records.empty()) return;
  const std::vector<QPatch> again =
      formats::patches_of(formats::parse_sbi(formats::write_sbi(disc), "S"), layout);
  require(std::ranges::equal(again, disc.q_patches, [](const QPatch& a, const QPatch& b) {
    return a.lba == b.lba && a.q == b.q;
  }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  for (const auto fuzz : {fuzz_lsd, fuzz_sbi}) {
    try {
      fuzz(bytes);
    } catch (const Error& error) {
      require_clean(error);
    }
  }
  return 0;
}
