// Expert Witness images (E01, with its further segments; Ex01), through libewf.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "bytes/container_kind.h"
#include "bytes/read_through.h"
#include "pregap/error.h"
#ifdef PREGAP_EWF
#include "bytes/ewf_handle.h"
#include "bytes/ewf_worker.h"
#endif

namespace pregap {
namespace {

using namespace std::string_view_literals;

bool probe(const Packed& packed) {
  return begins_with(packed.head, "EVF\x09\x0D\x0A\xFF\0"sv) ||
         begins_with(packed.head, "EVF2\x0D\x0A\x81\0"sv);
}

#ifdef PREGAP_EWF

class EwfSource final : public ByteSource {
 public:
  EwfSource(const std::filesystem::path& path, const std::stop_token& stop)
      : name_(path.string()),
        files_(EwfHandle(name_).find_segments(path)),
        worker_(files_, name_, stop) {}

  std::uint64_t size() const noexcept override { return worker_.facts().size; }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size()) return 0;
    const std::size_t wanted = std::min<std::uint64_t>(out.size(), size() - offset);
    worker_.read(offset, out.first(wanted));
    return wanted;
  }

  const EwfFacts& facts() const { return worker_.facts(); }
  const std::vector<std::filesystem::path>& files() const { return files_; }

  // What was read so far had these chunks whose checksums disagree.
  std::vector<Problem> checksum_problems() const {
    const auto [damage, count] = worker_.damage();
    std::vector<Problem> problems;
    const auto add = [&](const std::string& message) {
      problems.push_back({.severity = Severity::fault,
                          .code = "container.crc",
                          .message = fmt::format("{}: {}", name_, message)});
    };
    for (const auto& [first, last] : damage) {
      add(fmt::format("the checksum of sectors {} to {} disagrees with them, expected it to agree",
                      first, last));
    }
    if (count > damage.size()) {
      add(fmt::format("{} more chunks like these", count - damage.size()));
    }
    return problems;
  }

 private:
  std::string name_;
  std::vector<std::filesystem::path> files_;
  EwfWorker worker_;
};

struct StoredHash {
  DigestKind kind;
  std::string name, value;
};

std::vector<StoredHash> stored_hashes(const EwfFacts& facts) {
  std::vector<StoredHash> hashes;
  if (!facts.md5.empty()) hashes.push_back({DigestKind::md5, "MD5", facts.md5});
  if (!facts.sha1.empty()) hashes.push_back({DigestKind::sha1, "SHA1", facts.sha1});
  return hashes;
}

// One read of it all: the stored hashes, and libewf's look at every chunk.
std::vector<Problem> verify(const EwfSource& source, const WorkOptions& work) {
  const std::vector<StoredHash> stored = stored_hashes(source.facts());
  std::vector<std::unique_ptr<Digest>> digests;
  for (const StoredHash& hash : stored) digests.push_back(make_digest(hash.kind));
  std::vector<PartTaker> takers;
  for (const auto& digest : digests) {
    takers.push_back(
        [&](std::uint64_t, std::span<const std::uint8_t> bytes) { digest->update(bytes); });
  }
  read_through(
      source, 0, source.size(), work, [](std::uint64_t, std::span<const std::uint8_t>) {}, takers);
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

Container open(const Packed& packed, const ContainerOptions& options) {
  if (!packed.on_disk) {
    throw Error(ErrorCode::unsupported, packed.path.string(),
                "an EnCase image within another container, expected it in a file of its own, since "
                "its segments lie beside it",
                "unpack it first: gunzip -k or unzip");
  }
  const auto source = std::make_shared<EwfSource>(packed.path, options.stop);
  Container container{.kind = "ewf",
                      .facts = {},
                      .files = source->files(),
                      .name = packed.path.stem().string() + ".img",
                      .content = source};
  const EwfFacts& facts = source->facts();
  container.facts = facts.header;
  for (const StoredHash& hash : stored_hashes(facts)) {
    container.facts.emplace_back("stored_" + to_lower(hash.name), hash.value);
  }
  if (facts.sector_size > 0) {
    container.facts.emplace_back("sector_bytes", fmt::format("{}", facts.sector_size));
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
