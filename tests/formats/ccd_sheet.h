// Control files as CloneCD writes them, and images of any size that take no memory.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "formats/ccd_builder.h"
#include "support/image_builder.h"

namespace pregap::test {

// An entry: P fields from `lba` where it is given, else as they stand.
struct EntryPlan {
  int session = 1, point = 1, control = 0, lba = 0;
  int adr = 1;
  int pmin = -1, psec = 0, pframe = 0;
  int min = 0, sec = 0, frame = 0, zero = 0;
};

inline std::string entry_text(int number, const EntryPlan& e) {
  const auto lba_of = [](int m, int s, int f) {
    return (m * 60 + s) * 75 + f - (m >= 90 ? 450150 : 150);
  };
  const int frames = e.lba + 150;
  const bool direct = e.pmin >= 0;
  const int m = direct ? e.pmin : frames / 4500, s = direct ? e.psec : frames / 75 % 60,
            f = direct ? e.pframe : frames % 75;
  return fmt::format(
      "[Entry {}]\r\nSession={}\r\nPoint=0x{:02x}\r\nADR=0x{:02x}\r\nControl=0x{:02x}\r\n"
      "TrackNo=0\r\nAMin={}\r\nASec={}\r\nAFrame={}\r\nALBA={}\r\nZero={}\r\nPMin={}\r\nPSec={}\r\n"
      "PFrame={}\r\nPLBA={}\r\n",
      number, e.session, e.point, e.adr, e.control, e.min, e.sec, e.frame,
      lba_of(e.min, e.sec, e.frame), e.zero, m, s, f, direct ? lba_of(m, s, f) : e.lba);
}

inline std::string entries_text(const std::vector<EntryPlan>& entries) {
  std::string text;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    text += entry_text(static_cast<int>(i), entries[i]);
  }
  return text;
}

inline std::string head_text(std::size_t entries, int sessions) {
  std::string text = fmt::format(
      "[CloneCD]\r\nVersion=3\r\n[Disc]\r\nTocEntries={}\r\nSessions={}\r\n"
      "DataTracksScrambled=0\r\nCDTextLength=0\r\n",
      entries, sessions);
  for (int s = 1; s <= sessions; ++s) {
    text += fmt::format("[Session {}]\r\nPreGapMode=1\r\nPreGapSubC=0\r\n", s);
  }
  return text;
}

inline std::string ccd_text(int sessions, const std::vector<EntryPlan>& entries,
                            const std::string& tracks) {
  return head_text(entries.size(), sessions) + entries_text(entries) + tracks;
}

// Zeros, but for the sectors put in.
class HollowImage : public ByteSource {
 public:
  HollowImage(std::uint64_t size, std::string name) : size_(size), name_(std::move(name)) {}

  void put(std::uint64_t sector, const reference::Sector& content) { sectors_[sector] = content; }

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }
  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size_) return 0;
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
    std::fill_n(out.begin(), count, std::uint8_t{0});
    for (const auto& [number, content] : sectors_) {
      const std::uint64_t at = number * content.size();
      const std::uint64_t from = std::max(at, offset);
      const std::uint64_t to = std::min(at + content.size(), offset + count);
      for (std::uint64_t i = from; i < to; ++i) out[i - offset] = content[i - at];
    }
    return count;
  }

 private:
  std::uint64_t size_;
  std::string name_;
  std::map<std::uint64_t, reference::Sector> sectors_;
};

inline DiscFile hollow_file(std::int64_t sectors, std::uint64_t sector_bytes = 2352,
                            const std::string& name = "X.img") {
  const std::uint64_t size = static_cast<std::uint64_t>(sectors) * sector_bytes;
  return {.path = name, .bytes = std::make_shared<HollowImage>(size, name)};
}

inline DiscFile hollow_sub(std::int64_t frames) { return hollow_file(frames, 96, "X.sub"); }

inline Disc build_ccd(const std::string& text, formats::CcdFiles files) {
  return formats::build_ccd_disc(formats::parse_ccd(text, "X.ccd"), "X.ccd", std::move(files));
}

}  // namespace pregap::test
