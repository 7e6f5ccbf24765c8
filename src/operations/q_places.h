// Q frames whose CRC is good, held against the layout: where they disagree, in what, over which
// sectors.
//
// What discs are known to do is no disagreement: track and index that change up to two sectors off
// their border, times in the track up to two sectors off (a pause that ends with zero), frames of
// the MCN and of ISRCs, which carry no position.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "disc/subchannel.h"
#include "pregap/disc.h"

namespace pregap::operations {

class QPlaces {
 public:
  explicit QPlaces(const SubchannelMaker& layout) : layout_(layout) {}

  // A frame that is not the regular one; `header` is the address in the sector's header, if it has
  // one. True if it agrees with the layout all the same.
  bool agrees(Lba lba, const QContent& q, std::optional<Lba> header);

  std::int64_t elsewhere() const { return elsewhere_; }        // frames that disagree
  std::int64_t misaddressed() const { return misaddressed_; }  // of them: in the absolute time

  // Warnings, a bounded number, each with the range that it speaks of; `place` begins them.
  // Those of the absolute time are left out if asked for.
  enum class Addresses : bool { leave_out, show };
  void report(const std::string& place, Addresses addresses, std::vector<Problem>& problems) const;

 private:
  enum class Kind { address, border, time, control, form };
  struct Row {
    Kind kind = Kind::address;
    std::array<std::int32_t, 4> what{};  // by kind, see message_of
    Lba first, last;
    std::int64_t frames = 0;
  };
  std::optional<Row> compare(Lba lba, const QContent& q, std::optional<Lba> header) const;
  static std::string message_of(const Row& row);

  // Rising; the first ones, and how many more there are.
  struct Rows {
    std::vector<Row> listed;
    std::int64_t unlisted = 0;
    std::optional<Row> last;  // the last one seen, listed or not
    void add(const Row& row);
  };
  static void report_rows(const Rows& rows, const std::string& place,
                          std::vector<Problem>& problems);

  const SubchannelMaker& layout_;
  Rows addresses_, others_;
  std::int64_t elsewhere_ = 0, misaddressed_ = 0;
};

}  // namespace pregap::operations
