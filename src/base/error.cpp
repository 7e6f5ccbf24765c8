#include "pregap/error.h"

#include <utility>

namespace pregap {

Error::Error(ErrorCode code, std::string place, std::string message, std::string hint)
    : code_(code),
      place_(std::move(place)),
      message_(std::move(message)),
      hint_(std::move(hint)),
      what_(place_.empty() ? message_ : place_ + ": " + message_) {}

const char* name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::unreadable:
      return "unreadable";
    case ErrorCode::malformed:
      return "malformed";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::unrecognised:
      return "unrecognised";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::exists:
      return "exists";
    case ErrorCode::unwritable:
      return "unwritable";
    case ErrorCode::stopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace pregap
