#include "volumes/iso9660.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/image_builder.h"

namespace pregap::volumes {
namespace {

using test::Bytes;
constexpr std::size_t kSector = 2048;

// A descriptor's sector: type, identifier, version, the rest zeros or set by offset.
class Descriptor {
 public:
  Descriptor(std::uint8_t type, const std::string& id) : bytes_(kSector) {
    bytes_[0] = type;
    text(1, id);
    bytes_[6] = 1;
  }
  Descriptor& text(std::size_t at, const std::string& value) {
    std::copy(value.begin(), value.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    return *this;
  }
  Descriptor& padded(std::size_t at, std::size_t size, const std::string& value) {
    return text(at, value + std::string(size - value.size(), ' '));
  }
  Descriptor& ucs2(std::size_t at, const std::u16string& value) {
    for (const char16_t c : value) {
      bytes_[at++] = static_cast<std::uint8_t>(c >> 8);
      bytes_[at++] = static_cast<std::uint8_t>(c);
    }
    return *this;
  }
  Descriptor& le(std::size_t at, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) bytes_[at++] = static_cast<std::uint8_t>(value >> (8 * i));
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

Descriptor primary() {
  Descriptor d(1, "CD001");
  d.padded(8, 32, "LINUX")
      .padded(40, 32, "MY DISC")
      .padded(190, 128, "SET")
      .padded(318, 128, "PUBLISHER");
  d.padded(446, 128, "PREPARER").padded(574, 128, "APPLICATION 1.0");
  d.le(80, 12345, 4).le(128, 2048, 2).text(813, "2004050607080900");
  return d;
}
Descriptor terminator() { return {255, "CD001"}; }

std::vector<Volume> volumes(const std::vector<Descriptor>& descriptors) {
  Bytes bytes(16 * kSector);
  for (const Descriptor& d : descriptors) test::append(bytes, d.bytes());
  return read_volumes(*memory_source(bytes, "m"));
}
std::string kinds(const std::vector<Volume>& found) {
  std::string text;
  for (const Volume& v : found) text += (text.empty() ? "" : ", ") + v.kind;
  return text;
}

TEST(Iso9660, ReadsThePrimaryDescriptor) {
  const auto found = volumes({primary(), terminator()});
  ASSERT_EQ(found.size(), 1U);
  const Volume& v = found[0];
  EXPECT_EQ(v.kind, "ISO 9660");
  EXPECT_EQ(v.volume_id, "MY DISC");
  EXPECT_EQ(v.system_id, "LINUX");
  EXPECT_EQ(v.volume_set_id, "SET");
  EXPECT_EQ(v.publisher_id, "PUBLISHER");
  EXPECT_EQ(v.preparer_id, "PREPARER");
  EXPECT_EQ(v.application_id, "APPLICATION 1.0");
  EXPECT_EQ(v.blocks, 12345U);
  EXPECT_EQ(v.block_size, 2048U);
  EXPECT_EQ(v.created, "2004-05-06 07:08:09");
}

TEST(Iso9660, GivesNoDateWhereNoneIs) {
  for (const char* date : {"0000000000000000", "                ", "2004x50607080900"}) {
    EXPECT_EQ(volumes({primary().text(813, date)}).at(0).created, "") << date;
  }
  EXPECT_EQ(volumes({primary().text(813, std::string(17, '\0'))}).at(0).created, "");
}

TEST(Iso9660, TrimsBlanksAndZerosAndShowsControlCharacters) {
  EXPECT_EQ(volumes({primary().padded(40, 32, "  A B ")}).at(0).volume_id, "  A B");
  EXPECT_EQ(volumes({primary().text(40, std::string(32, '\0'))}).at(0).volume_id, "");
  EXPECT_EQ(volumes({primary().text(40, "AB" + std::string(30, '\0'))}).at(0).volume_id, "AB");
  EXPECT_EQ(volumes({primary().padded(40, 32, "A\x1B[1mB")}).at(0).volume_id, "A\\x1B[1mB");
  EXPECT_EQ(volumes({primary().text(40, std::string(32, 'X'))}).at(0).volume_id,
            std::string(32, 'X'));
}

TEST(Iso9660, ReadsJolietByItsEscapeSequences) {
  for (const char* escape : {"%/@", "%/C", "%/E"}) {
    Descriptor d(2, "CD001");
    d.text(88, escape).ucs2(40, u"N\u00E4me \u30BB").ucs2(8, u"SYS").le(80, 7, 4).le(128, 2048, 2);
    const auto found = volumes({primary(), d, terminator()});
    ASSERT_EQ(kinds(found), "ISO 9660, Joliet") << escape;
    EXPECT_EQ(found[1].volume_id, "N\xC3\xA4me \xE3\x82\xBB");
    EXPECT_EQ(found[1].system_id, "SYS");
    EXPECT_EQ(found[1].blocks, 7U);
  }
  EXPECT_EQ(kinds(volumes({primary(), Descriptor(2, "CD001").text(88, "%/X"), terminator()})),
            "ISO 9660");
}

TEST(Iso9660, ShowsEverySixteenBitsOfJolietAsValidText) {
  Descriptor d(2, "CD001");
  d.text(88, "%/E").ucs2(40, {0xD83D, 0xDCBF, u' ', 0xD800, u'x', 0x001B});
  const std::string id = volumes({primary(), d}).at(1).volume_id;
  EXPECT_EQ(id.substr(0, 4), "\xF0\x9F\x92\xBF") << "a pair of surrogates is one character";
  EXPECT_EQ(id.find("\xED\xA0\x80"), std::string::npos) << "half a pair is none";
  EXPECT_EQ(id.find('\x1B'), std::string::npos);
}

TEST(Iso9660, ReadsElTorito) {
  Descriptor d(0, "CD001");
  d.text(7, "EL TORITO SPECIFICATION");
  EXPECT_EQ(kinds(volumes({primary(), d, terminator()})), "ISO 9660, El Torito");
  EXPECT_EQ(kinds(volumes({primary(), Descriptor(0, "CD001"), terminator()})), "ISO 9660");
}

TEST(Iso9660, ReadsHighSierra) {
  Descriptor d(0, "");
  d.text(9, "CDROM").le(8, 1, 1).padded(16, 32, "SYSTEM").padded(48, 32, "OLD DISC");
  d.le(88, 99, 4).le(136, 2048, 2);
  const auto found = volumes({d});
  ASSERT_EQ(kinds(found), "High Sierra");
  EXPECT_EQ(found[0].volume_id, "OLD DISC");
  EXPECT_EQ(found[0].system_id, "SYSTEM");
  EXPECT_EQ(found[0].blocks, 99U);
  EXPECT_EQ(found[0].block_size, 2048U);
}

TEST(Iso9660, ListsHighSierraOnceAndEndsAtItsTerminator) {
  Descriptor d(0, "");
  d.text(9, "CDROM").le(8, 1, 1);
  Descriptor end(0, "");
  end.text(9, "CDROM").le(8, 255, 1);
  EXPECT_EQ(kinds(volumes({d, end, primary()})), "High Sierra");
}

TEST(Iso9660, EndsAtTheTerminatorAndAtWhatIsNoDescriptor) {
  EXPECT_EQ(kinds(volumes({primary(), terminator(), primary()})), "ISO 9660");
  EXPECT_EQ(kinds(volumes({primary(), Descriptor(1, "XXXXX"), primary()})), "ISO 9660");
  EXPECT_EQ(kinds(volumes({primary()})), "ISO 9660") << "the image ends";
  EXPECT_EQ(kinds(volumes({Descriptor(3, "CD001"), primary()})), "ISO 9660") << "a partition";
}

TEST(Iso9660, LooksAtNoMoreThan64Sectors) {
  EXPECT_LE(volumes(std::vector<Descriptor>(200, primary())).size(), 64U);
}

TEST(Iso9660, FindsNothingInGarbage) {
  EXPECT_EQ(read_volumes(*memory_source({}, "m")).size(), 0U);
  EXPECT_EQ(read_volumes(*memory_source(Bytes(100), "m")).size(), 0U);
  EXPECT_EQ(read_volumes(*memory_source(Bytes(100 * kSector), "m")).size(), 0U);
  EXPECT_EQ(read_volumes(*memory_source(Bytes(100 * kSector, 0xFF), "m")).size(), 0U);
  for (int seed = 0; seed < 200; ++seed) {
    Bytes bytes(16 * kSector);
    Bytes noise = test::user_data(SectorKind::audio, seed);
    noise.resize(kSector);
    noise[0] = static_cast<std::uint8_t>(seed % 4);
    const std::string id = "CD001";
    std::copy(id.begin(), id.end(), noise.begin() + 1);
    noise[88] = '%', noise[89] = '/', noise[90] = 'E';
    test::append(bytes, noise);
    for (const Volume& v : read_volumes(*memory_source(bytes, "m"))) {
      for (const char c : v.volume_id + v.publisher_id) {
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << v.volume_id;
      }
    }
  }
  Bytes cut(16 * kSector);
  test::append(cut, primary().bytes());
  cut.resize(cut.size() - 1);
  EXPECT_EQ(read_volumes(*memory_source(cut, "m")).size(), 0U);
}

}  // namespace
}  // namespace pregap::volumes
