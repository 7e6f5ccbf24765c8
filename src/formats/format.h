// What a format is to the rest of pregap: one record in the registry.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "pregap/disc.h"
#include "pregap/image.h"
#include "pregap/open.h"

namespace pregap::formats {

// What a format is asked with.
struct Candidate {
  std::filesystem::path path;
  std::string ending;  // in small letters, with its dot: ".cue"
  std::shared_ptr<const ByteSource> bytes;
  std::span<const std::uint8_t> head;  // the first 64 KiB, less if there is no more
};

// How sure a format is of a candidate. The highest wins; equal ones go by order in the registry.
inline constexpr int kNotMine = 0;
inline constexpr int kByNameOnly = 10;  // the name fits, the content says nothing
inline constexpr int kByName = 50;      // the name is this format's and the content has no other
inline constexpr int kByContent = 80;   // the content itself says it

struct Format {
  std::string_view name;                      // as in JSON
  std::span<const std::string_view> endings;  // which files a folder search looks at
  int (*probe)(const Candidate& candidate);
  Disc (*open)(const Candidate& candidate, const OpenOptions& options);
  // The descriptor's text for a layout: a Disc whose files have names and whose extents say where
  // in them its sectors lie. Null: the format is only read. Throws Error(refused) for a name that
  // the format can't hold, Error(unsupported) for a layout that it can't.
  std::string (*write)(const Disc& layout) = nullptr;
};

extern const Format kCcdFormat;
extern const Format kCueFormat;
extern const Format kGdiFormat;
extern const Format kIsoFormat;
extern const Format kRawFormat;
extern const Format kTocFormat;

std::span<const Format* const> all_formats();
// Error(unrecognised), or Error(unsupported) where the name is that of a format which pregap
// doesn't read.
[[noreturn]] void throw_unknown(const Image& image);
const Format* find_format(std::string_view name);  // nullptr: there is none

}  // namespace pregap::formats
