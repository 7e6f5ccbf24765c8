// What verify makes of the Q frames that the pass reads.
#pragma once

#include <map>

#include "disc/pass.h"
#include "operations/q_codes.h"
#include "operations/q_places.h"
#include "operations/q_protection.h"
#include "pregap/verify.h"

namespace pregap::operations {

class SubchannelCheck {
 public:
  explicit SubchannelCheck(const Disc& disc);

  // What the pass needs for it; nothing where the disc has no Q.
  void ask_for_q(PassOptions& options);

  // Adds counts, problems and what Q says.
  void finish(VerifyReport& report);

 private:
  void take(const ReadQ& read);
  void take_bad(const Track* track, const QReading& reading);
  void take_good(const ReadQ& read, const QReading& reading);
  void report_codes(VerifyReport& report) const;

  const Disc& disc_;
  SubchannelMaker layout_;
  QPlaces places_;
  QProtection protection_;
  SubchannelReport result_;
  std::map<const Track*, std::int64_t> bad_;
  std::int64_t empty_ = 0;    // frames of zeros
  std::int64_t patched_ = 0;  // frames as the disc's patches have them
  QCodes mcns_;
  std::map<const Track*, QCodes> isrcs_;
};

}  // namespace pregap::operations
