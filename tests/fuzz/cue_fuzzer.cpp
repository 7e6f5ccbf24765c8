// Any bytes either are refused with an Error or give a sheet that keeps what cue.h promises.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "formats/cue.h"
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
  for (const Problem& problem : sheet.problems) {
    require(problem.code.starts_with("sheet."));
    require(problem.message.starts_with("S:"));
    require_clean(problem.message);
  }
  require(sheet.problems.size() <= 101);
  require_utf8(sheet.catalog);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    require_sheet(
        formats::parse_cue(std::string_view(reinterpret_cast<const char*>(data), size), "S"));
  } catch (const Error& error) {
    require(error.code() == ErrorCode::malformed);
    require_clean(error.what());
  }
  return 0;
}
