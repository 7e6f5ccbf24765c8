// What other dumps of the disc are to a repair, beside its single sectors.
#pragma once

#include <optional>
#include <vector>

#include "operations/merge.h"
#include "operations/repair_pass.h"

namespace pregap::operations {

// Nothing without other dumps. Throws what Merger throws.
std::optional<Merger> merger_of(const Disc& disc, const RepairOptions& options);

// How each of them lies.
std::vector<DumpPlace> places_of(const Disc& disc, const RepairOptions& options,
                                 const Merger& merger);

// Adds sectors to the last range if they come from the same place.
void add_provenance(Lba first, std::int32_t count, int dump, BasisSet basis,
                    std::vector<ProvenanceRange>& ranges);

// Hands on the stored Q frames whose CRC fails and for which another dump has a good one, within
// `only` and outside of `skip`; returns how many. `sink` may be null.
std::int64_t merge_q_frames(const Disc& disc, const RepairOptions& options, const Merger& merger,
                            ChangeSink* sink);

// Whether the user lets the sector be changed.
bool is_chosen(const RepairOptions& options, Lba lba);

}  // namespace pregap::operations
