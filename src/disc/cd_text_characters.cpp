#include "disc/cd_text_characters.h"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "disc/cd_text.h"

namespace pregap {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Code {
  std::uint8_t number;
  const char* name;
  const char* iconv_name;  // of the ones with two bytes
};
constexpr std::array kCodes = {
    Code{0x00, "ISO 8859-1", nullptr}, Code{0x01, "ASCII", nullptr},
    Code{0x80, "MS-JIS", "CP932"},     Code{0x81, "Korean", "CP949"},
    Code{0x82, "Mandarin", "GB18030"},
};

const Code* find_code(std::uint8_t number) {
  const auto at = std::ranges::find(kCodes, number, &Code::number);
  return at == kCodes.end() ? nullptr : &*at;
}

// One conversion of iconv's, closed with the object.
class Converter {
 public:
  Converter(const char* to, const char* from) : handle_(iconv_open(to, from)) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  // Appends what `in` begins with, up to the first thing that can't be converted; takes it off.
  void convert(std::string_view& in, std::string& out) const {
    std::array<char, 256> buffer;
    bool more = true;
    while (!in.empty() && more) {
      char* source = const_cast<char*>(in.data());  // iconv() doesn't write there
      std::size_t left = in.size();
      char* target = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t result = iconv(handle_, &source, &left, &target, &room);
      more = result == static_cast<std::size_t>(-1) && errno == E2BIG;
      in.remove_prefix(in.size() - left);
      out.append(buffer.data(), buffer.size() - room);
    }
  }

 private:
  iconv_t handle_;
};

std::size_t utf8_size(char first) noexcept {
  const unsigned byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

void append_latin1(std::string& out, unsigned char byte) {
  if (byte < 0x80) {
    out += static_cast<char>(byte);
  } else {
    out += static_cast<char>(0xC0 | byte >> 6);
    out += static_cast<char>(0x80 | (byte & 0x3F));
  }
}

// The next character of UTF-8 as one byte, where it is one below 100h.
std::optional<char> take_latin1(std::string_view& text) {
  const unsigned first = static_cast<unsigned char>(text[0]);
  const std::size_t size = std::min(utf8_size(text[0]), text.size());
  std::optional<char> result;
  if (first < 0x80) {
    result = text[0];
  } else if ((first == 0xC2 || first == 0xC3) && size == 2) {
    result = static_cast<char>((first & 0x03) << 6 | (static_cast<unsigned>(text[1]) & 0x3F));
  }
  text.remove_prefix(size);
  return result;
}

enum class Missing { stop, question_mark };

std::optional<std::string> to_bytes(std::string_view text, std::uint8_t code, Missing missing) {
  const Code* known = find_code(code);
  std::string out;
  if (known == nullptr || known->iconv_name == nullptr) {
    const int highest = code == static_cast<int>(CdTextCharacters::ascii) ? 0x7F : 0xFF;
    while (!text.empty()) {
      const std::optional<char> byte = take_latin1(text);
      const bool there = byte && static_cast<unsigned char>(*byte) <= highest;
      if (!there && missing == Missing::stop) return std::nullopt;
      out += there ? *byte : '?';
    }
    return out;
  }
  const Converter converter(known->iconv_name, "UTF-8");
  if (!converter.is_open()) return std::nullopt;
  while (!text.empty()) {
    converter.convert(text, out);
    if (text.empty()) break;
    if (missing == Missing::stop) return std::nullopt;
    out += '?';
    text.remove_prefix(std::min(utf8_size(text[0]), text.size()));
  }
  return out;
}

}  // namespace

std::string name_of_characters(std::uint8_t code) {
  const Code* known = find_code(code);
  return known != nullptr ? known->name : fmt::format("code {:02X}h", code);
}

bool is_known_character_code(std::uint8_t code) noexcept { return find_code(code) != nullptr; }

bool has_double_bytes(std::uint8_t code) noexcept {
  const Code* known = find_code(code);
  return known != nullptr && known->iconv_name != nullptr;
}

std::size_t character_size(std::string_view bytes, std::uint8_t code) noexcept {
  if (bytes.size() < 2 || !has_double_bytes(code)) return std::min<std::size_t>(1, bytes.size());
  const unsigned first = static_cast<unsigned char>(bytes[0]);
  if (code == static_cast<unsigned>(CdTextCharacters::ms_jis)) {
    return (first >= 0x81 && first <= 0x9F) || (first >= 0xE0 && first <= 0xFC) ? 2 : 1;
  }
  return first >= 0x81 && first <= 0xFE ? 2 : 1;
}

std::string cd_text_to_utf8(std::string_view bytes, std::uint8_t code, bool& lossy) {
  const Code* known = find_code(code);
  std::string out;
  if (known != nullptr && known->iconv_name != nullptr) {
    const Converter converter("UTF-8", known->iconv_name);
    while (!bytes.empty()) {
      if (converter.is_open()) converter.convert(bytes, out);
      if (bytes.empty()) break;
      out += kReplacement;
      lossy = true;
      bytes.remove_prefix(1);
    }
    return out;
  }
  for (const char c : bytes) {
    const unsigned char byte = static_cast<unsigned char>(c);
    append_latin1(out, byte);
    const bool ascii = code == static_cast<unsigned>(CdTextCharacters::ascii);
    if ((ascii || known == nullptr) && byte >= 0x80) lossy = true;
  }
  return out;
}

std::optional<std::string> cd_text_from_utf8(std::string_view text, std::uint8_t code) {
  return to_bytes(text, code, Missing::stop);
}

std::string cd_text_from_utf8_lossy(std::string_view text, std::uint8_t code) {
  return to_bytes(text, code, Missing::question_mark).value_or(std::string(text.size(), '?'));
}

}  // namespace pregap
