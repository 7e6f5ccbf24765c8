// CD-Text: packs of 18 bytes from a disc's lead-in, and the text in them. MMC-6, READ TOC/PMA/ATIP
// format 0101b; the packs after IEC 61866 as MMC-3 annex J tells them. docs/formats/cdtext.md.
//
//    0  type           80h-8Fh
//    1  track          that the pack's first character belongs to; 0: the disc; bit 7: extension
//    2  sequence       0-255, begins anew in each block
//    3  bit 7          characters of two bytes
//       bits 6-4       block: one a language
//       bits 3-0       how many characters of that text lie in packs before, 15 for more
//    4  text           12 bytes; texts end with a zero character and run on over packs
//   16  CRC            of bytes 0-15, inverted, high byte first
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pregap/disc.h"

namespace pregap {

inline constexpr std::size_t kCdTextPackSize = 18;
inline constexpr int kCdTextBlocks = 8;
inline constexpr std::size_t kCdTextPacksInBlock = 256;
inline constexpr std::size_t kMostCdTextPacks = kCdTextBlocks * kCdTextPacksInBlock;

enum class CdTextCharacters : std::uint8_t {
  iso_8859_1 = 0x00,
  ascii = 0x01,
  ms_jis = 0x80,
  korean = 0x81,    // reserved; read as the Windows code page 949
  mandarin = 0x82,  // reserved; read as GB 18030
};
std::string name_of_characters(std::uint8_t code);  // "ISO 8859-1", ...; "code 42h" of others
std::string name_of_language(std::uint8_t code);    // EBU Tech 3264, annex 1: "English"

// The name that a pack type has in TextFields: 80h "TITLE", 81h "PERFORMER", ... 8Eh "UPC_EAN" of
// the disc and "ISRC" of a track. Empty for 8Fh and what is no pack type.
std::string_view cd_text_field(std::uint8_t type, int track) noexcept;

// The fields that a sheet can say as text too; GENRE_CODE, the TOC_INFOs and the likes are not.
bool is_plain_cd_text_field(std::string_view name) noexcept;

// What the first block says becomes the text of the disc and its tracks, as far as these have none
// and it is plain. Whether they say something else.
bool take_text_of_first_block(Disc& disc);

struct CdText {
  std::vector<CdTextBlock> blocks;  // rising by number; fields by pack type, none of them empty
  std::vector<Problem> problems;    // codes "cdtext.*", messages begin with the place
};

// `place` is what messages begin with. Packs whose CRC is wrong are passed over where most others'
// are right; what is beyond kMostCdTextPacks is not looked at. Never throws for what packs hold.
CdText decode_cd_text(std::span<const CdTextPack> packs, const std::string& place);

struct CdTextPacks {
  std::vector<CdTextPack> packs;
  std::vector<Problem> problems;  // what did not fit, or could not be said in the character code
};

// Blocks as packs with sequence numbers, size information and CRCs, for tracks `first` to `last`.
// A block whose text its character code can't hold gets one that can, where there is one.
CdTextPacks encode_cd_text(std::span<const CdTextBlock> blocks, int first, int last,
                           const std::string& place);

// A disc's: those of its source that can be read, their CRCs mended, where they say what the disc
// says; else encoded from its blocks, or where it has none, from `text` of disc and tracks. None:
// no text.
CdTextPacks cd_text_packs_of(const Disc& disc, const std::string& place);

// Keeps the packs and their blocks in `disc`. The first block's fields become `text` of the disc
// and its tracks, but for those that are there already.
void apply_cd_text(Disc& disc, std::span<const CdTextPack> packs, const std::string& place);

std::uint16_t cd_text_crc(const CdTextPack& pack) noexcept;
bool has_wrong_cd_text_crc(const CdTextPack& pack) noexcept;  // zero counts as none, not as wrong

// Whether CRCs are right as a rule, so that a pack with a wrong one is not to be believed.
bool cd_text_crcs_count(std::span<const CdTextPack> packs) noexcept;
void write_cd_text_crc(CdTextPack& pack) noexcept;

// A .cdt file: packs one behind the other, with or without READ TOC's header of 4 bytes before them
// and a zero behind. Throws Error(malformed) for what is none.
std::vector<CdTextPack> parse_cdt(std::span<const std::uint8_t> bytes, const std::string& place,
                                  std::vector<Problem>& problems);
std::vector<std::uint8_t> write_cdt(std::span<const CdTextPack> packs);  // no header, a zero behind

}  // namespace pregap
