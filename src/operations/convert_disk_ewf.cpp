// E01 through libewf, with the content's MD5 and SHA-1.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"
#include "operations/convert_disk.h"
#include "pregap/error.h"
#ifdef PREGAP_EWF
#include "bytes/ewf_handle.h"
#endif

namespace pregap::operations {

#ifdef PREGAP_EWF
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::uint32_t kSectorsPerChunk = 64;
constexpr std::uint64_t kSmallestSegment = 1024 * 1024;
constexpr std::uint64_t kLargestSegment = 0x7FFFFFFF;  // offsets of EnCase 6 are of 31 bits

const std::uint8_t* octets(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// As ctime(3) writes it, which is what readers of the format expect.
std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm parts{};
  localtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S %Y", &parts);
  return text.data();
}

class Writer {
 public:
  explicit Writer(const DiskJob& job)
      : job_(job),
        outputs_{.folder = std::make_unique<StagingFolder>(job.out), .files = {}},
        handle_(job.out.string()),
        md5_(make_digest(DigestKind::md5)),
        sha1_(make_digest(DigestKind::sha1)) {}

  DiskOutputs run() {
    handle_.open_for_writing((outputs_.folder->path() / job_.out.stem()).string());
    set_media();
    set_header();
    write_content();
    set_hashes();
    libewf_error_t* error = nullptr;
    if (ewf().handle_write_finalize(handle_.get(), &error) < 0) fail("write its end", error);
    handle_.close();
    adopt();
    return std::move(outputs_);
  }

 private:
  [[noreturn]] void fail(const char* what, libewf_error_t*& error) const {
    handle_.require(-1, ErrorCode::unwritable, what, error);
    throw Error(ErrorCode::unwritable, job_.out.string(), what);
  }
  void require(int result, const char* what, libewf_error_t*& error) const {
    handle_.require(result, ErrorCode::unwritable, what, error);
  }

  void set_media() {
    libewf_handle_t* h = handle_.get();
    libewf_error_t* error = nullptr;
    std::uint64_t segment = job_.options.split_size;
    if (segment != 0 && (segment < kSmallestSegment || segment > kLargestSegment)) {
      throw Error(ErrorCode::usage, job_.out.string(),
                  fmt::format("segments of {} bytes, expected 1 MiB to 2 GiB - 1", segment));
    }
    if (segment == 0) segment = kLargestSegment;
    require(ewf().handle_set_format(h, LIBEWF_FORMAT_ENCASE6, &error), "set the format", error);
    require(ewf().handle_set_maximum_segment_size(h, segment, &error), "set the segments' size",
            error);
    require(
        ewf().handle_set_compression_values(
            h, LIBEWF_COMPRESSION_FAST, LIBEWF_COMPRESS_FLAG_USE_EMPTY_BLOCK_COMPRESSION, &error),
        "set the compression", error);
    require(ewf().handle_set_bytes_per_sector(h, kSector, &error), "set the sector size", error);
    require(ewf().handle_set_sectors_per_chunk(h, kSectorsPerChunk, &error), "set the chunk size",
            error);
    const std::uint64_t size = (job_.content.size() + kSector - 1) / kSector * kSector;
    require(ewf().handle_set_media_size(h, size, &error), "set the media's size", error);
  }

  void set_header() {
    const Acquisition& a = job_.options.acquisition;
    const std::string date = now();
    const std::array<std::pair<std::string, std::string>, 9> values{
        {{"case_number", a.case_number},
         {"description", a.description},
         {"examiner_name", a.examiner},
         {"evidence_number", a.evidence},
         {"notes", a.notes},
         {"acquiry_date", date},
         {"system_date", date},
         {"acquiry_operating_system", "Linux"},
         {"acquiry_software_version", "pregap"}}};
    for (const auto& [name, value] : values) {
      if (value.empty()) continue;
      libewf_error_t* error = nullptr;
      require(ewf().handle_set_utf8_header_value(handle_.get(), octets(name), name.size(),
                                                 octets(value), value.size(), &error),
              "take a header value", error);
    }
  }

  void write_content() {
    read_content(job_, [&](std::uint64_t, std::span<const std::uint8_t> bytes) { write(bytes); });
    const std::uint64_t beyond = job_.content.size() % kSector;
    if (beyond != 0) write(std::vector<std::uint8_t>(kSector - beyond));
  }

  void write(std::span<const std::uint8_t> bytes) {
    md5_->update(bytes);
    sha1_->update(bytes);
    while (!bytes.empty()) {
      libewf_error_t* error = nullptr;
      // The library doesn't change what it writes.
      const ssize_t n = ewf().handle_write_buffer(
          handle_.get(), const_cast<std::uint8_t*>(bytes.data()), bytes.size(), &error);
      if (n <= 0) fail("write the content", error);
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
  }

  void set_hashes() {
    const std::array<std::pair<std::string, std::string>, 2> hashes{
        {{"MD5", md5_->finish()}, {"SHA1", sha1_->finish()}}};
    for (const auto& [name, value] : hashes) {
      libewf_error_t* error = nullptr;
      require(ewf().handle_set_utf8_hash_value(handle_.get(), octets(name), name.size(),
                                               octets(value), value.size(), &error),
              "take a hash", error);
    }
  }

  // x.E01, x.E02 ... beside one another at the target; in small letters if its ending is.
  void adopt() {
    const bool small = job_.out.extension() == ".e01";
    std::vector<std::filesystem::path> segments;
    for (const auto& entry : std::filesystem::directory_iterator(outputs_.folder->path())) {
      segments.push_back(entry.path());
    }
    std::ranges::sort(segments);
    for (const std::filesystem::path& segment : segments) {
      std::filesystem::path target = job_.out.parent_path() / segment.filename();
      if (small) target.replace_extension(to_lower(segment.extension().string()));
      if (segment == segments.front()) target = job_.out;
      outputs_.files.push_back(std::make_unique<OutputFile>(target, job_.overwrite(), segment));
    }
  }

  const DiskJob& job_;
  DiskOutputs outputs_;
  EwfHandle handle_;
  std::unique_ptr<Digest> md5_, sha1_;
};

}  // namespace

DiskOutputs write_ewf_disk(const DiskJob& job) { return Writer(job).run(); }

#else

DiskOutputs write_ewf_disk(const DiskJob& job) {
  throw Error(ErrorCode::unsupported, job.out.string(),
              "this pregap was built without libewf, expected it for .E01",
              "build it with libewf-dev installed");
}

#endif

}  // namespace pregap::operations
