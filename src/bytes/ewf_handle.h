// libewf's handle, with its errors as ours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "bytes/ewf_library.h"
#include "pregap/error.h"

namespace pregap {

// A segment that is open for reading.
struct EwfSegment {
  int descriptor = -1;
  std::int64_t size = 0;  // in bytes
};

class EwfHandle {
 public:
  explicit EwfHandle(std::string place);
  ~EwfHandle();
  EwfHandle(const EwfHandle&) = delete;
  EwfHandle& operator=(const EwfHandle&) = delete;

  libewf_handle_t* get() const { return handle_; }
  void close();

  // Every segment file of the image whose first one is `path`, in order: by their names alone.
  // Throws Error(malformed).
  std::vector<std::filesystem::path> find_segments(const std::filesystem::path& path) const;
  // In order. They are never closed: libewf may ask for them as long as the process lives. Throws
  // Error(malformed).
  void open_segments(const std::vector<EwfSegment>& segments);
  // Segments get `base` and .E01, .E02 ... behind.
  void open_for_writing(const std::string& base);

  std::string header_value(const std::string& identifier) const;  // empty: there is none
  std::string hash_value(const std::string& identifier) const;
  std::vector<std::string> header_identifiers() const;

  // Throws unless libewf's result is good: its own words, `what` it was to do, at the place.
  void require(int result, ErrorCode code, const char* what, libewf_error_t*& error) const;

 private:
  std::string place_;
  libewf_handle_t* handle_ = nullptr;
};

}  // namespace pregap
