// Sheets come in UTF-8, in UTF-16 from Windows' Notepad, and in the code page of their writer.
#include <fmt/format.h>

#include <functional>
#include <optional>

#include "base/encoding.h"
#include "formats/cue_text.h"
#include "pregap/error.h"

namespace pregap::formats {
namespace {

constexpr std::size_t kLargestSheet = 4u << 20;

unsigned byte_at(std::string_view bytes, std::size_t i) noexcept {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
}

// The length of the sequence at `i`, 0 where there is none (Unicode, table 3-7).
std::size_t utf8_sequence(std::string_view bytes, std::size_t i) noexcept {
  const unsigned first = byte_at(bytes, i), second = byte_at(bytes, i + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  unsigned lowest = 0x80, highest = 0xBF;
  if (first == 0xE0) lowest = 0xA0;
  if (first == 0xED) highest = 0x9F;
  if (first == 0xF0) lowest = 0x90;
  if (first == 0xF4) highest = 0x8F;
  if (second < lowest || second > highest) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte_at(bytes, i + k) & 0xC0u) != 0x80) return 0;
  }
  return length;
}

std::size_t first_beyond_utf8(std::string_view bytes) noexcept {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const std::size_t length = utf8_sequence(bytes, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

int line_of(std::string_view bytes, std::size_t offset) noexcept {
  int line = 0;
  for (std::string_view rest = bytes; bytes.size() - rest.size() <= offset; ++line) {
    take_line(rest);
    if (rest.empty()) return line + 1;
  }
  return line;
}

void refuse_raw_sectors(std::string_view bytes, const std::string& place) {
  static constexpr std::string_view kSync("\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0", 12);
  if (!bytes.starts_with(kSync)) return;
  throw Error(ErrorCode::malformed, place, "binary data, expected a cue sheet",
              "the content looks like raw sectors; give the file a .bin ending");
}

using Note = std::function<void(std::string where, std::string what)>;

// What is not UTF-8: as the caller says, else as it looks.
std::string decode_code_page(std::string_view bytes, std::size_t beyond, const std::string& place,
                             const std::string& encoding, const Note& note) {
  const std::string where = fmt::format("{}:{}", place, line_of(bytes, beyond));
  if (!encoding.empty()) {
    const std::optional<ConvertedText> told = to_utf8(bytes, encoding);
    if (!told) {
      throw Error(ErrorCode::usage, "--encoding",
                  fmt::format("{}, expected the name of an encoding", shown(encoding)),
                  "iconv --list names them");
    }
    if (!told->whole) {
      note(where, fmt::format("text that is not {}, its bad places are shown as U+FFFD", encoding));
    }
    return told->text;
  }
  std::string_view guess = guess_code_page(bytes);
  std::optional<ConvertedText> guessed = to_utf8(bytes, std::string(guess));
  if (!guessed || !guessed->whole) {
    guess = "CP1252";
    guessed = to_utf8(bytes, "CP1252");
  }
  note(where, fmt::format("text that is not UTF-8, taken as {}", guess));
  return guessed->text;
}

}  // namespace

std::string decode_cue_text(std::string_view bytes, const std::string& place,
                            const std::string& encoding, std::vector<Problem>& problems) {
  refuse_raw_sectors(bytes, place);
  if (bytes.size() > kLargestSheet) {
    throw Error(ErrorCode::malformed, place,
                fmt::format("{} bytes, expected a cue sheet of at most 4 MiB", bytes.size()));
  }
  const Note note = [&](std::string where, std::string what) {
    problems.push_back({Severity::note, "sheet.encoding", fmt::format("{}: {}", where, what)});
  };

  std::string text;
  const bool little_endian = bytes.starts_with("\xFF\xFE");
  if (little_endian || bytes.starts_with("\xFE\xFF")) {
    ConvertedText converted = utf16_to_utf8(bytes.substr(2), !little_endian);
    text = std::move(converted.text);
    if (!converted.whole) note(place + ":1", "broken UTF-16, its bad places are shown as U+FFFD");
  } else {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    // UTF-16 without its mark is valid UTF-8 as a rule, but full of zeros.
    const bool has_zeros = !encoding.empty() && bytes.find('\0') != std::string_view::npos;
    const std::size_t beyond = has_zeros ? 0 : first_beyond_utf8(bytes);
    text = beyond == std::string_view::npos
               ? std::string(bytes)
               : decode_code_page(bytes, beyond, place, encoding, note);
  }
  static constexpr char kDosEndOfFile = '\x1A';
  if (text.ends_with(kDosEndOfFile)) text.pop_back();
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorCode::malformed, place, "binary data, expected a cue sheet");
  }
  return text;
}

}  // namespace pregap::formats
