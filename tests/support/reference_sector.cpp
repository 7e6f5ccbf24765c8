#include "support/reference_sector.h"

#include <algorithm>

namespace pregap::reference {
namespace {

static_assert(kEdcPolynomial == 0x18001801B);

// Where the EDC lies and what it covers: [begin, end), with the field following at `field`.
struct EdcPlace {
  std::size_t begin, end, field;
};

std::optional<EdcPlace> edc_place(SectorKind kind) {
  switch (kind) {
    case SectorKind::mode1:
      return EdcPlace{0, 2064, 2064};
    case SectorKind::mode2_form1:
      return EdcPlace{16, 2072, 2072};
    case SectorKind::mode2_form2:
      return EdcPlace{16, 2348, 2348};
    default:
      return std::nullopt;
  }
}

bool has_parity(SectorKind kind) {
  return kind == SectorKind::mode1 || kind == SectorKind::mode2_form1;
}

bool is_xa(SectorKind kind) {
  return kind == SectorKind::mode2_form1 || kind == SectorKind::mode2_form2;
}

int mode_of(SectorKind kind) {
  if (kind == SectorKind::mode0) return 0;
  return kind == SectorKind::mode1 ? 1 : 2;
}

std::uint8_t power_of_alpha(int exponent) {
  std::uint8_t power = 1;
  for (int i = 0; i < exponent; ++i) power = multiply(power, 2);
  return power;
}

std::uint8_t inverse(std::uint8_t a) {
  unsigned candidate = 1;
  while (multiply(a, static_cast<std::uint8_t>(candidate)) != 1) ++candidate;
  return static_cast<std::uint8_t>(candidate);
}

// The second row of H: a^(length - 1) ... a 1. The first is all ones.
template <std::size_t length>
std::array<std::uint8_t, length> second_row() {
  std::array<std::uint8_t, length> row;
  for (std::size_t i = 0; i < length; ++i)
    row[i] = power_of_alpha(static_cast<int>(length - 1 - i));
  return row;
}

struct Syndromes {
  std::uint8_t s0 = 0, s1 = 0;
};

template <std::size_t length>
Syndromes multiply_by_h(const Sector& sector, const std::array<std::uint16_t, length>& word) {
  static const std::array<std::uint8_t, length> row = second_row<length>();
  Syndromes s;
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint8_t symbol = sector[word[i]];
    s.s0 ^= symbol;
    s.s1 ^= multiply(row[i], symbol);
  }
  return s;
}

// With x, y the last two symbols: s0 + x + y = 0 and s1 + a x + y = 0.
template <std::size_t length>
void solve_parity(Sector& sector, const std::array<std::uint16_t, length>& word) {
  constexpr std::uint8_t alpha = 2;
  static const std::uint8_t one_over_alpha_plus_one = inverse(alpha ^ 1);
  sector[word[length - 2]] = 0;
  sector[word[length - 1]] = 0;
  const Syndromes s = multiply_by_h(sector, word);
  const std::uint8_t x = multiply(s.s0 ^ s.s1, one_over_alpha_plus_one);
  sector[word[length - 2]] = x;
  sector[word[length - 1]] = s.s0 ^ x;
}

Sector with_parity_header(const Sector& sector, ParityHeader header) {
  Sector seen = sector;
  if (header == ParityHeader::zeroed) std::fill_n(seen.begin() + 12, 4, std::uint8_t{0});
  return seen;
}

std::uint8_t bcd(int n) { return static_cast<std::uint8_t>(n / 10 * 16 + n % 10); }

std::optional<int> from_bcd(std::uint8_t byte) {
  if ((byte >> 4) > 9 || (byte & 15) > 9) return std::nullopt;
  return (byte >> 4) * 10 + (byte & 15);
}

std::optional<Msf> header_address(const Sector& sector) {
  const std::optional<int> minute = from_bcd(sector[12]);
  const std::optional<int> second = from_bcd(sector[13]);
  const std::optional<int> frame = from_bcd(sector[14]);
  if (!minute || !second || !frame || *second > 59 || *frame > 74) return std::nullopt;
  return Msf{static_cast<std::uint8_t>(*minute), static_cast<std::uint8_t>(*second),
             static_cast<std::uint8_t>(*frame)};
}

std::uint32_t little_endian_32(const Sector& sector, std::size_t at) {
  return sector[at] | static_cast<std::uint32_t>(sector[at + 1]) << 8 |
         static_cast<std::uint32_t>(sector[at + 2]) << 16 |
         static_cast<std::uint32_t>(sector[at + 3]) << 24;
}

bool all_zero(const Sector& sector, std::size_t begin, std::size_t end) {
  return std::all_of(sector.begin() + static_cast<std::ptrdiff_t>(begin),
                     sector.begin() + static_cast<std::ptrdiff_t>(end),
                     [](std::uint8_t byte) { return byte == 0; });
}

void judge_edc(const Sector& sector, SectorKind kind, Verdict& verdict) {
  const std::optional<EdcPlace> place = edc_place(kind);
  if (!place) return;
  verdict.edc_stored = little_endian_32(sector, place->field);
  verdict.edc_computed = edc(Bytes(sector).subspan(place->begin, place->end - place->begin));
  if (verdict.edc_stored == verdict.edc_computed) {
    verdict.edc = EdcState::good;  // also an all-zero form 2 sector, whose EDC is zero
  } else if (kind == SectorKind::mode2_form2 && verdict.edc_stored == 0) {
    verdict.edc = EdcState::absent;
  } else {
    verdict.edc = EdcState::bad;
  }
}

void judge_parity(const Sector& sector, SectorKind kind, Verdict& verdict) {
  if (!has_parity(kind)) return;
  verdict.bad = bad_words(sector, parity_header_of(kind));
  if (kind != SectorKind::mode2_form1 || verdict.bad.none()) return;
  if (bad_words(sector, ParityHeader::real).none()) {
    verdict.parity_over_header = true;
    verdict.bad = {};
  }
}

// A wrong mode is a note where EDC and parity cover it, or vouch for all else and it is another
// valid mode; anywhere else it is a fault.
bool mode_is_flipped(const Verdict& verdict, SectorKind kind) {
  if (verdict.mode_good || verdict.edc != EdcState::good || !verdict.bad.none()) return false;
  if (kind == SectorKind::mode1) return true;
  return is_xa(kind) && (verdict.mode_byte & 0x1F) <= 2;
}

void sum_up(SectorKind kind, Verdict& verdict) {
  const bool body_good = kind != SectorKind::mode0 || verdict.body_zero;
  verdict.content_sound = verdict.edc != EdcState::bad && verdict.bad.none() && body_good;
  if (kind == SectorKind::audio) return;

  if (!verdict.sync_good) verdict.faults.add(Fault::sync);
  if (!verdict.address) verdict.faults.add(Fault::address);
  if (verdict.edc == EdcState::bad) verdict.faults.add(Fault::edc);
  if (verdict.bad.p.any()) verdict.faults.add(Fault::p_parity);
  if (verdict.bad.q.any()) verdict.faults.add(Fault::q_parity);
  const bool flipped = mode_is_flipped(verdict, kind);
  if ((!verdict.mode_good && !flipped) || !body_good) verdict.faults.add(Fault::mode);

  if (verdict.edc == EdcState::absent) verdict.notes.add(Note::form2_edc_absent);
  if (verdict.parity_over_header) verdict.notes.add(Note::noncompliant_ecc);
  if (!verdict.intermediate_zero) verdict.notes.add(Note::intermediate);
  if (!verdict.subheader_copies_equal) verdict.notes.add(Note::subheader_copies);
  if (flipped) verdict.notes.add(Note::mode_flip);
  // Above a mode that isn't the kind's, the bits are part of a wrong byte and indicate nothing.
  if (verdict.mode_good && verdict.block_indicator != 0) verdict.notes.add(Note::block_indicator);
}

}  // namespace

// The message's bits enter least significant first; the remainder's coefficients leave highest
// first, into the least significant bits first.
std::uint32_t edc(Bytes message) {
  std::uint64_t remainder = 0;
  for (const std::uint8_t byte : message) {
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder << 1) ^ (static_cast<std::uint64_t>((byte >> bit) & 1) << 32);
      remainder ^= kEdcPolynomial & (std::uint64_t{0} - (remainder >> 32));
    }
  }
  std::uint32_t field = 0;
  for (int coefficient = 31; coefficient >= 0; --coefficient) {
    field |= static_cast<std::uint32_t>((remainder >> coefficient) & 1) << (31 - coefficient);
  }
  return field;
}

// Annex A: S(n) is the word of the bytes B(2n + 12) (LSB) and B(2n + 13) (MSB).
// Vp = (S(43 * Mp + Np)), Mp = 0 ... 25.
std::array<std::uint16_t, 26> p_word(int n) {
  const int np = n / 2, plane = n % 2;
  std::array<std::uint16_t, 26> word;
  for (int mp = 0; mp < 26; ++mp) {
    const int s = 43 * mp + np;
    word[static_cast<std::size_t>(mp)] = static_cast<std::uint16_t>(2 * s + 12 + plane);
  }
  return word;
}

// Vq = (S((44 * Mq + 43 * Nq) mod 1118)), Mq = 0 ... 42, then S(43 * 26 + Nq), S(44 * 26 + Nq).
std::array<std::uint16_t, 45> q_word(int n) {
  const int nq = n / 2, plane = n % 2;
  std::array<std::uint16_t, 45> word;
  for (int mq = 0; mq < 45; ++mq) {
    const int s = mq < 43 ? (44 * mq + 43 * nq) % 1118 : mq * 26 + nq;
    word[static_cast<std::size_t>(mq)] = static_cast<std::uint16_t>(2 * s + 12 + plane);
  }
  return word;
}

ParityHeader parity_header_of(SectorKind kind) {
  return kind == SectorKind::mode2_form1 ? ParityHeader::zeroed : ParityHeader::real;
}

BadWords bad_words(const Sector& sector, ParityHeader header) {
  const Sector seen = with_parity_header(sector, header);
  BadWords bad;
  for (int n = 0; n < 86; ++n) {
    const Syndromes s = multiply_by_h(seen, p_word(n));
    if (s.s0 != 0 || s.s1 != 0) bad.p.set(static_cast<std::size_t>(n));
  }
  for (int n = 0; n < 52; ++n) {
    const Syndromes s = multiply_by_h(seen, q_word(n));
    if (s.s0 != 0 || s.s1 != 0) bad.q.set(static_cast<std::size_t>(n));
  }
  return bad;
}

void write_sync(Sector& sector) {
  sector[0] = 0x00;
  std::fill_n(sector.begin() + 1, 10, std::uint8_t{0xFF});
  sector[11] = 0x00;
}

void write_header(Sector& sector, int lba, std::uint8_t mode_byte) {
  const int frames = lba < -150 ? lba + 450150 : lba + 150;  // below -150: 90:00:00 to 99:59:74
  sector[12] = bcd(frames / 4500);
  sector[13] = bcd(frames / 75 % 60);
  sector[14] = bcd(frames % 75);
  sector[15] = mode_byte;
}

void write_edc(Sector& sector, SectorKind kind) {
  const std::optional<EdcPlace> place = edc_place(kind);
  if (!place) return;
  const std::uint32_t value = edc(Bytes(sector).subspan(place->begin, place->end - place->begin));
  for (std::size_t i = 0; i < 4; ++i) {
    sector[place->field + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

void write_parity(Sector& sector, ParityHeader header) {
  Sector seen = with_parity_header(sector, header);
  for (int n = 0; n < 86; ++n) solve_parity(seen, p_word(n));
  for (int n = 0; n < 52; ++n) solve_parity(seen, q_word(n));
  std::copy(seen.begin() + 2076, seen.end(), sector.begin() + 2076);
}

void write_codes(Sector& sector, SectorKind kind) {
  write_edc(sector, kind);
  if (has_parity(kind)) write_parity(sector, parity_header_of(kind));
}

std::size_t user_data_size(SectorKind kind) {
  switch (kind) {
    case SectorKind::mode0:
    case SectorKind::mode2:
      return 2336;
    case SectorKind::mode1:
    case SectorKind::mode2_form1:
      return 2048;
    case SectorKind::mode2_form2:
      return 2324;
    case SectorKind::audio:
      break;
  }
  return 2352;
}

Sector build(SectorKind kind, int lba, Bytes user_data, Subheader subheader) {
  Sector sector{};
  if (kind == SectorKind::audio) {
    std::copy(user_data.begin(), user_data.end(), sector.begin());
    return sector;
  }
  write_sync(sector);
  write_header(sector, lba, static_cast<std::uint8_t>(mode_of(kind)));
  std::ptrdiff_t at = 16;
  if (is_xa(kind)) {
    for (int copy = 0; copy < 2; ++copy) {
      for (const std::uint8_t byte : {subheader.file_number, subheader.channel_number,
                                      subheader.submode, subheader.coding_information}) {
        sector[static_cast<std::size_t>(at++)] = byte;
      }
    }
  }
  std::copy(user_data.begin(), user_data.end(), sector.begin() + at);
  write_codes(sector, kind);
  return sector;
}

// Annex B: a register of 15 bits fed back by x^15 + x + 1, preset to 1; its lowest bit is the
// sequence, least significant bit of each byte first.
std::array<std::uint8_t, 2340> scrambler_sequence() {
  std::array<std::uint8_t, 2340> sequence{};
  unsigned shift_register = 1;
  for (std::uint8_t& byte : sequence) {
    for (int bit = 0; bit < 8; ++bit) {
      const unsigned out = shift_register & 1;
      const unsigned feedback = out ^ ((shift_register >> 1) & 1);
      byte = static_cast<std::uint8_t>(byte | out << bit);
      shift_register = shift_register >> 1 | feedback << 14;
    }
  }
  return sequence;
}

Verdict judge(const Sector& sector, SectorKind kind) {
  Verdict verdict;
  Sector with_sync = sector;
  write_sync(with_sync);
  verdict.sync_good = with_sync == sector;
  verdict.address = header_address(sector);
  verdict.mode_byte = sector[15];
  verdict.mode_good = (sector[15] & 0x1F) == mode_of(kind);
  verdict.block_indicator = sector[15] >> 5;
  if (kind == SectorKind::mode0) verdict.body_zero = all_zero(sector, 16, 2352);
  if (kind == SectorKind::mode1) verdict.intermediate_zero = all_zero(sector, 2068, 2076);
  if (is_xa(kind)) {
    verdict.subheader_copies_equal =
        std::equal(sector.begin() + 16, sector.begin() + 20, sector.begin() + 20);
  }
  judge_edc(sector, kind, verdict);
  judge_parity(sector, kind, verdict);
  sum_up(kind, verdict);
  return verdict;
}

}  // namespace pregap::reference
