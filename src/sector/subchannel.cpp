#include "sector/subchannel.h"

#include <algorithm>

#include "base/endian.h"

namespace pregap {
namespace {

constexpr std::size_t kCrcOffset = 10;
constexpr std::uint16_t kCrcPolynomial = 0x1021;  // x^16 is left out

// Row n: the CRC of a byte that has 9 - n bytes of zero behind it. A frame's CRC is the sum of its
// bytes' ones, so that none waits for another.
using CrcTable = std::array<std::array<std::uint16_t, 256>, kCrcOffset>;
constexpr CrcTable make_crc_table() {
  CrcTable table{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned crc = byte << 8;
    for (std::size_t row = kCrcOffset; row-- > 0;) {
      for (int bit = 0; bit < 8; ++bit) {
        crc = (crc & 0x8000U) != 0 ? (crc << 1 ^ kCrcPolynomial) & 0xFFFFU : crc << 1;
      }
      table[row][byte] = static_cast<std::uint16_t>(crc);
    }
  }
  return table;
}
constexpr CrcTable kCrcTable = make_crc_table();

constexpr std::uint8_t to_bcd(int value) noexcept {
  return static_cast<std::uint8_t>(value / 10 << 4 | value % 10);
}

constexpr int from_bcd(std::uint8_t byte) noexcept {  // -1: none
  return byte >> 4 > 9 || (byte & 15) > 9 ? -1 : 10 * (byte >> 4) + (byte & 15);
}

constexpr std::uint8_t control_adr(std::uint8_t control, std::uint8_t adr) noexcept {
  return static_cast<std::uint8_t>(control << 4 | adr);
}

std::optional<QPosition> parse_position(QBytes q) {
  const int track = q[1] == kLeadOutTrack ? kLeadOutTrack : from_bcd(q[1]);
  const int index = from_bcd(q[2]);
  const std::optional<Msf> relative = msf_from_bcd(&q[3]);
  const std::optional<Msf> absolute = msf_from_bcd(&q[7]);
  if (track < 0 || index < 0 || !relative || !absolute) return std::nullopt;
  return QPosition{.track = track, .index = index, .relative = *relative, .absolute = *absolute};
}

// `count` bits from bit `from` on, counted from the frame's second byte.
unsigned bits_of(QBytes q, std::size_t from, std::size_t count) {
  unsigned value = 0;
  for (std::size_t i = from; i < from + count; ++i) {
    value = value << 1 | (q[1 + i / 8] >> (7 - i % 8) & 1U);
  }
  return value;
}

void put_bits(QFrame& q, std::size_t from, std::size_t count, unsigned value) {
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned bit = value >> (count - 1 - i) & 1U;
    q[1 + (from + i) / 8] |= static_cast<std::uint8_t>(bit << (7 - (from + i) % 8));
  }
}

constexpr std::size_t kMcnDigits = 13;
constexpr std::size_t kIsrcLetters = 5, kIsrcDigits = 7;
constexpr std::size_t kIsrcDigitsFrom = 6 * kIsrcLetters + 2;  // in bits

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Digits are 0-9, letters 17-42: ASCII less 48.
bool is_isrc_letter(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); }

bool append_digits(QBytes q, std::size_t from, std::size_t count, std::string& text) {
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned digit = bits_of(q, from + 4 * i, 4);
    if (digit > 9) return false;
    text += static_cast<char>('0' + digit);
  }
  return true;
}

std::string parse_mcn(QBytes q) {
  std::string text;
  return append_digits(q, 0, kMcnDigits, text) ? text : std::string();
}

std::string parse_isrc(QBytes q) {
  std::string text;
  for (std::size_t i = 0; i < kIsrcLetters; ++i) {
    const char c = static_cast<char>('0' + bits_of(q, 6 * i, 6));
    if (!is_isrc_letter(c)) return {};
    text += c;
  }
  return append_digits(q, kIsrcDigitsFrom, kIsrcDigits, text) ? text : std::string();
}

void put_digits(QFrame& q, std::size_t from, std::string_view digits) {
  for (std::size_t i = 0; i < digits.size(); ++i) {
    put_bits(q, from + 4 * i, 4, static_cast<unsigned>(digits[i] - '0'));
  }
}

// Eight bytes as a matrix of 8 x 8 bits, the first byte's highest bit in the corner: blocks of 1, 2
// and 4 change places across the diagonal.
std::uint64_t transposed(std::uint64_t m) noexcept {
  std::uint64_t t = (m ^ m >> 7) & 0x00AA00AA00AA00AAU;
  m ^= t ^ t << 7;
  t = (m ^ m >> 14) & 0x0000CCCC0000CCCCU;
  m ^= t ^ t << 14;
  t = (m ^ m >> 28) & 0x00000000F0F0F0F0U;
  return m ^ t ^ t << 28;
}

}  // namespace

std::uint16_t q_crc(QBytes q) noexcept {
  unsigned crc = 0xFFFF;  // the inversion
  for (std::size_t i = 0; i < kCrcOffset; ++i) crc ^= kCrcTable[i][q[i]];
  return static_cast<std::uint16_t>(crc);
}

std::uint16_t stored_q_crc(QBytes q) noexcept {
  return static_cast<std::uint16_t>(q[kCrcOffset] << 8 | q[kCrcOffset + 1]);
}

bool q_crc_is_good(QBytes q) noexcept { return q_crc(q) == stored_q_crc(q); }

void put_q_crc(QFrame& q, std::uint16_t crc) noexcept {
  q[kCrcOffset] = static_cast<std::uint8_t>(crc >> 8);
  q[kCrcOffset + 1] = static_cast<std::uint8_t>(crc);
}

QContent parse_q(QBytes q) {
  QContent content{.control = static_cast<std::uint8_t>(q[0] >> 4),
                   .adr = static_cast<std::uint8_t>(q[0] & 15),
                   .crc_good = q_crc_is_good(q),
                   .position = {},
                   .pointer = {},
                   .mcn = {},
                   .isrc = {},
                   .frame = {}};
  const bool lead_in = content.adr == kAdrPosition && q[1] == 0;
  if (lead_in || content.adr == kAdrMultiSession) {
    content.pointer = {.point = q[2], .time = {q[3], q[4], q[5]}, .target = {q[7], q[8], q[9]}};
  } else if (content.adr == kAdrPosition) {
    content.position = parse_position(q);
  } else if (content.adr == kAdrMcn || content.adr == kAdrIsrc) {
    (content.adr == kAdrMcn ? content.mcn : content.isrc) =
        content.adr == kAdrMcn ? parse_mcn(q) : parse_isrc(q);
    const int frame = from_bcd(q[9]);
    if (frame >= 0 && frame < kFramesPerSecond) content.frame = frame;
  }
  return content;
}

QFrame build_q_position(std::uint8_t control, const QPosition& position) noexcept {
  const std::array<std::uint8_t, 3> relative = pregap::to_bcd(position.relative);
  const std::array<std::uint8_t, 3> absolute = pregap::to_bcd(position.absolute);
  QFrame q{control_adr(control, kAdrPosition),
           position.track == kLeadOutTrack ? std::uint8_t{kLeadOutTrack} : to_bcd(position.track),
           to_bcd(position.index)};
  std::ranges::copy(relative, q.begin() + 3);
  std::ranges::copy(absolute, q.begin() + 7);
  put_q_crc(q, q_crc(q));
  return q;
}

std::optional<QFrame> build_q_mcn(std::uint8_t control, std::string_view mcn, Msf absolute) {
  if (mcn.size() != kMcnDigits || !std::ranges::all_of(mcn, is_digit)) return std::nullopt;
  QFrame q{control_adr(control, kAdrMcn)};
  put_digits(q, 0, mcn);
  q[9] = to_bcd(absolute.frame);
  put_q_crc(q, q_crc(q));
  return q;
}

std::optional<QFrame> build_q_isrc(std::uint8_t control, std::string_view isrc, Msf absolute) {
  if (isrc.size() != kIsrcLetters + kIsrcDigits ||
      !std::ranges::all_of(isrc.substr(0, kIsrcLetters), is_isrc_letter) ||
      !std::ranges::all_of(isrc.substr(kIsrcLetters), is_digit)) {
    return std::nullopt;
  }
  QFrame q{control_adr(control, kAdrIsrc)};
  for (std::size_t i = 0; i < kIsrcLetters; ++i) {
    put_bits(q, 6 * i, 6, static_cast<unsigned>(isrc[i] - '0'));
  }
  put_digits(q, kIsrcDigitsFrom, isrc.substr(kIsrcLetters));
  q[9] = to_bcd(absolute.frame);
  put_q_crc(q, q_crc(q));
  return q;
}

std::array<std::uint8_t, kSubchannelSize> build_subchannel(Pause pause, QBytes q) noexcept {
  std::array<std::uint8_t, kSubchannelSize> bytes{};
  if (pause == Pause::yes) std::fill_n(bytes.begin(), kChannelSize, std::uint8_t{0xFF});
  std::ranges::copy(q, bytes.begin() + kQOffset);
  return bytes;
}

void deinterleave(SubchannelBytes interleaved, MutableSubchannelBytes linear) noexcept {
  for (std::size_t at = 0; at < kChannelSize; ++at) {
    std::uint64_t channels = transposed(load_be64(interleaved, 8 * at));
    for (std::size_t channel = 8; channel-- > 0; channels >>= 8) {
      linear[kChannelSize * channel + at] = static_cast<std::uint8_t>(channels);
    }
  }
}

void interleave(SubchannelBytes linear, MutableSubchannelBytes interleaved) noexcept {
  for (std::size_t at = 0; at < kChannelSize; ++at) {
    std::uint64_t channels = 0;
    for (std::size_t channel = 0; channel < 8; ++channel) {
      channels = channels << 8 | linear[kChannelSize * channel + at];
    }
    std::uint64_t bytes = transposed(channels);
    for (std::size_t i = 8; i-- > 0; bytes >>= 8) {
      interleaved[8 * at + i] = static_cast<std::uint8_t>(bytes);
    }
  }
}

QFrame q_of_linear(SubchannelBytes linear) noexcept {
  QFrame q;
  std::ranges::copy(linear.subspan<kQOffset, kChannelSize>(), q.begin());
  return q;
}

// The product brings the bit of byte k, at 8 k, to bit 63 - k: 8 k + (63 - 9 k).
QFrame q_of_interleaved(SubchannelBytes interleaved) noexcept {
  QFrame q;
  for (std::size_t at = 0; at < kChannelSize; ++at) {
    const std::uint64_t bits = load_le64(interleaved, 8 * at) >> 6 & 0x0101010101010101U;
    q[at] = static_cast<std::uint8_t>(bits * 0x8040201008040201U >> 56);
  }
  return q;
}

void OrderVotes::add(SubchannelBytes bytes) noexcept {
  linear += q_crc_is_good(q_of_linear(bytes));
  interleaved += q_crc_is_good(q_of_interleaved(bytes));
}

}  // namespace pregap
