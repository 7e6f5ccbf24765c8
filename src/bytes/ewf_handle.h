// libewf's handle, with its errors as ours. The one header that includes libewf.
#pragma once

#include <libewf.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "pregap/error.h"

namespace pregap {

class EwfHandle {
 public:
  explicit EwfHandle(std::string place);
  ~EwfHandle();
  EwfHandle(const EwfHandle&) = delete;
  EwfHandle& operator=(const EwfHandle&) = delete;

  libewf_handle_t* get() const { return handle_; }
  void close();

  // Every segment file of the image whose first one is `path`, in order. Throws Error(malformed).
  std::vector<std::filesystem::path> open_all(const std::filesystem::path& path);
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
