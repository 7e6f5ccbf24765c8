// Which fields the pack types are, and how their bytes are to be taken.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pregap {

inline constexpr std::uint8_t kFirstPackType = 0x80;
inline constexpr std::uint8_t kGenrePack = 0x87;
inline constexpr std::uint8_t kClosedInfoPack = 0x8D;
inline constexpr std::uint8_t kIsrcPack = 0x8E;
inline constexpr std::uint8_t kSizeInfoPack = 0x8F;
inline constexpr std::string_view kGenreCode = "GENRE_CODE";

enum class PackContent : std::uint8_t {
  text,        // in the block's character code
  plain_text,  // in ISO 8859-1, whatever the block's code
  binary,      // hexadecimal in TextFields
  sizes,
};

struct PackKind {
  std::string_view disc, track;  // field names
  PackContent content;
};

// By type, from 80h on.
inline constexpr std::array<PackKind, 16> kPackKinds = {{
    {"TITLE", "TITLE", PackContent::text},
    {"PERFORMER", "PERFORMER", PackContent::text},
    {"SONGWRITER", "SONGWRITER", PackContent::text},
    {"COMPOSER", "COMPOSER", PackContent::text},
    {"ARRANGER", "ARRANGER", PackContent::text},
    {"MESSAGE", "MESSAGE", PackContent::text},
    {"DISC_ID", "DISC_ID", PackContent::plain_text},
    {"GENRE", "GENRE", PackContent::plain_text},
    {"TOC_INFO1", "TOC_INFO1", PackContent::binary},
    {"TOC_INFO2", "TOC_INFO2", PackContent::binary},
    {"RESERVED1", "RESERVED1", PackContent::binary},
    {"RESERVED2", "RESERVED2", PackContent::binary},
    {"RESERVED3", "RESERVED3", PackContent::binary},
    {"CLOSED_INFO", "CLOSED_INFO", PackContent::text},
    {"UPC_EAN", "ISRC", PackContent::plain_text},
    {"", "", PackContent::sizes},
}};

constexpr const PackKind& kind_of_pack(std::uint8_t type) noexcept {
  return kPackKinds[type - kFirstPackType];
}

}  // namespace pregap
