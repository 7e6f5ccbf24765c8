#include "formats/toc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "formats/toc_parser.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kLargestSheet = 4u << 20;
constexpr int kLastTrack = 99;
constexpr std::size_t kMostProblems = 100;
constexpr std::int64_t kMostMinutes = 99'999;
constexpr std::int64_t kHighestNumber = 1'000'000'000'000;

constexpr std::string_view kTime = "MM:SS:FF";
constexpr std::array<std::string_view, 4> kTypes{"CD_DA", "CD_ROM", "CD_ROM_XA", "CD_I"};

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Bytes a drive gave, under the same ending: a length that counts the bytes behind it, then
// entries of 8 bytes (the TOC), 11 (full TOC) or 18 (CD-Text).
bool is_read_toc_reply(std::string_view bytes) {
  if (bytes.size() < 12) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::size_t length = static_cast<std::size_t>(byte(0)) << 8 | byte(1);
  const std::size_t entries = bytes.size() - 4;
  return length + 2 == bytes.size() && bytes.find('\0') != bytes.npos &&
         (entries % 8 == 0 || entries % 11 == 0 || entries % 18 == 0);
}

void require_text(std::string_view bytes, const std::string& place) {
  if (is_read_toc_reply(bytes)) {
    throw Error(ErrorCode::unsupported, place,
                "a drive's reply to READ TOC, expected the text of a cdrdao TOC",
                "it lists a disc's tracks and names no file; open the image's own sheet");
  }
  if (bytes.size() > kLargestSheet) {
    throw Error(ErrorCode::malformed, place,
                fmt::format("{} bytes, expected a TOC of at most 4 MiB", bytes.size()));
  }
  if (bytes.find('\0') != bytes.npos) {
    throw Error(ErrorCode::malformed, place, "binary data, expected a TOC");
  }
}

struct Mode {
  TocMode mode;
  std::string_view word;
  TrackType type;
  Storage storage;
};
constexpr std::array kModes{
    Mode{TocMode::audio, "AUDIO", TrackType::audio, Storage::raw2352},
    Mode{TocMode::mode0, "MODE0", TrackType::mode0, Storage::xa2336},
    Mode{TocMode::mode1, "MODE1", TrackType::mode1, Storage::user2048},
    Mode{TocMode::mode1_raw, "MODE1_RAW", TrackType::mode1, Storage::raw2352},
    Mode{TocMode::mode2, "MODE2", TrackType::mode2, Storage::xa2336},
    Mode{TocMode::mode2_raw, "MODE2_RAW", TrackType::mode2, Storage::raw2352},
    Mode{TocMode::mode2_form1, "MODE2_FORM1", TrackType::mode2, Storage::user2048},
    Mode{TocMode::mode2_form2, "MODE2_FORM2", TrackType::mode2, Storage::form2_2324},
    Mode{TocMode::mode2_form_mix, "MODE2_FORM_MIX", TrackType::mode2, Storage::xa2336},
};

const Mode& find_mode(TocMode mode) noexcept {
  return *std::ranges::find(kModes, mode, &Mode::mode);
}

}  // namespace

std::string_view name_of(TocMode mode) noexcept { return find_mode(mode).word; }
TrackType type_of(TocMode mode) noexcept { return find_mode(mode).type; }
Storage storage_of(TocMode mode) noexcept { return find_mode(mode).storage; }

std::optional<TocMode> toc_mode(std::string_view word) noexcept {
  const auto* found = std::ranges::find(kModes, word, &Mode::word);
  return found == kModes.end() ? std::nullopt : std::optional(found->mode);
}

std::string_view name_of(TocSubchannel subchannel) noexcept {
  switch (subchannel) {
    case TocSubchannel::none:
      return "";
    case TocSubchannel::rw:
      return "RW";
    case TocSubchannel::rw_raw:
      return "RW_RAW";
  }
  return "";
}

std::uint32_t block_size(TocMode mode, TocSubchannel subchannel) noexcept {
  constexpr std::uint32_t kSubchannelBytes = 96;
  return stride_of(storage_of(mode)) + (subchannel == TocSubchannel::none ? 0 : kSubchannelBytes);
}

void TocParser::fail(const TocToken& at, std::string message, std::string hint) const {
  throw Error(ErrorCode::malformed, fmt::format("{}:{}:{}", place_, at.line, at.column),
              std::move(message), std::move(hint));
}

void TocParser::warn(const TocToken& at, std::string_view code, std::string_view message) {
  if (sheet_.problems.size() >= kMostProblems) {
    ++unlisted_problems_;
    return;
  }
  sheet_.problems.push_back({Severity::warning, std::string(code),
                             fmt::format("{}:{}:{}: {}", place_, at.line, at.column, message)});
}

TocToken TocParser::take() { return std::exchange(token_, lexer_.next()); }

TocToken TocParser::take(TocToken::Kind kind, std::string_view expected) {
  if (token_.kind != kind) fail(token_, fmt::format("{}, expected {}", shown(token_), expected));
  return take();
}

void TocParser::take_sign(char sign) {
  if (!token_.is_sign(sign)) fail(token_, fmt::format("{}, expected '{}'", shown(token_), sign));
  take();
}

std::int64_t TocParser::take_number(std::string_view expected) {
  std::int64_t value = 0;
  for (const char c : take(TocToken::Kind::number, expected).text) {
    value = std::min(value * 10 + (c - '0'), kHighestNumber);
  }
  return value;
}

TocAmount TocParser::take_amount() {
  const TocToken first = token_;
  const std::int64_t number = take_number(fmt::format("{} or a number", kTime));
  if (!token_.is_sign(':')) return {.number = number, .sectors = false};
  take();
  const std::int64_t seconds = take_number(kTime);
  take_sign(':');
  const std::int64_t frames = take_number(kTime);
  const auto require = [&](std::string_view field, std::int64_t value, std::int64_t highest) {
    if (value <= highest) return;
    fail(first, fmt::format("time {}:{}:{}, expected {} up to {}", number, seconds, frames, field,
                            highest));
  };
  require("minutes", number, kMostMinutes);
  require("seconds", seconds, 59);
  require("frames", frames, kFramesPerSecond - 1);
  return {.number = number * kFramesPerMinute + seconds * kFramesPerSecond + frames,
          .sectors = true};
}

std::int32_t TocParser::take_time() {
  const TocToken at = token_;
  const TocAmount amount = take_amount();
  if (!amount.sectors) fail(at, fmt::format("{}, expected {}", shown(at), kTime));
  return static_cast<std::int32_t>(amount.number);
}

std::vector<std::string> TocParser::take_comments() {
  std::vector<std::string> comments = lexer_.take_comments();
  // cdrdao's own above each track; the writer puts them there again.
  std::erase_if(comments, [](std::string_view comment) {
    constexpr std::string_view kOwn = "// Track ";
    return comment.starts_with(kOwn) && is_digits(comment.substr(kOwn.size()));
  });
  return comments;
}

TocSheet TocParser::parse() {
  token_ = lexer_.next();
  sheet_.remarks = take_comments();
  while (!token_.is_word("TRACK") && token_.kind != TocToken::Kind::end) read_header();
  std::vector<std::string> comments = started_ ? take_comments() : std::vector<std::string>();
  while (token_.kind != TocToken::Kind::end) {
    const TocToken word = take();
    const Statement* statement = find_statement(word);
    if (statement == nullptr) {
      fail(word, fmt::format("{}, expected a statement of a track", shown(word)));
    }
    if (statement->rank > 0 && statement->rank < rank_) {
      warn(word, "sheet.syntax",
           fmt::format("{} behind what it should stand before, read all the same", word.text));
    }
    rank_ = std::max(rank_, statement->rank);
    (this->*statement->read)(word);
    if (statement->rank == 0) track().remarks = std::exchange(comments, {});
    // Those before a TRACK are the next one's, those behind the last statement the disc's.
    std::vector<std::string> passed = take_comments();
    const bool own = !token_.is_word("TRACK") && token_.kind != TocToken::Kind::end;
    auto& to = own ? track().remarks : token_.is_word("TRACK") ? comments : sheet_.remarks;
    std::ranges::move(passed, std::back_inserter(to));
  }
  if (sheet_.tracks.empty()) {
    throw Error(ErrorCode::malformed, place_, "no TRACK, expected at least one");
  }
  finish_cd_text();
  if (unlisted_problems_ > 0) {
    sheet_.problems.push_back(
        {Severity::warning, "sheet.syntax",
         fmt::format("{}: {} not listed", place_,
                     counted(static_cast<long long>(unlisted_problems_), "further warning"))});
  }
  return std::move(sheet_);
}

void TocParser::read_header() {
  const bool first = !std::exchange(started_, true);
  if (std::ranges::find(kTypes, token_.text) != kTypes.end() &&
      token_.kind == TocToken::Kind::word) {
    sheet_.type = take().text;
  } else if (token_.is_word("CATALOG")) {
    read_catalog();
  } else if (token_.is_word("FIRST_TRACK_NO")) {
    read_first_track();
  } else if (token_.is_word("CD_TEXT")) {
    take();
    read_cd_text();
  } else {
    fail(token_,
         fmt::format("{}, expected CD_DA, CD_ROM, CD_ROM_XA, CD_I, CATALOG, "
                     "FIRST_TRACK_NO, CD_TEXT or TRACK",
                     shown(token_)),
         first ? "a TOC is a text; if this is another kind of image, give it its own ending" : "");
  }
  if (token_.is_word("TRACK")) return;
  std::ranges::move(take_comments(), std::back_inserter(sheet_.remarks));
}

void TocParser::read_catalog() {
  const TocToken word = take();
  if (token_.kind != TocToken::Kind::string && token_.kind != TocToken::Kind::number) {
    return warn(word, "sheet.catalog", "CATALOG without a number, expected 13 digits in quotes");
  }
  if (!sheet_.catalog.empty()) {
    warn(word, "sheet.catalog", "second CATALOG, taken instead of the first");
  }
  const TocToken number = take();
  sheet_.catalog = printable(number.text);
  if (number.text.size() != 13 || !is_digits(number.text)) {
    warn(number, "sheet.catalog",
         fmt::format("catalog number {}, expected 13 digits", shown(number)));
  }
}

void TocParser::read_first_track() {
  take();
  const TocToken at = token_;
  const std::int64_t number = take_number("a track number, 1 to 99");
  if (number < 1 || number > kLastTrack) {
    fail(at, fmt::format("first track {}, expected 1 to 99", number));
  }
  sheet_.first_track = static_cast<int>(number);
}

TocSheet parse_toc(std::string_view text, const std::string& place) {
  require_text(text, place);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return TocParser(text, place).parse();
}

}  // namespace pregap::formats
