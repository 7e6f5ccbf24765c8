// Any bytes as a drive's reply are refused or give what fits into them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "disc/cd_text.h"
#include "disc/toc.h"
#include "drive/replies.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_toc(Bytes bytes) {
  const auto toc = drive::parse_toc(bytes);
  if (!toc) return;
  require(toc->size() >= 2 && toc->size() * 8 <= bytes.size());
  for (std::size_t i = 1; i < toc->size(); ++i) {
    require((*toc)[i].number > (*toc)[i - 1].number);
    require((*toc)[i].start > (*toc)[i - 1].start);
  }
}

void require_full_toc(Bytes bytes) {
  auto toc = drive::parse_full_toc(bytes);
  if (!toc) return;
  require(toc->size() >= 2 && toc->size() * 11 <= bytes.size());
  sort_toc(*toc);
}

void require_text(const std::string& text, std::size_t most) {
  require(text.size() <= most);
  for (const char c : text) require(c >= 0x20 && c < 0x7F);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  require_toc(bytes);
  require_full_toc(bytes);
  const std::vector<CdTextPack> packs = drive::parse_cd_text(bytes);
  require(packs.size() * kCdTextPackSize <= size);
  decode_cd_text(packs, "T");
  if (const auto identity = drive::parse_inquiry(bytes)) require_text(identity->name(), 25);
  require_text(drive::parse_mcn(bytes), 13);
  require_text(drive::parse_isrc(bytes), 12);
  drive::parse_sessions(bytes);
  if (const auto atip = drive::parse_atip(bytes)) require(is_valid(atip->lead_in));
  drive::parse_capabilities(bytes);
  drive::parse_cd_read_feature(bytes);
  drive::parse_capacity(bytes);
  return 0;
}
