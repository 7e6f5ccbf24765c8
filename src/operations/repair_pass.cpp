#include "operations/repair_pass.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "disc/pass.h"
#include "operations/c2.h"
#include "operations/repair_dumps.h"
#include "operations/repair_protection.h"
#include "operations/repair_sector.h"
#include "operations/stored_sector.h"

namespace pregap::operations {
namespace {

// A sector that waits for its successor: only that one tells whether what is wrong is wrong in the
// same way in several neighbours.
struct Item {
  const Track* track = nullptr;
  Lba lba;
  FaultSet faults;
  bool scrambled = false;
  SectorOutcome outcome;
  StoredSector stored;
  Suspicion suspicion;
  bool confirmed = false;  // by a neighbour
};

class RepairPass {
 public:
  RepairPass(const Disc& disc, const RepairOptions& options, ChangeSink* sink)
      : disc_(disc),
        options_(options),
        sink_(sink),
        merger_(merger_of(disc, options)),
        step_(disc, options, merger_ ? &*merger_ : nullptr),
        shared_(disc),
        notes_(disc) {
    report_.problems = disc.problems;
    if (merger_) report_.dumps = places_of(disc, options, *merger_);
    if (!options.c2.empty()) c2_ = open_c2(options.c2, disc);
  }

  RepairReport run() {
    const std::vector<PassRange> ranges = whole_disc(disc_);
    if (options_.work.progress != nullptr) {
      options_.work.progress->add_total(stored_bytes(ranges));
    }
    const PassOptions pass{.work = options_.work,
                           .join = true,
                           .mend = step_.wants_corrected(),
                           .aid = {.pointers = c2_.get(), .fills = true}};
    run_pass(disc_, ranges, pass, [&](const SectorVerdict& v) { take(v); });
    settle_waiting();
    if (merger_) report_.q_frames = merge_q_frames(disc_, options_, *merger_, sink_);
    notes_.finish(report_.problems);
    report_.was_sound = report_.unchanged() && report_.sound();
    return std::move(report_);
  }

 private:
  void take(const SectorVerdict& v) {
    report_.sectors += v.count;
    report_.bad += v.bad() ? v.count : 0;
    if (!step_.concerns(v)) return pass_over(v, v.count);
    SectorVerdict one = v;
    one.count = 1;
    for (std::int32_t i = 0; i < v.count; ++i) {
      one.lba = v.lba + i;
      one.bytes = v.bytes.subspan(static_cast<std::size_t>(i) * kSectorSize, kSectorSize);
      take_one(one);
    }
  }

  void take_one(const SectorVerdict& v) {
    const std::optional<StoredSector> stored = read_stored(disc_, *v.track, v.lba);
    if (!stored) return pass_over(v, 1);
    SectorBytes plain = whole_sector(*stored);
    if (stored->size < kSectorSize) std::copy_n(v.bytes.begin(), kSubheaderOffset, plain.begin());
    const bool scrambled = v.notes.has(Note::scrambled);
    if (scrambled) scramble(plain);
    Item item{.track = v.track,
              .lba = v.lba,
              .faults = v.faults,
              .scrambled = scrambled,
              .outcome = step_.decide(v, plain),
              .stored = *stored,
              .suspicion = suspicion_of(v, plain)};
    if (!v.bad() && !item.outcome.changed && item.outcome.deed == Deed::lost) {
      return pass_over(v, 1);  // sound, and as it should be
    }
    if (item.outcome.deed == Deed::lost) notes_.take_lost(v);
    const bool alike = waiting_ && waiting_->track == v.track && waiting_->lba + 1 == v.lba &&
                       item.suspicion.needs_neighbour() && waiting_->suspicion == item.suspicion;
    if (alike) waiting_->confirmed = item.confirmed = true;
    settle_waiting();
    waiting_ = std::move(item);
    if (!waiting_->suspicion.needs_neighbour()) settle_waiting();
  }

  void pass_over(const SectorVerdict& v, std::int32_t count) {
    settle_waiting();
    if (merger_) add_provenance(v.lba, count, 0, {}, report_.provenance);
  }

  void settle_waiting() {
    if (!waiting_) return;
    settle(*waiting_);
    waiting_.reset();
  }

  void settle(Item& item) {
    SectorOutcome& outcome = item.outcome;
    const Reason reason = reason_to_leave(item);
    if (reason != Reason::none) {
      outcome = {.deed = Deed::left, .reason = reason, .sound_after = item.faults.empty()};
    }
    if (outcome.changed) change(item);
    if (!outcome.sound_after) ++report_.remaining;
    ++report_.deeds[static_cast<std::size_t>(outcome.deed)];
    if (outcome.reason != Reason::none) {
      ++report_.reasons[static_cast<std::size_t>(outcome.reason)];
    }
    add_range(item);
    add_doubts(item);
    if (merger_) add_provenance(item.lba, 1, outcome.dump, outcome.basis, report_.provenance);
  }

  void add_doubts(const Item& item) {
    for (const DumpDoubt& doubt : item.outcome.doubts) {
      if (report_.doubts.size() == kMostRepairRanges) {
        ++report_.doubts_left_out;
      } else {
        report_.doubts.push_back({item.lba, doubt.offset, doubt.size});
      }
    }
  }

  // A sector that nothing leads to is lost, whatever the choice; but one that looks deliberate is
  // called so.
  Reason reason_to_leave(const Item& item) const {
    if (!is_chosen(options_, item.lba))
      return item.outcome.changed ? Reason::not_chosen : Reason::none;
    const bool suspicious =
        item.suspicion.needs_neighbour() ? item.confirmed : item.suspicion.reason != Reason::none;
    // What other dumps have is no guess.
    if (suspicious && !options_.all && item.outcome.deed != Deed::regenerated &&
        item.outcome.deed != Deed::renumbered && item.outcome.dump == 0) {
      return item.suspicion.reason;
    }
    if (!item.outcome.changed) return Reason::none;
    if (shared_.has(*item.track, item.lba)) return Reason::stored_twice;
    if (!disc_.files[item.stored.file].encoding.empty()) return Reason::encoded;
    return Reason::none;
  }

  void change(const Item& item) {
    ++report_.changed;
    SectorBytes sector = item.outcome.bytes;
    if (item.scrambled) scramble(sector);
    const SectorBytes after = stored_form(item.stored, sector);
    const std::span<const std::uint8_t> old(item.stored.bytes.data(), item.stored.size);
    const std::span<const std::uint8_t> fresh(after.data(), item.stored.size);
    if (sink_ == nullptr) return;
    const auto differ = std::ranges::mismatch(old, fresh);
    const std::size_t begin = static_cast<std::size_t>(differ.in1 - old.begin());
    std::size_t end = old.size();
    while (end > begin && old[end - 1] == fresh[end - 1]) --end;
    if (begin == end) return;
    sink_->change(item.stored.file, item.stored.offset + begin, old.subspan(begin, end - begin),
                  fresh.subspan(begin, end - begin));
  }

  void add_range(const Item& item) {
    const SectorOutcome& o = item.outcome;
    std::vector<int> provenance;
    if (o.dump > 0) provenance.push_back(o.dump);
    if (!report_.ranges.empty()) {
      RepairRange& last = report_.ranges.back();
      if (report_.ranges_left_out == 0 && last.first + last.count == item.lba &&
          last.faults == item.faults && last.deed == o.deed && last.reason == o.reason &&
          last.basis == o.basis && last.provenance == provenance) {
        ++last.count;
        return;
      }
    }
    if (report_.ranges.size() == kMostRepairRanges) {
      ++report_.ranges_left_out;
      return;
    }
    report_.ranges.push_back({.first = item.lba,
                              .count = 1,
                              .faults = item.faults,
                              .deed = o.deed,
                              .reason = o.reason,
                              .basis = o.basis,
                              .provenance = std::move(provenance)});
  }

  const Disc& disc_;
  const RepairOptions& options_;
  ChangeSink* sink_;
  std::optional<Merger> merger_;
  SectorStep step_;
  SharedBytes shared_;
  ProtectionNotes notes_;
  std::unique_ptr<Pointers> c2_;
  std::optional<Item> waiting_;
  RepairReport report_;
};

}  // namespace

RepairReport run_repair_pass(const Disc& disc, const RepairOptions& options, ChangeSink* sink) {
  return RepairPass(disc, options, sink).run();
}

}  // namespace pregap::operations
