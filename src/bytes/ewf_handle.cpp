#ifdef PREGAP_EWF
#include "bytes/ewf_handle.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace pregap {
namespace {

constexpr std::size_t kLongestValue = 64 * 1024;

std::string words_of(libewf_error_t*& error) {
  std::array<char, 1024> text{};
  const bool told = error != nullptr && libewf_error_sprint(error, text.data(), text.size()) > 0;
  libewf_error_free(&error);
  const std::string words = told ? text.data() : "no word of why";
  return printable(words.substr(0, words.find('\n')));
}

const std::uint8_t* octets(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// A value in two steps, as libewf gives them: its size with the zero behind it, then itself.
template <typename GetSize, typename Get>
std::string value_of(GetSize get_size, Get get) {
  libewf_error_t* error = nullptr;
  std::size_t size = 0;
  std::string value;
  if (get_size(&size, &error) == 1 && size > 1 && size <= kLongestValue) {
    value.resize(size);
    if (get(reinterpret_cast<std::uint8_t*>(value.data()), size, &error) != 1) value.clear();
    value.resize(std::min(value.find('\0'), value.size()));
  }
  if (error != nullptr) libewf_error_free(&error);
  return value;
}

}  // namespace

EwfHandle::EwfHandle(std::string place) : place_(std::move(place)) {
  libewf_error_t* error = nullptr;
  require(libewf_handle_initialize(&handle_, &error), ErrorCode::unreadable, "begin", error);
}

EwfHandle::~EwfHandle() {
  libewf_handle_close(handle_, nullptr);
  libewf_handle_free(&handle_, nullptr);
}

void EwfHandle::close() {
  libewf_error_t* error = nullptr;
  require(libewf_handle_close(handle_, &error) == 0 ? 1 : -1, ErrorCode::unwritable, "end", error);
}

void EwfHandle::require(int result, ErrorCode code, const char* what,
                        libewf_error_t*& error) const {
  if (result == 1) return;
  throw Error(code, place_, fmt::format("libewf: {}, expected it to {}", words_of(error), what));
}

std::vector<std::filesystem::path> EwfHandle::open_all(const std::filesystem::path& path) {
  const std::string name = path.string();
  char** names = nullptr;
  int count = 0;
  libewf_error_t* error = nullptr;
  require(libewf_glob(name.c_str(), name.size(), LIBEWF_FORMAT_UNKNOWN, &names, &count, &error),
          ErrorCode::malformed, "find the segment files", error);
  std::vector<std::filesystem::path> files(names, names + count);
  const int opened = libewf_handle_open(handle_, names, count, LIBEWF_OPEN_READ, &error);
  libewf_glob_free(names, count, nullptr);
  require(opened, ErrorCode::malformed, "open the image", error);
  return files;
}

void EwfHandle::open_for_writing(const std::string& base) {
  std::string name = base;
  std::array<char*, 1> names = {name.data()};
  libewf_error_t* error = nullptr;
  require(libewf_handle_open(handle_, names.data(), 1, LIBEWF_OPEN_WRITE, &error),
          ErrorCode::unwritable, "open the output", error);
}

std::string EwfHandle::header_value(const std::string& identifier) const {
  return value_of(
      [&](std::size_t* size, libewf_error_t** error) {
        return libewf_handle_get_utf8_header_value_size(handle_, octets(identifier),
                                                        identifier.size(), size, error);
      },
      [&](std::uint8_t* out, std::size_t size, libewf_error_t** error) {
        return libewf_handle_get_utf8_header_value(handle_, octets(identifier), identifier.size(),
                                                   out, size, error);
      });
}

std::string EwfHandle::hash_value(const std::string& identifier) const {
  return value_of(
      [&](std::size_t* size, libewf_error_t** error) {
        return libewf_handle_get_utf8_hash_value_size(handle_, octets(identifier),
                                                      identifier.size(), size, error);
      },
      [&](std::uint8_t* out, std::size_t size, libewf_error_t** error) {
        return libewf_handle_get_utf8_hash_value(handle_, octets(identifier), identifier.size(),
                                                 out, size, error);
      });
}

std::vector<std::string> EwfHandle::header_identifiers() const {
  constexpr std::uint32_t kMost = 1000;
  std::uint32_t count = 0;
  libewf_error_t* error = nullptr;
  if (libewf_handle_get_number_of_header_values(handle_, &count, &error) != 1) count = 0;
  if (error != nullptr) libewf_error_free(&error);
  std::vector<std::string> identifiers;
  for (std::uint32_t i = 0; i < std::min(count, kMost); ++i) {
    std::string identifier = value_of(
        [&](std::size_t* size, libewf_error_t** e) {
          return libewf_handle_get_header_value_identifier_size(handle_, i, size, e);
        },
        [&](std::uint8_t* out, std::size_t size, libewf_error_t** e) {
          return libewf_handle_get_header_value_identifier(handle_, i, out, size, e);
        });
    if (!identifier.empty()) identifiers.push_back(std::move(identifier));
  }
  return identifiers;
}

}  // namespace pregap
#endif
