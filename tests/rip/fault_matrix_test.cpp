// Every fault of the simulated drive, alone and in pairs: what can be recovered comes back byte for
// byte; of what can't, exactly those sectors are reported, and no wrong byte is called good.
#include <gtest/gtest.h>

#include <set>

#include "rip/rip_fixture.h"
#include "support/sanitized.h"
#include "support/scale.h"

namespace pregap {
namespace {

using test::differing;
using test::rip_disc;
using test::Ripped;
using test::TempFolder;

using Lbas = std::set<std::int32_t>;

struct Fault {
  const char* query;
  Lbas unread{};       // must be reported as unread,
  Lbas audio_doubt{};  // as in doubt of a disc of audio,
  Lbas form2_doubt{};  // and of one of forms 1 and 2: form 2 has no parity
};

Lbas range(std::int32_t first, std::int32_t last) {
  Lbas result;
  for (std::int32_t lba = first; lba <= last; ++lba) result.insert(lba);
  return result;
}

// Of discs of 300 sectors and more.
std::vector<Fault> all_faults() {
  return {{"unreadable=100-120", range(100, 120)},
          {"unreadable=0,17,40-41,299", {0, 17, 40, 41, 299}},
          {"flaky=60-90&flaky_period=3"},
          {"flaky=0-40"},
          {"scratch=130-133", {}, range(130, 133), {132}},
          {"c2=140-150"},
          {"silent=200-215"},
          {"hang=230-231", {230, 231}},
          {"hang_at=40"},
          {"jitter=5"},
          {"q_errors=7"},
          {"cache=40"},
          {"order=sub-c2"},
          {"lacks=full-toc"},
          {"lacks=raw-sub"}};
}

Lbas doubt_of(const Fault& fault, const std::string& kind) {
  return kind == "audio" ? fault.audio_doubt : kind == "xa" ? fault.form2_doubt : Lbas{};
}

Lbas joined(Lbas a, const Lbas& b) {
  a.insert(b.begin(), b.end());
  return a;
}

std::string key_of(const std::string& query) { return query.substr(0, query.find('=')); }

Lbas sectors_of(const std::vector<operations::RipRange>& ranges) {
  Lbas result;
  for (const operations::RipRange& r : ranges) {
    for (std::int32_t i = 0; i < r.count; ++i) result.insert(r.first.value + i);
  }
  return result;
}

// Whatever differs is said to be unread or in doubt.
void expect_no_wrong_byte_called_good(const Disc& source, const Ripped& rip) {
  const Lbas told = joined(sectors_of(rip.report.unread), sectors_of(rip.report.in_doubt));
  std::array<std::uint8_t, kSectorSize> one, other;
  for (const Track& track : source.tracks) {
    for (Lba lba = track.first_lba(); lba < track.end_lba(); ++lba) {
      source.read_sectors(lba, 1, one);
      ASSERT_EQ(rip.disc.read_sectors(lba, 1, other), 1) << lba.value;
      if (one == other) continue;
      EXPECT_TRUE(told.contains(lba.value)) << "wrong and called good: " << lba.value;
    }
  }
}

class FaultMatrix : public testing::TestWithParam<const char*> {};

int scale() { return static_cast<int>(test::scaled(1)); }

void expect_outcome(const Disc& source, const std::string& query, const Lbas& unread,
                    const Lbas& doubt) {
  const TempFolder folder;
  const auto often = [](operations::RipOptions& options) { options.retries = 40; };
  const bool by_chance = query.find("jitter") != std::string::npos;
  const Ripped rip = by_chance ? rip_disc(source, folder, {.query = query, .options = often})
                               : rip_disc(source, folder, {.query = query});
  EXPECT_EQ(sectors_of(rip.report.unread), unread);
  EXPECT_EQ(sectors_of(rip.report.in_doubt), doubt);
  EXPECT_EQ(rip.report.sound(), unread.empty() && doubt.empty());
  if (unread.empty() && doubt.empty()) {
    EXPECT_EQ(differing(source, rip.disc), "");
  }
  expect_no_wrong_byte_called_good(source, rip);
}

TEST_P(FaultMatrix, EachFaultAloneHasItsOutcome) {
  const std::string kind = GetParam();
  const Disc source = test::source_disc(kind);
  for (const Fault& fault : all_faults()) {
    for (int seed = 1; seed <= scale(); ++seed) {
      const std::string query = std::string(fault.query) + "&seed=" + std::to_string(seed);
      SCOPED_TRACE(kind + ' ' + query);
      expect_outcome(source, query, fault.unread, doubt_of(fault, kind));
    }
  }
}

TEST_P(FaultMatrix, PairsOfFaultsHaveBothOutcomes) {
  const std::string kind = GetParam();
  if (kind == "mode1") return;  // form 1 and 2 are all that it is, and more
  const Disc source = test::source_disc(kind);
  const std::vector<Fault> faults = all_faults();
  int seed = 100;
  for (std::size_t a = 0; a < faults.size(); ++a) {
    for (std::size_t b = a + 1; b < faults.size(); ++b) {
      if (key_of(faults[a].query) == key_of(faults[b].query)) continue;
      const std::size_t every = scale() > 1 ? 1 : test::kSanitized ? 5 : kind == "xa" ? 2 : 1;
      if ((a + b) % every != 0) continue;
      const std::string query =
          std::string(faults[a].query) + '&' + faults[b].query + "&seed=" + std::to_string(++seed);
      SCOPED_TRACE(kind + ' ' + query);
      expect_outcome(source, query, joined(faults[a].unread, faults[b].unread),
                     joined(doubt_of(faults[a], kind), doubt_of(faults[b], kind)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Discs, FaultMatrix, testing::Values("mode1", "audio", "xa"),
                         [](const auto& disc) { return std::string(disc.param); });

}  // namespace
}  // namespace pregap
