// Any bytes, taken as sub-channel: both orders lead back to each other, and what a Q frame of good
// CRC says makes that frame again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "sector/subchannel.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

void fuzz_q(QFrame q) {
  require(parse_q(q).crc_good == q_crc_is_good(q));
  put_q_crc(q, q_crc(q));
  const QContent c = parse_q(q);
  require(c.crc_good && c.control < 16 && c.adr < 16);
  require(c.mcn.empty() || c.mcn.size() == 13);
  require(c.isrc.empty() || c.isrc.size() == 12);
  require(!c.frame || (*c.frame >= 0 && *c.frame < 75));
  if (c.position) {
    require(is_valid(c.position->relative) && is_valid(c.position->absolute));
    q[6] = 0;  // ZERO is not kept
    put_q_crc(q, q_crc(q));
    require(build_q_position(c.control, *c.position) == q);
  }
  const Msf absolute{.frame = static_cast<std::uint8_t>(c.frame.value_or(0))};
  std::optional<QFrame> again;
  if (!c.mcn.empty()) again = build_q_mcn(c.control, c.mcn, absolute);
  if (!c.isrc.empty()) again = build_q_isrc(c.control, c.isrc, absolute);
  require((c.mcn.empty() && c.isrc.empty()) || again);
  if (!again) return;
  const QContent second = parse_q(*again);
  require(second.mcn == c.mcn && second.isrc == c.isrc && second.control == c.control);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (; size >= kSubchannelSize; data += kSubchannelSize, size -= kSubchannelSize) {
    const SubchannelBytes bytes(data, kSubchannelSize);
    std::array<std::uint8_t, kSubchannelSize> linear, back;
    deinterleave(bytes, linear);
    interleave(linear, back);
    require(std::ranges::equal(back, bytes));
    require(q_of_interleaved(bytes) == q_of_linear(linear));
    fuzz_q(q_of_linear(bytes));
  }
  return 0;
}
