// From one format to another, with an account of what the target can't hold.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pregap/disc.h"
#include "pregap/image.h"
#include "pregap/verify.h"
#include "pregap/work.h"

namespace pregap {

enum class Form2 : std::uint8_t {
  refuse,  // a form 2 sector ends the conversion with an error
  cut,     // the first 2048 bytes of its user data
  whole,   // its user data whole: 2324 bytes (2336 of a mode 2 sector without form)
  raw,     // all 2352 bytes of every sector, whatever its kind
};

// Something that the target does not hold.
struct Loss {
  std::string what;       // "subheaders", "audio_tracks", ...: docs/json.md lists them
  std::string message;    // one line
  bool rebuilds = false;  // can be built anew, byte for byte, from what the target holds
};

// What an E01 says of where its content is from; empty: nothing.
struct Acquisition {
  std::string case_number, examiner, evidence, description, notes;
  bool operator==(const Acquisition&) const = default;
};

struct ConvertOptions {
  WorkOptions work;
  // "iso", "cue", "ccd", "toc", "gdi", "bin", "wav" or "flac"; of disks "img", "gz", "zip", "imz",
  // "qcow2", "vmdk", "vdi", "vhd", "vhdx" or "e01"; empty: as the output's ending says.
  std::string to;
  bool force = false;                // replace existing outputs
  bool sync = false;                 // flush the outputs to the disk before they get their names
  std::optional<int> track;          // to ISO: this data track
  bool keep_damaged = false;         // to ISO: sectors that can't be corrected as they were found
  std::optional<std::uint8_t> fill;  // to ISO: or filled with this byte
  Form2 form2 = Form2::refuse;
  bool mode2 = false;  // from 2048 bytes: mode 2 form 1 instead of mode 1

  bool split_tracks = false;  // one file a track instead of one for all
  bool make_subchannel =
      false;             // to CCD: P and Q as the layout asks for, where the source has none
  bool no_loss = false;  // refuse if the target can't hold something of the source
  bool verify = false;   // read the output back and hold it against the source

  // To disk formats.
  bool sparse = false;           // raw: runs of zeros become holes
  std::uint64_t split_size = 0;  // raw, E01: bytes a file; 0: one file
  Acquisition acquisition{};     // E01: what its header says

  // Called with what will be lost before the first byte is written; may be empty. Sectors whose
  // kind only the conversion shows may add to it.
  std::function<void(const std::vector<Loss>&)> before_writing{};
};

struct ConvertReport {
  bool of_disk = false;   // content as it is, to a disk format: no sectors, no corrections
  bool verified = false;  // read back and found equal, if asked for
  bool written = false;   // false: sectors could not be corrected, and nothing was left behind
  std::vector<std::filesystem::path> outputs;
  std::uint64_t bytes = 0;          // of all outputs
  std::uint64_t content_bytes = 0;  // of a disk image: what was converted
  std::string sha1;                 // of that
  std::int64_t sectors = 0;         // converted ones
  std::int64_t corrected = 0;       // bad ones whose user data came out proven or untouched
  std::int64_t kept_damaged = 0;    // bad ones written as found
  std::int64_t filled = 0;          // bad ones written as the fill byte
  std::int64_t uncorrectable = 0;   // bad ones that nothing in the image corrects
  std::vector<BadRange> bad;        // each with whether it was corrected, as `repairable`
  std::vector<Loss> losses;
  std::vector<Problem> problems;
  bool sound() const;  // written, nothing left bad, no part of the source missing
};

// What `out` becomes is told by its ending, or by options.to:
//   .iso              the user data of one data track, corrected on the way
//   .cue .toc         a sheet with X.bin beside it, or one .bin a track
//   .ccd              with X.img, and X.sub for sub-channel
//   .gdi              with one file a track
//   .bin .img .raw    raw sectors alone
//   .wav .flac        an audio track; or all of them, if `out` is a folder and options.to says so
// Throws Error: usage (several data tracks and none chosen), unsupported (form 2 without a choice,
// other endings), refused (no_loss), exists, unwritable, unreadable, stopped. After an error
// nothing is left behind.
ConvertReport convert(const Disc& disc, const std::filesystem::path& out,
                      const ConvertOptions& options = {});

// Any image: a disc as above, a disk image to another format of those.
//   .img .dd .raw .ima   the content as it is; .001, or options.split_size: in several files
//   .gz .zip .imz        packed
//   .qcow2 .vmdk .vdi .vhd .vhdx   through qemu-utils
//   .E01                 through libewf
// Discs whose file is their content (.iso, and raw sectors) can be packed, an .iso can become any
// of them too. Throws the same, and Error(unsupported) that names a missing package.
ConvertReport convert(const Image& image, const std::filesystem::path& out,
                      const ConvertOptions& options = {});

}  // namespace pregap
