// Any bytes as a .cdt file: refused with an Error, or text in UTF-8 that comes back from the packs
// that it is encoded in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "disc/cd_text.h"
#include "pregap/error.h"

namespace {

using namespace pregap;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_utf8(std::string_view text) {
  std::size_t open = 0;
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    const bool tail = (byte & 0xC0U) == 0x80;
    require(tail == (open > 0));
    if (tail) {
      --open;
    } else {
      open = byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    }
  }
  require(open == 0);
}

void require_fields(const TextFields& fields) {
  for (const auto& [name, value] : fields) {
    require(!name.empty() && !value.empty());
    require_utf8(value);
  }
}

void require_problems(const std::vector<Problem>& problems) {
  require(problems.size() < 200);
  for (const Problem& problem : problems) {
    require(problem.code.starts_with("cdtext."));
    require(problem.message.starts_with("X: ") && problem.message.size() < 300);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<Problem> problems;
  std::vector<CdTextPack> packs;
  try {
    packs = parse_cdt({data, size}, "X", problems);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
    return 0;
  }
  require(packs.size() <= kMostCdTextPacks);
  require_problems(problems);
  // Most inputs have no good CRC: with it they reach further.
  for (const bool mend : {false, true}) {
    if (mend) {
      for (CdTextPack& pack : packs) write_cd_text_crc(pack);
    }
    const CdText text = decode_cd_text(packs, "X");
    require_problems(text.problems);
    for (const CdTextBlock& block : text.blocks) {
      require(block.number >= 0 && block.number < kCdTextBlocks);
      require_fields(block.disc);
      for (const auto& [track, fields] : block.tracks) {
        require(track >= 1 && track <= 99);
        require_fields(fields);
      }
    }
    const CdTextPacks first = encode_cd_text(text.blocks, 1, 99, "X");
    require(first.packs.size() <= kMostCdTextPacks);
    const CdText again = decode_cd_text(first.packs, "X");
    require(again.problems.empty());
    // What encoding had to change it has changed for good.
    const CdTextPacks second = encode_cd_text(again.blocks, 1, 99, "X");
    require(decode_cd_text(second.packs, "X").blocks == again.blocks);
  }
  return 0;
}
