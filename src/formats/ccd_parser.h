// One reading of a control file, line by line. The lines of each kind of section are read in
// ccd_sections.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/ccd.h"

namespace pregap::formats {

// "Entry 12" as "ENTRY" and 12; "PreGapMode" as "PREGAPMODE" without a number.
struct CcdName {
  std::string word;
  std::optional<std::int64_t> number;
};
CcdName parse_ccd_name(std::string_view text);

// Decimal, or hexadecimal behind 0x; a minus before it. Numbers beyond 10^12 read as that.
std::optional<std::int64_t> parse_ccd_number(std::string_view text) noexcept;

class CcdParser {
 public:
  explicit CcdParser(const std::string& place) : place_(place) {}
  CcdSheet parse(std::string_view text);

 private:
  enum class Section { none, clone_cd, disc, session, entry, track, cd_text, unknown };
  // What is known of the section being read.
  struct Current {
    Section section = Section::none;
    std::string header;  // with brackets
    bool in_remarks = false;
    bool has_session = false, has_point = false;
    unsigned pmsf = 0;  // bits: PMin, PSec, PFrame are there
  };
  struct Line {
    CcdName key;
    std::string_view value, whole;
  };

  void read_line(std::string_view text);
  void begin_section(std::string_view text);
  void end_section();
  void read_key(const Line& line);

  bool read_clone_cd(const Line& line);
  bool read_disc(const Line& line);
  bool read_session(const Line& line);
  bool read_entry(const Line& line);
  bool read_track(const Line& line);
  bool read_cd_text(const Line& line);
  void read_pack(const Line& line);
  void finish_entry();
  void keep(std::string_view line);
  void finish();

  // A value that the layout hangs on; anything else is an error.
  std::int64_t number_of(const Line& line, std::int64_t low, std::int64_t high) const;
  // One that it doesn't: nothing, with a warning, where it can't be read.
  std::optional<int> small_number(const Line& line);
  std::string section_name() const { return current_.header; }

  void warn_at(int line, const char* code, const std::string& message);
  void warn(const char* code, const std::string& message) { warn_at(line_, code, message); }
  [[noreturn]] void fail(const std::string& message) const;

  const std::string& place_;
  CcdSheet sheet_;
  Current current_;
  int line_ = 0;
  bool seen_clone_cd_ = false;
  std::optional<std::int64_t> declared_entries_, declared_sessions_, declared_packs_;
  std::vector<std::string> other_remarks_;  // of other sections than [Disc]
  std::size_t unlisted_problems_ = 0;
};

}  // namespace pregap::formats
