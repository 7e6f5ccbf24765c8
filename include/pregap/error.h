// The one exception of pregap: work that can't go on. Damage in an image is never an exception,
// it is a value in a report.
#pragma once

#include <exception>
#include <string>

namespace pregap {

enum class ErrorCode {
  usage,         // arguments that can't be served
  not_found,     // a named file or track doesn't exist
  unreadable,    // there, but can't be read: a folder, no permission, an I/O error
  malformed,     // read, but not what its kind of file must be
  unsupported,   // understood, but beyond what pregap does
  unrecognised,  // content that no format knows
  refused,       // possible, but unsafe or lossy without an explicit option
  exists,        // the output is there already
  unwritable,    // output folder or disk takes no more
  stopped,       // the user asked for it (Ctrl-C)
};

// Shown as "pregap: PLACE: MESSAGE" and, where there is a way out, a second line "hint: HINT".
// PLACE is a path, followed by ":LINE", ":byte n" or ":LBA n" where that is known.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string place, std::string message, std::string hint = {});

  ErrorCode code() const noexcept { return code_; }
  const std::string& place() const noexcept { return place_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& hint() const noexcept { return hint_; }
  const char* what() const noexcept override { return what_.c_str(); }  // "PLACE: MESSAGE"

 private:
  ErrorCode code_;
  std::string place_, message_, hint_, what_;
};

// The code's name as it stands in JSON: "usage", "not_found", ...
const char* name_of(ErrorCode code) noexcept;

}  // namespace pregap
