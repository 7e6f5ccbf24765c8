// table_checker FILE: checks the mode 1 and XA sectors of a raw image as public checkers do (ecm,
// edccchk): the EDC from a table, one byte at a time; P and Q by computing the parity anew, two
// table look-ups a byte, and comparing. It stands in for them where they are not installed, and
// shares no code with the library.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

constexpr std::size_t kSector = 2352;

struct Tables {
  std::array<std::uint8_t, 256> forward{}, backward{};
  std::array<std::uint32_t, 256> edc{};
};

constexpr Tables make_tables() {
  Tables t;
  for (unsigned i = 0; i < 256; ++i) {
    const unsigned doubled = (i << 1) ^ ((i & 0x80) != 0 ? 0x11DU : 0U);
    t.forward[i] = static_cast<std::uint8_t>(doubled);
    t.backward[i ^ (doubled & 0xFF)] = static_cast<std::uint8_t>(i);
    std::uint32_t edc = i;
    for (int bit = 0; bit < 8; ++bit) edc = (edc >> 1) ^ ((edc & 1) != 0 ? 0xD8018001U : 0U);
    t.edc[i] = edc;
  }
  return t;
}
constexpr Tables kTables = make_tables();

bool edc_is_good(const std::uint8_t* from, std::size_t size) {
  std::uint32_t edc = 0;
  for (std::size_t i = 0; i < size; ++i) edc = (edc >> 8) ^ kTables.edc[(edc ^ from[i]) & 0xFF];
  const std::uint8_t* stored = from + size;
  return edc == (stored[0] | std::uint32_t{stored[1]} << 8 | std::uint32_t{stored[2]} << 16 |
                 std::uint32_t{stored[3]} << 24);
}

struct Shape {
  unsigned major_count, minor_count, major_step, minor_step;
};

bool parity_is_good(const std::uint8_t* header, const std::uint8_t* data, Shape shape,
                    const std::uint8_t* parity) {
  const unsigned size = shape.major_count * shape.minor_count;
  for (unsigned major = 0; major < shape.major_count; ++major) {
    unsigned at = (major >> 1) * shape.major_step + (major & 1);
    std::uint8_t a = 0, b = 0;
    for (unsigned minor = 0; minor < shape.minor_count; ++minor) {
      const std::uint8_t byte = at < 4 ? header[at] : data[at - 4];
      at += shape.minor_step;
      if (at >= size) at -= size;
      a = kTables.forward[a ^ byte];
      b ^= byte;
    }
    a = kTables.backward[kTables.forward[a] ^ b];
    if (parity[major] != a || parity[major + shape.major_count] != (a ^ b)) return false;
  }
  return true;
}

bool parity_is_good(const std::uint8_t* header, const std::uint8_t* sector) {
  return parity_is_good(header, sector + 16, {86, 24, 2, 86}, sector + 2076) &&
         parity_is_good(header, sector + 16, {52, 43, 86, 88}, sector + 2248);
}

bool is_good(const std::uint8_t* sector) {
  static constexpr std::array<std::uint8_t, 4> zero{};
  static constexpr std::uint8_t sync[12] = {0,    0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0};
  if (std::memcmp(sector, sync, sizeof(sync)) != 0) return false;
  if (sector[15] == 1) {
    return edc_is_good(sector, 2064) && parity_is_good(sector + 12, sector);
  }
  if (sector[15] != 2) return false;
  if ((sector[18] & 0x20) != 0) return edc_is_good(sector + 16, 2332);
  return edc_is_good(sector + 16, 2056) && parity_is_good(zero.data(), sector);
}

}  // namespace

int main(int argc, char** argv) {
  std::FILE* file = argc == 2 ? std::fopen(argv[1], "rb") : nullptr;
  if (file == nullptr) {
    std::fputs("usage: table_checker FILE\n", stderr);
    return 2;
  }
  std::vector<std::uint8_t> buffer(112 * kSector);
  std::size_t sectors = 0, bad = 0;
  while (const std::size_t n = std::fread(buffer.data(), kSector, 112, file)) {
    for (std::size_t i = 0; i < n; ++i) bad += !is_good(buffer.data() + i * kSector);
    sectors += n;
  }
  std::fclose(file);
  std::printf("%zu sectors, %zu bad\n", sectors, bad);
  return bad != 0;
}
