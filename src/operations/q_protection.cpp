#include "operations/q_protection.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "base/text.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kMostKept = 1000;  // more than any protection alters
constexpr std::size_t kFewestOfLibCrypt = 8;
constexpr std::int32_t kPairDistance = 5;

void keep(std::vector<Lba>& lbas, Lba lba) {
  if (lbas.size() < kMostKept) lbas.push_back(lba);
}

int changed_bits(const QFrame& a, const QFrame& b, std::size_t from, std::size_t to) {
  int bits = 0;
  for (std::size_t i = from; i < to; ++i) bits += std::popcount(static_cast<unsigned>(a[i] ^ b[i]));
  return bits;
}

bool has_shape_of_libcrypt(const QFrame& q, const QFrame& regular) {
  if (changed_bits(q, regular, 0, 3) != 0 || q[6] != regular[6]) return false;
  const int relative = changed_bits(q, regular, 3, 6), absolute = changed_bits(q, regular, 7, 10);
  return relative == absolute && relative <= 1;
}

std::size_t pairs_in(const std::vector<Lba>& lbas) {
  return static_cast<std::size_t>(std::ranges::count_if(
      lbas, [&](Lba lba) { return std::ranges::binary_search(lbas, lba + kPairDistance); }));
}

// One more is altered at LBA -1, where an image has it.
bool are_so_many(const std::vector<Lba>& lbas, std::size_t count) {
  return lbas.size() == count || (lbas.size() == count + 1 && lbas.front() == Lba(-1));
}

struct SecuRom {
  int version = 0;
  const std::vector<Lba>* lbas = nullptr;
};
SecuRom securom_in(const std::vector<Lba>& off_0080, const std::vector<Lba>& off_8001) {
  if (are_so_many(off_8001, 10)) return {4, &off_8001};
  if (are_so_many(off_8001, 98)) return {3, &off_8001};
  if (are_so_many(off_0080, 90)) return {2, &off_0080};
  if (are_so_many(off_0080, 216)) return {1, &off_0080};
  return {};
}

}  // namespace

void QProtection::take_bad(Lba lba, const QFrame& q) {
  const QFrame regular = layout_.position(lba);
  const bool off_0080 = (stored_q_crc(q) ^ q_crc(q)) == 0x0080;
  const bool off_8001 = (stored_q_crc(q) ^ stored_q_crc(regular)) == 0x8001;
  if (!off_0080 && !off_8001) return;
  keep(off_0080 ? off_0080_ : off_8001_, lba);
  if (has_shape_of_libcrypt(q, regular)) keep(libcrypt_, lba);
}

void QProtection::take_misaddressed(Lba lba) {
  ++misaddressed_;
  keep(off_8001_, lba);
}

bool QProtection::misaddressed_on_purpose() const {
  return securom_in(off_0080_, off_8001_).lbas == &off_8001_;
}

void QProtection::report(const std::string& place, std::vector<Problem>& problems) const {
  if (const SecuRom found = securom_in(off_0080_, off_8001_); found.version != 0) {
    problems.push_back(
        {.severity = Severity::note,
         .code = "subchannel.securom",
         .message = fmt::format("{}:LBA {} to {}: {} altered as SecuROM {} does", place,
                                found.lbas->front().value, found.lbas->back().value,
                                counted(static_cast<long long>(found.lbas->size()), "Q frame"),
                                found.version)});
    return;
  }
  if (libcrypt_.size() < kFewestOfLibCrypt) return;
  const std::size_t pairs = pairs_in(libcrypt_);
  problems.push_back(
      {.severity = Severity::note,
       .code = "subchannel.libcrypt",
       .message = fmt::format(
           "{}:LBA {} to {}: {} altered as LibCrypt does{}", place, libcrypt_.front().value,
           libcrypt_.back().value, counted(static_cast<long long>(libcrypt_.size()), "Q frame"),
           pairs == 0 ? std::string()
                      : fmt::format(", {} five sectors apart",
                                    counted(static_cast<long long>(pairs), "pair")))});
}

}  // namespace pregap::operations
