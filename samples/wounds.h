// Known damage, and the list of it. The list tells what was done to which bytes and nothing of what
// a program should make of it: that is for the tests' own reference to say.
#pragma once

#include <nlohmann/json.hpp>

#include "discs.h"
#include "pregap/sector.h"

namespace samples {

// Damages sectors of one kind in an image that begins at LBA 0. Each call adds a row to the list:
//   image    the sheet
//   lba      the sector
//   what     in words
//   done     xor (each byte of the ranges changed), fill, address, mode, copy, scramble
//   ranges   [[offset, count], ...] in the sector: no other byte changed, but what was rebuilt
//   rebuilt  nothing | parity | edc_and_parity: computed anew over the change
class Wounds {
 public:
  using Rows = nlohmann::ordered_json;

  Wounds(std::string image, Bytes& bytes, pregap::SectorKind kind, Rows& rows);

  struct Range {
    std::size_t offset = 0, count = 1;
  };
  enum class Rebuild { nothing, parity, edc_and_parity };

  void change(std::int32_t lba, const std::string& what, const std::vector<Range>& ranges,
              Rebuild rebuild = Rebuild::nothing);
  void fill(std::int32_t lba, const std::string& what, Range range, std::uint8_t value);
  void set_address(std::int32_t lba, const std::string& what, pregap::Lba address, Rebuild rebuild);
  void set_mode(std::int32_t lba, const std::string& what, std::uint8_t mode, Rebuild rebuild);
  void copy_from(std::int32_t lba, const std::string& what, std::int32_t source);
  void scramble(std::int32_t lba, const std::string& what);

 private:
  pregap::MutableRawSector sector(std::int32_t lba);
  void note(std::int32_t lba, const std::string& what, const char* done,
            const std::vector<Range>& ranges, Rebuild rebuild);

  std::string image_;
  Bytes& bytes_;
  pregap::SectorKind kind_;
  Rows& rows_;
};

// FOLDER/mixed.cue, FOLDER/xa.cue and FOLDER/wounds.json.
void write_damaged(const MadeDisc& mixed, const MadeDisc& xa, const std::filesystem::path& folder);

// FOLDER/mixed.cue with a few small wounds, and FOLDER/wounds.json.
void write_scratched(const MadeDisc& mixed, const std::filesystem::path& folder);

}  // namespace samples
