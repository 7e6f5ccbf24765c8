#include "drive/drive.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "drive/cdb.h"
#include "pregap/error.h"

namespace pregap::drive {
namespace {

struct Meaning {
  Sense sense;
  const char* text;
};
constexpr std::array kMeanings = {
    Meaning{{0x02, 0x04, 0x01}, "becoming ready"},
    Meaning{kNoMedium, "no disc in the drive"},
    Meaning{{0x02, 0x3A, 0x01}, "no disc, tray closed"},
    Meaning{{0x02, 0x3A, 0x02}, "no disc, tray open"},
    Meaning{{0x02, 0x30, 0x00}, "a disc that the drive can't read"},
    Meaning{{0x03, 0x02, 0x00}, "no seek complete"},
    Meaning{{0x03, 0x11, 0x00}, "unrecovered read error"},
    Meaning{kUnrecoveredRead, "uncorrectable read error"},
    Meaning{{0x03, 0x11, 0x06}, "CIRC unrecovered error"},
    Meaning{kInvalidOpcode, "command not known to the drive"},
    Meaning{kOutOfRange, "address out of range"},
    Meaning{kInvalidField, "field in the command not supported"},
    Meaning{kBecameReady, "the disc may have been changed"},
    Meaning{{0x06, 0x29, 0x00}, "the drive was reset"},
    Meaning{kWrongTrackMode, "illegal mode for this track"},
};

}  // namespace

std::string to_string(Sense sense) {
  const std::string code = fmt::format("{:02X}/{:02X}/{:02X}", sense.key, sense.asc, sense.ascq);
  const auto known = std::ranges::find(kMeanings, sense, &Meaning::sense);
  return known == kMeanings.end() ? code : fmt::format("{} ({})", code, known->text);
}

Reply Drive::execute(std::span<const std::uint8_t> cdb, MutableBytes in,
                     std::chrono::milliseconds timeout) {
  if (find_allowed(cdb) == nullptr) {
    throw Error(ErrorCode::refused, name(),
                fmt::format("command {:02X}h of {} bytes, expected one of those that only read",
                            cdb.empty() ? 0 : cdb[0], cdb.size()));
  }
  std::ranges::fill(in, std::uint8_t{0});
  Reply reply = send(cdb, in, timeout);
  reply.received = std::min(reply.received, in.size());
  return reply;
}

}  // namespace pregap::drive
