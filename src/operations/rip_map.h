// The state of every sector of a rip, as GNU ddrescue's mapfile keeps it, so that ddrescueview
// shows it. Positions are those of the work file, whole sectors of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pregap::operations {

enum class SectorState : char {
  untried = '?',
  failed_in_block = '*',  // ddrescue: non-trimmed. Part of a block that failed
  in_doubt = '/',         // ddrescue: non-scraped. Read, but nothing vouches for it yet
  unread = '-',
  good = '+',
};

class RipMap {
 public:
  RipMap(std::int32_t sectors, std::uint32_t sector_size)
      : states_(static_cast<std::size_t>(sectors), SectorState::untried),
        sector_size_(sector_size) {}

  SectorState operator[](std::int32_t index) const {
    return states_[static_cast<std::size_t>(index)];
  }
  void set(std::int32_t index, SectorState state) {
    states_[static_cast<std::size_t>(index)] = state;
  }
  std::int32_t sectors() const { return static_cast<std::int32_t>(states_.size()); }
  std::int32_t count(SectorState state) const;

  std::string remark;  // one line that the text carries: which disc, how it was read

  std::string text() const;

  // The remark of a map of any shape; empty where there is none.
  static std::string remark_of(std::string_view text);

  // `place` is what messages begin with. Throws Error(malformed), with the line, for what is no map
  // or not of as many sectors of that size.
  static RipMap parse(std::string_view text, std::int32_t sectors, std::uint32_t sector_size,
                      const std::string& place);

 private:
  std::vector<SectorState> states_;
  std::uint32_t sector_size_;
};

}  // namespace pregap::operations
