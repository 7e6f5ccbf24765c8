// Copy protection that altered Q frames on purpose, and is no damage.
//
// LibCrypt changes one bit of the time in the track and one of the absolute time, or none, and
// leaves a CRC that is off by a constant: by 8001 from the CRC of the regular frame, or by 0080
// from that of the altered one. Most discs have 16 pairs of such frames five sectors apart, the
// first ones 16 single frames. SecuROM is told by how many frames it altered alike, or misplaced
// under a good CRC.
#pragma once

#include <string>
#include <vector>

#include "disc/subchannel.h"
#include "pregap/disc.h"

namespace pregap::operations {

class QProtection {
 public:
  explicit QProtection(const SubchannelMaker& layout) : layout_(layout) {}

  void take_bad(Lba lba, const QFrame& q);
  void take_misaddressed(Lba lba);

  // The frames of wrong addresses are SecuROM's.
  bool misaddressed_on_purpose() const;
  void report(const std::string& place, std::vector<Problem>& problems) const;

 private:
  std::vector<Lba> off_0080_, off_8001_;  // off_8001_ with the misaddressed ones; bounded
  std::vector<Lba> libcrypt_;
  std::int64_t misaddressed_ = 0;
  const SubchannelMaker& layout_;
};

}  // namespace pregap::operations
