// One reading of a cue sheet: the commands of its lines, in their order, into a CueSheet. The
// structure (files, tracks, indexes, gaps) is read in cue.cpp, what describes it in cue_fields.cpp,
// remarks that other programs gave a meaning to in cue_remarks.cpp.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "formats/cue.h"
#include "formats/cue_text.h"

namespace pregap::formats {

class CueParser {
 public:
  explicit CueParser(const std::string& place) : place_(place) {}
  CueSheet parse(std::string_view bytes, const std::string& encoding);

 private:
  using Read = void (CueParser::*)(std::string_view name, CueLine& line);
  struct Command {
    std::string_view name;
    Read read;
  };
  static const Command* find_command(std::string_view word);

  void read_line(std::string_view text);
  void read_unknown(std::string_view word);
  void read_file(std::string_view name, CueLine& line);
  void read_track(std::string_view name, CueLine& line);
  void read_index(std::string_view name, CueLine& line);
  void read_pregap(std::string_view name, CueLine& line);
  void read_postgap(std::string_view name, CueLine& line);
  void read_flags(std::string_view name, CueLine& line);
  void read_catalog(std::string_view name, CueLine& line);
  void read_isrc(std::string_view name, CueLine& line);
  void read_cdtext_file(std::string_view name, CueLine& line);
  void read_text(std::string_view name, CueLine& line);
  void read_remark(std::string_view name, CueLine& line);
  bool read_session_remark(std::string_view word, CueLine& words);
  bool read_length_remark(std::string_view word, CueLine& words);
  bool read_area_remark(std::string_view word, CueLine& words);
  CueSession& session(int number);
  void keep_as_remark();

  int take_track_number(CueLine& line);
  std::string take_mode(CueLine& line, int track);
  CueTime take_time(std::string_view what, CueLine& line);
  void set_flag(std::string_view word);
  void check_index_number(const CueTrack& track, int number);
  void check_index_time(const CueTrack& track, int number, CueTime time);
  bool kept_as_remark_before_track(std::string_view name, std::string_view code, CueLine& line);
  void require_track(std::string_view name);
  void close_track();
  void finish();

  void warn_at(int line, std::string_view code, std::string_view message);
  void warn(std::string_view code, std::string_view message) { warn_at(line_, code, message); }
  [[noreturn]] void fail_at(int line, std::string message, std::string hint = {}) const;
  [[noreturn]] void fail(std::string message, std::string hint = {}) const {
    fail_at(line_, std::move(message), std::move(hint));
  }

  struct LastIndex {
    int track, number;
    CueTime time;
  };

  const std::string& place_;
  CueSheet sheet_;
  int line_ = 0;
  std::string_view command_text_;  // from the command's word to the line's end
  int session_ = 1;
  std::optional<LastIndex> last_in_file_;
  bool has_pregap_ = false, has_postgap_ = false, has_flags_ = false;  // of the current track
  std::size_t unlisted_problems_ = 0;
};

}  // namespace pregap::formats
