// Which code page a text is in: CP1252, Shift-JIS or CP1251.
#include <algorithm>
#include <string_view>

#include "base/encoding.h"

namespace pregap {
namespace {

constexpr bool within(unsigned byte, unsigned from, unsigned to) noexcept {
  return byte >= from && byte <= to;
}

constexpr bool is_ascii_letter(unsigned byte) noexcept {
  return within(byte | 0x20, 'a', 'z') && byte < 0x80;
}

// How much speaks for Shift-JIS, in characters of two bytes.
class ShiftJisScore {
 public:
  explicit ShiftJisScore(std::string_view bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size() && valid_; ++i) {
      const unsigned lead = static_cast<unsigned char>(bytes[i]);
      if (lead < 0x80) {
        end_run();
      } else if (!within(lead, 0xA1, 0xDF)) {  // those are kana of half width, a byte each
        const unsigned trail = i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[++i]) : 0;
        take_pair(lead, trail);
      }
    }
    end_run();
  }
  bool speaks_for_it() const noexcept { return valid_ && common_ > rare_; }

 private:
  void take_pair(unsigned lead, unsigned trail) noexcept {
    valid_ = (within(lead, 0x81, 0x9F) || within(lead, 0xE0, 0xFC)) && trail != 0x7F &&
             within(trail, 0x40, 0xFC);
    const bool level1 = within(lead, 0x89, 0x97) || (lead == 0x88 && trail >= 0x9F) ||
                        (lead == 0x98 && trail <= 0x72);
    ++run_;
    (within(lead, 0x81, 0x83) || level1 ? common_in_run_ : rare_in_run_) += 1;
  }

  // A pair alone among ASCII is rather a letter of CP1252 with the one behind it.
  void end_run() noexcept {
    if (run_ == 1) {
      rare_ += 1;
    } else {
      common_ += common_in_run_;
      rare_ += rare_in_run_;
    }
    run_ = common_in_run_ = rare_in_run_ = 0;
  }

  bool valid_ = true;
  int run_ = 0, common_in_run_ = 0, rare_in_run_ = 0;
  int common_ = 0, rare_ = 0;
};

bool is_cyrillic(unsigned byte) noexcept {
  constexpr std::string_view others =
      "\xA5\xA8\xAA\xAF\xB2\xB3\xB4\xB8\xBA\xBF";  // of Ukrainian, Ё
  return byte >= 0xC0 || others.find(static_cast<char>(byte)) != std::string_view::npos;
}

bool is_cyrillic_vowel(unsigned byte) noexcept {
  constexpr std::string_view vowels =
      "\xC0\xC5\xC8\xCE\xD3\xDB\xDD\xDE\xDF\xA8\xAA\xAF\xB2"
      "\xE0\xE5\xE8\xEE\xF3\xFB\xFD\xFE\xFF\xB8\xBA\xBF\xB3";
  return vowels.find(static_cast<char>(byte)) != std::string_view::npos;
}

// The commonest letters of Russian, 70% of a text, and the Ukrainian i.
bool is_common_cyrillic(unsigned byte) noexcept {
  constexpr std::string_view common =
      "\xC0\xC2\xC5\xC8\xCA\xCB\xCD\xCE\xD0\xD1\xD2\xB2"
      "\xE0\xE2\xE5\xE8\xEA\xEB\xED\xEE\xF0\xF1\xF2\xB3";
  return common.find(static_cast<char>(byte)) != std::string_view::npos;
}

// Letters beyond ASCII, in words of nothing else and in words with ASCII letters.
class CyrillicScore {
 public:
  explicit CyrillicScore(std::string_view bytes) noexcept {
    for (const char c : bytes) {
      const unsigned byte = static_cast<unsigned char>(c);
      if (is_ascii_letter(byte)) {
        ++latin_in_word_;
      } else if (byte >= 0x80 && is_cyrillic(byte)) {
        ++letters_in_word_;
        vowels_in_word_ += is_cyrillic_vowel(byte);
        common_in_word_ += is_common_cyrillic(byte);
      } else {
        end_word();
      }
    }
    end_word();
  }
  bool speaks_for_it() const noexcept {
    const bool like_a_language =
        5 * vowels_ >= letters_ && 3 * vowels_ <= 2 * letters_ && 2 * common_ >= letters_;
    return letters_ >= 3 && letters_ > 2 * mixed_ && like_a_language;
  }

 private:
  void end_word() noexcept {
    if (latin_in_word_ > 0) {
      mixed_ += letters_in_word_;
    } else if (letters_in_word_ > 1) {
      letters_ += letters_in_word_;
      vowels_ += vowels_in_word_;
      common_ += common_in_word_;
    }
    latin_in_word_ = letters_in_word_ = vowels_in_word_ = common_in_word_ = 0;
  }

  int latin_in_word_ = 0, letters_in_word_ = 0, vowels_in_word_ = 0, common_in_word_ = 0;
  int letters_ = 0, vowels_ = 0, common_ = 0, mixed_ = 0;
};

}  // namespace

std::string_view guess_code_page(std::string_view bytes) noexcept {
  if (ShiftJisScore(bytes).speaks_for_it()) return "Shift-JIS";
  if (CyrillicScore(bytes).speaks_for_it()) return "CP1251";
  return "CP1252";
}

}  // namespace pregap
