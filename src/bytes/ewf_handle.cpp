#ifdef PREGAP_EWF
#include "bytes/ewf_handle.h"

#include <fmt/format.h>
#include <libbfio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/text.h"

namespace pregap {
namespace {

constexpr std::size_t kLongestValue = 64 * 1024;

std::string words_of(libewf_error_t*& error) {
  std::array<char, 1024> text{};
  const bool told = error != nullptr && ewf().error_sprint(error, text.data(), text.size()) > 0;
  ewf().error_free(&error);
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
  if (error != nullptr) ewf().error_free(&error);
  return value;
}

// A file that was opened before, as libewf's input.
struct OpenFile {
  EwfSegment segment;
  off64_t at = 0;
};
OpenFile& file_at(intptr_t* file) { return *reinterpret_cast<OpenFile*>(file); }

ssize_t read_file(intptr_t* handle, std::uint8_t* buffer, size_t size, libbfio_error_t**) {
  OpenFile& file = file_at(handle);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(file.segment.descriptor, buffer + done, size - done, file.at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    file.at += n;
    done += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(done);
}

off64_t seek_file(intptr_t* handle, off64_t offset, int whence, libbfio_error_t**) {
  OpenFile& file = file_at(handle);
  const off64_t base = whence == SEEK_CUR ? file.at : whence == SEEK_END ? file.segment.size : 0;
  if (__builtin_add_overflow(base, offset, &offset) || offset < 0) return -1;
  return file.at = offset;
}

libbfio_handle_t* file_of(const EwfSegment& segment) {
  auto* file = new OpenFile{.segment = segment};
  libbfio_handle_t* handle = nullptr;
  const auto is_so = [](intptr_t*, libbfio_error_t**) { return 1; };
  ewf().bfio_handle_initialize(
      &handle, reinterpret_cast<intptr_t*>(file),
      [](intptr_t** own, libbfio_error_t**) {
        delete reinterpret_cast<OpenFile*>(*own);
        *own = nullptr;
        return 1;
      },
      [](intptr_t** copy, intptr_t* own, libbfio_error_t**) {
        *copy = reinterpret_cast<intptr_t*>(new OpenFile(file_at(own)));
        return 1;
      },
      [](intptr_t*, int, libbfio_error_t**) { return 1; },  // it is open, and stays so
      [](intptr_t*, libbfio_error_t**) { return 0; }, &read_file,
      [](intptr_t*, const std::uint8_t*, size_t, libbfio_error_t**) { return ssize_t{-1}; },
      &seek_file, is_so, is_so,
      [](intptr_t* own, size64_t* size, libbfio_error_t**) {
        *size = static_cast<size64_t>(file_at(own).segment.size);
        return 1;
      },
      LIBBFIO_FLAG_IO_HANDLE_MANAGED, nullptr);
  return handle;
}

}  // namespace

EwfHandle::EwfHandle(std::string place) : place_(std::move(place)) {
  libewf_error_t* error = nullptr;
  require(ewf().handle_initialize(&handle_, &error), ErrorCode::unreadable, "begin", error);
}

EwfHandle::~EwfHandle() {
  ewf().handle_close(handle_, nullptr);
  ewf().handle_free(&handle_, nullptr);
}

void EwfHandle::close() {
  libewf_error_t* error = nullptr;
  require(ewf().handle_close(handle_, &error) == 0 ? 1 : -1, ErrorCode::unwritable, "end", error);
}

void EwfHandle::require(int result, ErrorCode code, const char* what,
                        libewf_error_t*& error) const {
  if (result == 1) return;
  throw Error(code, place_, fmt::format("libewf: {}, expected it to {}", words_of(error), what));
}

std::vector<std::filesystem::path> EwfHandle::find_segments(
    const std::filesystem::path& path) const {
  const std::string name = path.string();
  char** names = nullptr;
  int count = 0;
  libewf_error_t* error = nullptr;
  require(ewf().glob(name.c_str(), name.size(), LIBEWF_FORMAT_UNKNOWN, &names, &count, &error),
          ErrorCode::malformed, "find the segment files", error);
  std::vector<std::filesystem::path> files(names, names + count);
  ewf().glob_free(names, count, nullptr);
  return files;
}

void EwfHandle::open_segments(const std::vector<EwfSegment>& segments) {
  libewf_error_t* error = nullptr;
  libbfio_pool_t* pool = nullptr;
  require(
      ewf().bfio_pool_initialize(&pool, 0, LIBBFIO_POOL_UNLIMITED_NUMBER_OF_OPEN_HANDLES, &error),
      ErrorCode::unreadable, "make a pool of files", error);
  for (const EwfSegment& segment : segments) {
    int entry = 0;
    require(
        ewf().bfio_pool_append_handle(pool, &entry, file_of(segment), LIBBFIO_OPEN_READ, &error),
        ErrorCode::unreadable, "take an open file", error);
  }
  require(ewf().handle_open_file_io_pool(handle_, pool, LIBEWF_OPEN_READ, &error),
          ErrorCode::malformed, "open the image", error);
}

void EwfHandle::open_for_writing(const std::string& base) {
  std::string name = base;
  std::array<char*, 1> names = {name.data()};
  libewf_error_t* error = nullptr;
  require(ewf().handle_open(handle_, names.data(), 1, LIBEWF_OPEN_WRITE, &error),
          ErrorCode::unwritable, "open the output", error);
}

std::string EwfHandle::header_value(const std::string& identifier) const {
  return value_of(
      [&](std::size_t* size, libewf_error_t** error) {
        return ewf().handle_get_utf8_header_value_size(handle_, octets(identifier),
                                                       identifier.size(), size, error);
      },
      [&](std::uint8_t* out, std::size_t size, libewf_error_t** error) {
        return ewf().handle_get_utf8_header_value(handle_, octets(identifier), identifier.size(),
                                                  out, size, error);
      });
}

std::string EwfHandle::hash_value(const std::string& identifier) const {
  return value_of(
      [&](std::size_t* size, libewf_error_t** error) {
        return ewf().handle_get_utf8_hash_value_size(handle_, octets(identifier), identifier.size(),
                                                     size, error);
      },
      [&](std::uint8_t* out, std::size_t size, libewf_error_t** error) {
        return ewf().handle_get_utf8_hash_value(handle_, octets(identifier), identifier.size(), out,
                                                size, error);
      });
}

std::vector<std::string> EwfHandle::header_identifiers() const {
  constexpr std::uint32_t kMost = 1000;
  std::uint32_t count = 0;
  libewf_error_t* error = nullptr;
  if (ewf().handle_get_number_of_header_values(handle_, &count, &error) != 1) count = 0;
  if (error != nullptr) ewf().error_free(&error);
  std::vector<std::string> identifiers;
  for (std::uint32_t i = 0; i < std::min(count, kMost); ++i) {
    std::string identifier = value_of(
        [&](std::size_t* size, libewf_error_t** e) {
          return ewf().handle_get_header_value_identifier_size(handle_, i, size, e);
        },
        [&](std::uint8_t* out, std::size_t size, libewf_error_t** e) {
          return ewf().handle_get_header_value_identifier(handle_, i, out, size, e);
        });
    if (!identifier.empty()) identifiers.push_back(std::move(identifier));
  }
  return identifiers;
}

}  // namespace pregap
#endif
