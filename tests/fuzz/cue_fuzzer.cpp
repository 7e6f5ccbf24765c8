// Any bytes either are refused with an Error or give a sheet that keeps what cue.h promises, and,
// over made-up files, a disc whose sectors lie in them; what is written of it can be read.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/cue.h"
#include "formats/cue_builder.h"
#include "formats/cue_write.h"
#include "pregap/error.h"

namespace {

using namespace pregap;
using formats::CueIndex;
using formats::CueSheet;
using formats::CueTime;
using formats::CueTrack;

void require(bool promise) {
  if (!promise) std::abort();
}

void require_utf8(std::string_view text) {
  std::size_t open = 0;
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    const bool tail = (byte & 0xC0u) == 0x80;
    require(tail == (open > 0));
    if (tail) {
      --open;
    } else {
      open = byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    }
  }
  require(open == 0);
}

void require_clean(std::string_view message) {
  require_utf8(message);
  require(message.size() < 800);
  for (const char c : message) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

void require_track(const CueSheet& sheet, const CueTrack& track, std::map<int, CueTime>& last) {
  require(track.number >= 1 && track.number <= 99);
  require(track.session >= 1 && track.session <= 99);
  require(track.pregap >= 0 && track.pregap < 450000);
  require(track.postgap >= 0 && track.postgap < 450000);
  require(!track.indexes.empty() && track.indexes.size() <= 100);
  int number = -1;
  bool has_index_01 = false;
  for (const CueIndex& index : track.indexes) {
    require(index.number > number && index.number <= 99);
    number = index.number;
    has_index_01 = has_index_01 || number == 1;
    require(index.file >= 0 && static_cast<std::size_t>(index.file) < sheet.files.size());
    require(index.time >= 0 && index.time < 450000);
    const auto before = last.find(index.file);
    require(before == last.end() || before->second <= index.time);
    last[index.file] = index.time;
  }
  require(has_index_01);
  require_utf8(track.isrc);
  for (const auto& [name, value] : track.text) require_utf8(value);
}

void require_sheet(const CueSheet& sheet) {
  require(!sheet.files.empty() && sheet.files.size() <= 999);
  require(!sheet.tracks.empty() && sheet.tracks.size() <= 99);
  for (const formats::CueFile& file : sheet.files) {
    require(!file.name.empty() && !file.type.empty());
    require_utf8(file.name);
    require_utf8(file.type);
  }
  std::map<int, CueTime> last;
  for (const CueTrack& track : sheet.tracks) require_track(sheet, track, last);
  for (const std::string& remark : sheet.remarks) require_utf8(remark);
  int session = 0;
  for (const formats::CueSession& s : sheet.sessions) {
    require(s.number > session && s.number <= 99);
    session = s.number;
  }
  for (const Problem& problem : sheet.problems) {
    require(problem.code.starts_with("sheet."));
    require(problem.message.starts_with("S:"));
    require_clean(problem.message);
  }
  require(sheet.problems.size() <= 101);
  require_utf8(sheet.catalog);
}

// A file of any name: as long as the name says, sectors with sync and header where it is odd, the
// head of a WAVE file where that is asked for.
class MadeUp final : public ByteSource {
 public:
  MadeUp(const std::string& name, bool wave)
      : size_(name.size() * name.size() * 5003 % 3'000'000), headers_(name.size() % 2 == 1) {
    if (wave) head_.assign(kWave.begin(), kWave.end());
  }
  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    const std::size_t n = std::min<std::uint64_t>(out.size(), offset < size_ ? size_ - offset : 0);
    for (std::size_t i = 0; i < n; ++i) out[i] = at(offset + i);
    return n;
  }

 private:
  static constexpr std::array<std::uint8_t, 44> kWave = {
      'R', 'I', 'F', 'F', 0,  0, 0,   0,   'W', 'A',  'V',  'E', 'f', 'm',  't',
      ' ', 16,  0,   0,   0,  1, 0,   2,   0,   0x44, 0xAC, 0,   0,   0x10, 0xB1,
      2,   0,   4,   0,   16, 0, 'd', 'a', 't', 'a',  0,    0,   0,   0};

  std::uint8_t at(std::uint64_t place) const {
    if (place < head_.size()) return head_[place];
    const std::uint64_t within = place % kSectorSize;
    if (!headers_ || within >= kSubheaderOffset) return 0;
    if (within < kSyncSize) return kSync[within];
    const Lba lba(static_cast<std::int32_t>(place / kSectorSize));
    return within == 15 ? 1 : to_bcd(*to_msf(lba))[within - kSyncSize];
  }

  std::uint64_t size_;
  bool headers_;
  std::vector<std::uint8_t> head_;
  std::string name_ = "made-up";
};

void require_disc(const Disc& disc) {
  Lba last(-150);
  for (const Track& track : disc.tracks) {
    require(track.first_lba() >= last && track.missing >= 0);
    for (const Extent& e : track.extents) {
      require(e.sectors > 0 && e.first >= last && e.file < disc.files.size());
      last = e.first + e.sectors;
      const std::uint64_t bytes = static_cast<std::uint64_t>(e.sectors) * stride_of(e.storage);
      require(e.offset + bytes <= disc.files[e.file].bytes->size());
    }
    require(!track.indexes.empty());
  }
  for (const Problem& problem : disc.problems) require_utf8(problem.message);
}

void build(const CueSheet& sheet) {
  const auto open = [&](const std::string& name, const std::string&,
                        formats::Needed needed) -> DiscFile {
    if (needed == formats::Needed::no) return {};
    const auto file = std::ranges::find(sheet.files, name, &formats::CueFile::name);
    const bool sectors = file->type == "BINARY" || file->type == "MOTOROLA";
    return {.path = name, .bytes = std::make_shared<MadeUp>(name, !sectors)};
  };
  try {
    Disc disc = formats::build_cue_disc_from(sheet, "S", open);
    require_disc(disc);
    disc.format = "cue";
    formats::parse_cue(formats::write_cue(disc), "S");
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed || error.code() == ErrorCode::unsupported ||
            error.code() == ErrorCode::refused);
    require(error.place() != "S:0");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const CueSheet sheet =
        formats::parse_cue(std::string_view(reinterpret_cast<const char*>(data), size), "S");
    require_sheet(sheet);
    build(sheet);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
    require_clean(error.what());
  }
  return 0;
}
