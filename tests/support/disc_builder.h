// Discs in memory, built from sectors of the tests' reference: what is expected of them comes from
// code that shares nothing with the library. And what the library says of them, as text, so that a
// failing test shows all of it in one comparison.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "disc/judge.h"
#include "pregap/disc.h"
#include "support/image_builder.h"

namespace pregap::test {

struct TrackPlan {
  TrackType type = TrackType::mode1;
  Sectors sectors{};
  Storage storage = Storage::raw2352;
  std::int32_t pregap = 0;  // how many of the sectors lie before INDEX 01
  bool swapped = false;
  std::string declared_as{};
  std::optional<SectorKind> sampled{};  // else the usual one of the type
  std::int32_t hole = 0;                // sectors before the track that no file holds
};

// What a file holds of the sectors: 2448 adds 96 bytes of 0x5A to each, the shorter ones leave out
// what they don't store.
Bytes stored_as(const Sectors& sectors, Storage storage);

void swap_pairs(Bytes& bytes);

// A disc "disc.cue" with one track and one file "trackN.bin" for each plan, one behind the other
// from LBA 0 on. Nothing is sampled.
Disc disc_of(const std::vector<TrackPlan>& plans);

// One track of raw sectors.
Disc disc_of(TrackType type, const Sectors& sectors);

// A file in memory as the disc's, for tests that lay their extents by hand.
DiscFile memory_file(Bytes bytes, const std::string& name);

// "mode1 #5: edc p_parity; note address_jump; repairable; fill 55", the last three where they hold.
std::string describe(const SectorVerdict& verdict);
bool is_odd(const SectorVerdict& verdict);  // bad, or with a note

// The odd sectors in one pass over the disc.
std::vector<std::string> oddities(const Disc& disc);

// Every track: "1 mode1 session 1 index 00=0 01=150 stored 0+300", gaps and missing ones too.
std::vector<std::string> layout_of(const Disc& disc);
std::vector<std::string> problems_of(const std::vector<Problem>& problems);  // "code: message"

// "code: PLACE: MESSAGE" and the hint behind a bar of the Error that `work` throws, else "nothing".
std::string error_of(const std::function<void()>& work);

}  // namespace pregap::test
