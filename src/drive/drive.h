// A drive at the level of MMC commands. What is proven on the simulated one runs on a real one.
//
// Every command goes through Drive::execute, which sends none that is not on the list of cdb.h:
// nothing that writes to a disc, to the drive or to its firmware leaves this program.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/endian.h"

namespace pregap::drive {

// Time as the drive's side of the work sees it; tests inject a drive's own.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::nanoseconds now() = 0;  // from any fixed moment on
  virtual void wait(std::chrono::milliseconds duration) = 0;
};

// SPC-4, 4.5: fixed format sense data.
struct Sense {
  std::uint8_t key = 0, asc = 0, ascq = 0;
  constexpr bool operator==(const Sense&) const = default;
};
inline constexpr Sense kUnrecoveredRead{0x03, 0x11, 0x05};  // L-EC uncorrectable error
inline constexpr Sense kWrongTrackMode{0x05, 0x64, 0x00};   // illegal mode for this track
inline constexpr Sense kNoMedium{0x02, 0x3A, 0x00};         // medium not present
inline constexpr Sense kOutOfRange{0x05, 0x21, 0x00};       // logical block address out of range
inline constexpr Sense kInvalidOpcode{0x05, 0x20, 0x00};    // invalid command operation code
inline constexpr Sense kInvalidField{0x05, 0x24, 0x00};     // invalid field in CDB
inline constexpr Sense kBecameReady{0x06, 0x28, 0x00};      // medium may have changed

std::string to_string(Sense sense);  // "03/11/05 (uncorrectable read error)"

enum class Outcome : std::uint8_t {
  good,
  check_condition,  // sense says why
  timed_out,        // the drive did not answer in time
  gone,             // there is no drive any more
};

struct Reply {
  Outcome outcome = Outcome::good;
  Sense sense{};
  std::size_t received = 0;  // bytes of data, where the transport tells; else as many as asked for
  bool good() const { return outcome == Outcome::good; }
};

class Drive {
 public:
  virtual ~Drive() = default;
  Drive() = default;
  Drive(const Drive&) = delete;
  Drive& operator=(const Drive&) = delete;

  // Sends `cdb` and puts what comes back into `in`; bytes that did not come are zero. Throws
  // Error(refused), and sends nothing, for a command that is not on the list.
  Reply execute(std::span<const std::uint8_t> cdb, MutableBytes in,
                std::chrono::milliseconds timeout);

  virtual const std::string& name() const = 0;  // what errors call it
  virtual Clock& clock() = 0;

 private:
  virtual Reply send(std::span<const std::uint8_t> cdb, MutableBytes in,
                     std::chrono::milliseconds timeout) = 0;
};

}  // namespace pregap::drive
