// Small images and what pregap says it loses of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/image_builder.h"
#include "support/program.h"

namespace pregap::test {

using Lines = std::vector<std::string>;

class Conversions : public testing::Test {
 protected:
  RunResult pregap(std::vector<std::string> arguments) const {
    return run_pregap(std::move(arguments), {.folder = folder_.path()});
  }
  // What the report says is lost (`what` of its losses), or what went wrong.
  Lines lost(const std::string& from, const std::string& to) const {
    const RunResult r = pregap({"convert", from, to, "--verify", "--force", "--json"});
    if (r.status != 0) return {r.out + r.err};
    Lines whats;
    const auto losses = json_lines(r.out).at(0).at("losses");
    for (const auto& loss : losses) whats.push_back(loss.at("what"));
    return whats;
  }
  void put(const std::string& name, const Sectors& data, const Sectors& audio = {}) const {
    Bytes bytes = bytes_of(data);
    const Bytes rest = bytes_of(audio);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    folder_.write(name, bytes);
  }

  TempFolder folder_;
};

// Of a data track that ends at LBA 100, with a lead-out as it is told and what follows the entries.
inline std::string one_track_ccd(const std::string& lead_out, const std::string& rest) {
  return "[CloneCD]\nVersion=3\n[Entry 0]\nSession=1\nPoint=0xa2\nADR=0x01\n"
         "Control=0x04\n" +
         lead_out +
         "\n[Entry 1]\nSession=1\nPoint=0x01\nADR=0x01\nControl=0x04\n"
         "PLBA=0\nPMin=0\nPSec=2\nPFrame=0\n" +
         rest;
}
inline constexpr const char* kLeadOut = "PLBA=100\nPMin=0\nPSec=3\nPFrame=25";

}  // namespace pregap::test
