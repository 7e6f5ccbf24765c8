// Expert Witness images (E01, with its further segments; Ex01), through libewf.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "bytes/container_kind.h"
#include "pregap/error.h"
#ifdef PREGAP_EWF
#include "bytes/ewf_handle.h"
#endif

namespace pregap {
namespace {

using namespace std::string_view_literals;

bool probe(const Packed& packed) {
  return begins_with(packed.head, "EVF\x09\x0D\x0A\xFF\0"sv) ||
         begins_with(packed.head, "EVF2\x0D\x0A\x81\0"sv);
}

#ifdef PREGAP_EWF

// libewf's handle has one position and no locks.
class EwfSource final : public ByteSource {
 public:
  explicit EwfSource(const std::filesystem::path& path) : name_(path.string()), handle_(name_) {
    files_ = handle_.open_all(path);
    libewf_error_t* error = nullptr;
    size64_t size = 0;
    handle_.require(libewf_handle_get_media_size(handle_.get(), &size, &error),
                    ErrorCode::malformed, "tell the media's size", error);
    size_ = size;
    // A chunk whose checksum disagrees is read as it is, and counted.
    libewf_handle_set_read_zero_chunk_on_error(handle_.get(), 0, nullptr);
  }

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size_) return 0;
    const std::lock_guard lock(mutex_);
    const std::size_t wanted = std::min<std::uint64_t>(out.size(), size_ - offset);
    std::size_t done = 0;
    while (done < wanted) {
      libewf_error_t* error = nullptr;
      const ssize_t n = libewf_handle_read_random(handle_.get(), out.data() + done, wanted - done,
                                                  static_cast<off64_t>(offset + done), &error);
      if (n <= 0) {
        handle_.require(
            -1, ErrorCode::unreadable,
            fmt::format("read {} bytes at byte {} of the content", wanted - done, offset + done)
                .c_str(),
            error);
      }
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  const EwfHandle& handle() const { return handle_; }
  const std::vector<std::filesystem::path>& files() const { return files_; }

  // What was read so far had these chunks whose checksums disagree.
  std::vector<Problem> checksum_problems() const {
    constexpr std::uint32_t kMostShown = 50;
    const std::lock_guard lock(mutex_);
    std::uint32_t count = 0;
    libewf_handle_get_number_of_checksum_errors(handle_.get(), &count, nullptr);
    std::vector<Problem> problems;
    const auto add = [&](const std::string& message) {
      problems.push_back({.severity = Severity::fault,
                          .code = "container.crc",
                          .message = fmt::format("{}: {}", name_, message)});
    };
    for (std::uint32_t i = 0; i < std::min(count, kMostShown); ++i) {
      std::uint64_t first = 0, sectors = 0;
      libewf_handle_get_checksum_error(handle_.get(), i, &first, &sectors, nullptr);
      add(fmt::format("the checksum of sectors {} to {} disagrees with them, expected it to agree",
                      first, first + std::max<std::uint64_t>(sectors, 1) - 1));
    }
    if (count > kMostShown) add(fmt::format("{} more chunks like these", count - kMostShown));
    return problems;
  }

 private:
  std::string name_;
  EwfHandle handle_;
  std::vector<std::filesystem::path> files_;
  std::uint64_t size_ = 0;
  mutable std::mutex mutex_;
};

struct StoredHash {
  DigestKind kind;
  std::string name, value;
};

std::vector<StoredHash> stored_hashes(const EwfHandle& handle) {
  std::vector<StoredHash> hashes;
  for (const auto& [kind, name] :
       {std::pair(DigestKind::md5, "MD5"), std::pair(DigestKind::sha1, "SHA1")}) {
    const std::string value = to_lower(handle.hash_value(name));
    if (!value.empty()) hashes.push_back({kind, name, value});
  }
  return hashes;
}

// One read of it all: the stored hashes, and libewf's look at every chunk.
std::vector<Problem> verify(const EwfSource& source, const WorkOptions& work) {
  const std::vector<StoredHash> stored = stored_hashes(source.handle());
  std::vector<std::unique_ptr<Digest>> digests;
  for (const StoredHash& hash : stored) digests.push_back(make_digest(hash.kind));
  if (work.progress != nullptr) work.progress->add_total(source.size());
  std::vector<std::uint8_t> bytes(std::size_t{1} << 20);
  for (std::uint64_t at = 0; at < source.size();) {
    if (work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, source.name(), "stopped, expected to go on");
    }
    const std::size_t n = source.read(at, bytes);
    for (const auto& digest : digests) digest->update(std::span(bytes).first(n));
    at += n;
    if (work.progress != nullptr) work.progress->advance(n);
  }
  std::vector<Problem> problems = source.checksum_problems();
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const std::string found = digests[i]->finish();
    if (found == stored[i].value) continue;
    problems.push_back(
        {.severity = Severity::fault,
         .code = "container.hash",
         .message = fmt::format("{}: {} {} of the content, expected {}", source.name(),
                                stored[i].name, found, stored[i].value)});
  }
  if (stored.empty()) {
    problems.push_back({.severity = Severity::note,
                        .code = "container.hash",
                        .message = source.name() + ": no hash of the content is stored in it"});
  }
  return problems;
}

Container open(const Packed& packed, const ContainerOptions&) {
  if (!packed.on_disk) {
    throw Error(ErrorCode::unsupported, packed.path.string(),
                "an EnCase image within another container, expected it in a file of its own",
                "unpack it first");
  }
  const auto source = std::make_shared<EwfSource>(packed.path);
  Container container{.kind = "ewf",
                      .facts = {},
                      .files = source->files(),
                      .name = packed.path.stem().string() + ".img",
                      .content = source};
  const EwfHandle& handle = source->handle();
  for (const std::string& identifier : handle.header_identifiers()) {
    const std::string value = handle.header_value(identifier);
    if (!value.empty()) container.facts.emplace_back(identifier, printable(value, 1000));
  }
  for (const StoredHash& hash : stored_hashes(handle)) {
    container.facts.emplace_back("stored_" + to_lower(hash.name), hash.value);
  }
  std::uint32_t sector_size = 0;
  if (libewf_handle_get_bytes_per_sector(handle.get(), &sector_size, nullptr) == 1) {
    container.facts.emplace_back("sector_bytes", fmt::format("{}", sector_size));
  }
  container.facts.emplace_back("segments", fmt::format("{}", container.files.size()));
  container.facts.emplace_back("bytes", fmt::format("{}", source->size()));
  container.verify = [source](const WorkOptions& work) { return verify(*source, work); };
  return container;
}

#else

Container open(const Packed& packed, const ContainerOptions&) {
  throw Error(ErrorCode::unsupported, packed.path.string(),
              "an EnCase image, and this pregap was built without libewf",
              "build it with libewf-dev installed, or ewfexport -f raw converts the image");
}

#endif

}  // namespace

const ContainerKind kEwfKind{.probe = probe, .open = open};

}  // namespace pregap
