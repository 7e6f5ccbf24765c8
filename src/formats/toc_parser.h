// One reading of a TOC: its statements, in their order, into a TocSheet. The structure (tracks,
// data, marks) is read in toc.cpp, CD-Text in toc_cd_text.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/toc.h"
#include "formats/toc_lexer.h"

namespace pregap::formats {

class TocParser {
 public:
  TocParser(std::string_view text, const std::string& place) : place_(place), lexer_(text, place) {}
  TocSheet parse();

 private:
  struct Statement {
    std::string_view name;
    int rank;  // statements of a track come in the order of their ranks
    void (TocParser::*read)(const TocToken& word);
  };
  static const Statement* find_statement(const TocToken& word);

  void read_header();
  void read_catalog();
  void read_first_track();
  void read_track(const TocToken& word);
  void read_modes(TocTrack& track);
  void read_isrc(const TocToken& word);
  void read_flag(const TocToken& word);
  void read_no(const TocToken& word);
  void read_track_cd_text(const TocToken& word);
  void read_pregap(const TocToken& word);
  void read_silence(const TocToken& word);
  void read_zero(const TocToken& word);
  void read_audio_file(const TocToken& word);
  void read_data_file(const TocToken& word);
  void read_fifo(const TocToken& word);
  void read_start(const TocToken& word);
  void read_end(const TocToken& word);
  void read_index(const TocToken& word);

  // CD_TEXT, in toc_cd_text.cpp.
  struct Item {
    TocToken name;
    TocToken value;                     // a string,
    std::optional<std::string> binary;  // or bytes in braces
  };
  struct Block {
    std::optional<std::uint8_t> language;        // from LANGUAGE_MAP
    std::optional<std::uint8_t> character_code;  // from ENCODING_..., else from SIZE_INFO
    TocToken at;                                 // its first LANGUAGE
    std::vector<Item> disc;
    std::map<int, std::vector<Item>> tracks;  // by track number
  };
  void read_cd_text();
  void read_language_map();
  void read_language();
  bool read_encoding(Block& block);
  void read_item(Block& block);
  std::string take_binary();
  void finish_cd_text();
  TextFields fields_of(const std::vector<Item>& items, std::uint8_t code);
  void add_genre(TextFields& fields, const Item& item);
  std::string text_of(const Item& item, std::uint8_t code);

  TocTrack& track() { return sheet_.tracks.back(); }
  std::vector<std::string> take_comments();
  TocToken take();  // the token, and steps on
  TocToken take(TocToken::Kind kind, std::string_view expected);
  void take_sign(char sign);
  std::int64_t take_number(std::string_view expected);  // beyond 10^12 it stays there
  TocAmount take_amount();
  std::int32_t take_time();
  TocPiece& add_piece(TocPiece::Kind kind, const TocToken& word);
  std::string take_name();
  std::uint64_t take_offset();
  TocMark take_mark(int line);

  void warn(const TocToken& at, std::string_view code, std::string_view message);
  [[noreturn]] void fail(const TocToken& at, std::string message, std::string hint = {}) const;

  const std::string& place_;
  TocLexer lexer_;
  TocToken token_;  // the next one
  TocSheet sheet_;
  std::map<int, Block> blocks_;
  std::size_t pieces_ = 0;
  int rank_ = 0;          // the highest of the track so far
  bool started_ = false;  // some statement was read
  std::size_t unlisted_problems_ = 0;
};

}  // namespace pregap::formats
