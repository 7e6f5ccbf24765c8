#include "base/encoding.h"

#include <iconv.h>

#include <array>
#include <cerrno>

#include "base/text.h"

namespace pregap {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// CP1252's 80-9F.
constexpr std::array<char16_t, 32> kCp1252{
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

std::string from_cp1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    append_utf8(out, byte >= 0x80 && byte < 0xA0 ? kCp1252[byte - 0x80] : byte);
  }
  return out;
}

bool is_cp1252(std::string_view name) {
  return equal_ignoring_case(name, "CP1252") || equal_ignoring_case(name, "Windows-1252");
}

// iconv's Shift-JIS is the standard's; what programs write is Microsoft's extension of it.
std::string iconv_name(const std::string& name) {
  const bool shift_jis = equal_ignoring_case(name, "Shift-JIS") ||
                         equal_ignoring_case(name, "Shift_JIS") ||
                         equal_ignoring_case(name, "SJIS");
  return shift_jis ? "CP932" : name;
}

class Converter {
 public:
  explicit Converter(const std::string& encoding)
      : handle_(iconv_open("UTF-8", iconv_name(encoding).c_str())) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool is_open() const noexcept { return handle_ != reinterpret_cast<iconv_t>(-1); }

  ConvertedText convert(std::string_view bytes) {
    ConvertedText result;
    char* in = const_cast<char*>(bytes.data());  // iconv writes through `out` alone
    std::size_t left = bytes.size();
    while (left > 0) {
      std::array<char, 4096> buffer;
      char* out = buffer.data();
      std::size_t room = buffer.size();
      const std::size_t done = iconv(handle_, &in, &left, &out, &room);
      const int reason = errno;
      result.text.append(buffer.data(), buffer.size() - room);
      if (done != static_cast<std::size_t>(-1) || reason == E2BIG) continue;
      result.whole = false;
      result.text += kReplacement;
      ++in;
      --left;
    }
    return result;
  }

 private:
  iconv_t handle_;
};

}  // namespace

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

ConvertedText utf16_to_utf8(std::string_view bytes, bool big_endian) {
  const auto byte = [&](std::size_t at) -> char32_t {
    return static_cast<unsigned char>(bytes[at]);
  };
  const auto unit = [&](std::size_t at) -> char32_t {
    return big_endian ? byte(at) << 8 | byte(at + 1) : byte(at + 1) << 8 | byte(at);
  };
  ConvertedText out{.text = {}, .whole = bytes.size() % 2 == 0};
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xD800 && c < 0xE000) {
      const char32_t low = i + 3 < bytes.size() ? unit(i + 2) : 0;
      const bool pair = c < 0xDC00 && low >= 0xDC00 && low < 0xE000;
      c = pair ? 0x10000 + ((c & 0x3FF) << 10 | (low & 0x3FF)) : 0xFFFD;
      if (pair) i += 2;
      out.whole = out.whole && pair;
    }
    append_utf8(out.text, c);
  }
  return out;
}

bool is_known_encoding(const std::string& encoding) {
  if (encoding.empty() || encoding.find('/') != std::string::npos) return false;
  return is_cp1252(encoding) || Converter(encoding).is_open();
}

std::optional<ConvertedText> to_utf8(std::string_view bytes, const std::string& encoding) {
  if (!is_known_encoding(encoding)) return std::nullopt;
  if (is_cp1252(encoding)) return ConvertedText{.text = from_cp1252(bytes)};
  return Converter(encoding).convert(bytes);
}

}  // namespace pregap
