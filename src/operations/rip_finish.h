// What is done to the sectors once all reading is over: those that stayed unread are filled,
// sub-channel that did not come is made, and the report learns which sectors are not good.
#pragma once

#include <vector>

#include "disc/subchannel.h"
#include "operations/rip.h"
#include "operations/rip_passes.h"
#include "operations/rip_plan.h"
#include "operations/rip_store.h"

namespace pregap::operations {

class RipFinish {
 public:
  RipFinish(const RipPlan& plan, RipStore& store, const RipPasses& passes,
            const RipOptions& options, RipReport& report)
      : plan_(plan), store_(store), passes_(passes), options_(options), report_(report) {}

  // The disc as the work files hold it then.
  Disc run();

 private:
  Disc work_disc() const;
  void add_range(std::vector<RipRange>& ranges, std::int32_t index) const;
  void fill(std::int32_t index, const Disc& disc);
  void finish_subchannel(std::int32_t index, const SubchannelMaker& maker);
  void count_by_track(const Disc& finished);
  void count_missing_samples();

  const RipPlan& plan_;
  RipStore& store_;
  const RipPasses& passes_;
  const RipOptions& options_;
  RipReport& report_;
};

}  // namespace pregap::operations
