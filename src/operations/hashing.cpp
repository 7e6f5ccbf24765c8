#include "operations/hashing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;

// The file that is, byte for byte, this track.
std::optional<std::size_t> file_of_whole(const Disc& disc, const Track& track) {
  if (track.extents.size() != 1) return std::nullopt;
  const Extent& extent = track.extents.front();
  const std::uint64_t size = static_cast<std::uint64_t>(extent.sectors) * stride_of(extent.storage);
  if (extent.offset != 0 || size != disc.files[extent.file].bytes->size()) return std::nullopt;
  return extent.file;
}

}  // namespace

std::vector<DigestKind> parse_hashes(const std::vector<std::string>& names) {
  std::vector<DigestKind> kinds;
  for (const std::string& name : names) {
    const std::optional<DigestKind> kind = parse_digest_kind(name);
    if (!kind) {
      throw Error(ErrorCode::usage, "--hash",
                  fmt::format("\"{}\", expected crc32, md5, sha1, sha256, sha384 or sha512",
                              printable(name, 40)));
    }
    if (std::ranges::find(kinds, *kind) == kinds.end()) kinds.push_back(*kind);
  }
  return kinds;
}

// Tracks come in the order of their bytes in a file; what lies between them, before the first or
// behind the last is read on the way.
class Hashing::OfFiles {
 public:
  OfFiles(const Disc& disc, DigestKind kind) : disc_(disc), kind_(kind) {
    for (std::size_t f = 0; f < disc.files.size(); ++f) {
      files_.push_back({.digest = make_digest(kind), .done = 0});
    }
  }

  void take(const StoredBytes& stored) {
    File& file = files_[stored.file];
    catch_up(stored.file, stored.offset);
    file.digest->update(stored.bytes);
    file.done += stored.bytes.size();
  }

  void finish(std::vector<FileHashes>& hashes) {
    for (std::size_t f = 0; f < files_.size(); ++f) {
      catch_up(f, disc_.files[f].bytes->size());
      hashes[f].hashes.emplace_back(name_of(kind_), files_[f].digest->finish());
    }
  }

 private:
  struct File {
    std::unique_ptr<Digest> digest;
    std::uint64_t done = 0;
  };

  void catch_up(std::size_t f, std::uint64_t offset) {
    File& file = files_[f];
    while (file.done < offset) {
      buffer_.resize(std::min<std::uint64_t>(kReadSize, offset - file.done));
      read_exactly(*disc_.files[f].bytes, file.done, buffer_);
      file.digest->update(buffer_);
      file.done += buffer_.size();
    }
  }

  const Disc& disc_;
  DigestKind kind_;
  std::vector<File> files_;
  std::vector<std::uint8_t> buffer_;
};

class Hashing::OfTracks {
 public:
  OfTracks(const Disc& disc, DigestKind kind) : kind_(kind) {
    for (const Track& track : disc.tracks) {
      if (!file_of_whole(disc, track)) digests_.emplace(&track, make_digest(kind));
    }
  }
  bool empty() const { return digests_.empty(); }

  void take(const StoredBytes& stored) {
    if (const auto at = digests_.find(stored.track); at != digests_.end()) {
      at->second->update(stored.bytes);
    }
  }

  void finish(std::vector<TrackReport>& tracks) {
    for (TrackReport& report : tracks) {
      if (const auto at = digests_.find(report.track); at != digests_.end()) {
        report.hashes.emplace_back(name_of(kind_), at->second->finish());
      }
    }
  }

 private:
  DigestKind kind_;
  std::map<const Track*, std::unique_ptr<Digest>> digests_;
};

Hashing::Hashing(const Disc& disc, const std::vector<DigestKind>& kinds) : disc_(disc) {
  for (DigestKind kind : kinds) {
    files_.push_back(std::make_unique<OfFiles>(disc, kind));
    tracks_.push_back(std::make_unique<OfTracks>(disc, kind));
    if (tracks_.back()->empty()) tracks_.pop_back();
  }
}

Hashing::~Hashing() = default;

std::vector<ByteTaker> Hashing::takers() {
  std::vector<ByteTaker> takers;
  for (auto& item : files_) takers.push_back([&item](const StoredBytes& s) { item->take(s); });
  for (auto& item : tracks_) takers.push_back([&item](const StoredBytes& s) { item->take(s); });
  return takers;
}

void Hashing::finish(VerifyReport& report) {
  if (files_.empty()) return;
  for (std::size_t f = 0; f < disc_.files.size(); ++f) report.files.push_back({.file = f});
  for (auto& item : files_) item->finish(report.files);
  for (auto& item : tracks_) item->finish(report.tracks);
  for (TrackReport& track : report.tracks) {
    if (const auto file = file_of_whole(disc_, *track.track)) {
      track.hashes = report.files[*file].hashes;
    }
  }
}

}  // namespace pregap::operations
