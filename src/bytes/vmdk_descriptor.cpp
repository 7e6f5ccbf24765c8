#include "bytes/vmdk_descriptor.h"

#include <algorithm>

#include "base/text.h"

namespace pregap {
namespace {

// What qemu's and VMware's parsers end a quoted name at.
constexpr std::string_view kNameEnd = "\"\r\n";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The key before `= "`; empty where there is none.
std::string_view key_before(std::string_view text, std::size_t quote) {
  std::size_t end = quote;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  if (end == 0 || text[end - 1] != '=') return {};
  --end;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  std::size_t begin = end;
  while (begin > 0 && !is_space(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

}  // namespace

bool begins_like_vmdk_descriptor(std::string_view text) {
  constexpr std::string_view kBegin = "# Disk DescriptorFile";
  return equal_ignoring_case(text.substr(0, kBegin.size()), kBegin);
}

VmdkDescriptor parse_vmdk_descriptor(std::string_view text) {
  VmdkDescriptor result;
  constexpr std::string_view kParent = "parentFileNameHint";
  for (std::size_t quote = text.find('"'); quote < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kNameEnd, quote + 1), text.size());
    const std::string value(text.substr(quote + 1, end - quote - 1));
    const std::string_view key = key_before(text, quote);
    if (equal_ignoring_case(key, "createType")) {
      result.create_type = value;
    } else if (key.empty() && !value.empty()) {
      result.files.push_back(value);
    }
    // Behind a quote that isn't closed the next one opens again.
    const bool closed = end < text.size() && text[end] == '"';
    quote = text.find('"', closed ? end + 1 : end);
  }
  // Readers look for the word wherever it stands.
  if (const std::size_t at = text.find(kParent); at != text.npos) {
    const std::size_t begin = std::min(text.find('"', at), text.size());
    const std::size_t end = std::min(text.find_first_of(kNameEnd, begin + 1), text.size());
    result.parent = begin < end ? std::string(text.substr(begin + 1, end - begin - 1)) : "";
    if (result.parent.empty()) result.parent = "?";
  }
  return result;
}

}  // namespace pregap
