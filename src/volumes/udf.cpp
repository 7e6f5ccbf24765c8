// UDF (ECMA-167, OSTA UDF) as a file system of an image: what its volume descriptors say, and
// whether each of them agrees with its tag's sum and its CRC.
#include <fmt/format.h>

#include <algorithm>

#include "volumes/file_systems.h"
#include "volumes/findings.h"
#include "volumes/tables.h"
#include "volumes/text.h"
#include "volumes/udf_volume.h"

namespace pregap::volumes {
namespace {

std::string_view name_of(UdfPartition::Kind kind) {
  switch (kind) {
    case UdfPartition::Kind::unknown:
      return "unknown";
    case UdfPartition::Kind::plain:
      return "plain";
    case UdfPartition::Kind::write_once:
      return "virtual";
    case UdfPartition::Kind::sparable:
      return "sparable";
    case UdfPartition::Kind::metadata:
      return "metadata";
  }
  return "";
}

class Reader {
 public:
  // `start` is where the session begins, in bytes; `volume` is null where its root can't be read.
  Reader(const View& view, std::uint64_t start, const UdfAnchor& anchor, const UdfVolume* volume,
         Contents& out)
      : source_(view),
        anchor_(anchor),
        usual_(start / anchor.sector_size + 256),
        volume_(volume),
        findings_(view, "UDF", out) {
    fs_.kind = "UDF";
    fs_.offset = view.offset();
    fs_.partition = view.partition();
  }

  FileSystem read(const std::string& nsr) {
    fs_.facts.emplace_back("recognition", nsr);
    fs_.facts.emplace_back("sector size", std::to_string(anchor_.sector_size));
    read_anchor();
    const Mend mend = UdfPrevailing::of(source_, anchor_.sector_size, anchor_.reserve).is_whole()
                          ? Mend::from_copy
                          : Mend::no;
    UdfPrevailing found;
    for_each_udf_descriptor(
        source_, anchor_.sector_size, anchor_.main,
        [&](UdfDescriptor&& d) {
          check(d.bytes, d.offset, "volume descriptor", mend);
          found.take(std::move(d));
        },
        [&](std::uint64_t at) { check_tag({}, at, "volume descriptor", mend); });
    if (!found.is_whole()) found = prevailing_udf(source_, anchor_);
    take(found);
    read_integrity();
    return std::move(fs_);
  }

 private:
  void fact(const char* name, const std::string& value) {
    if (!value.empty()) fs_.facts.emplace_back(name, value);
  }

  void check_tag(Bytes b, std::uint64_t at, std::string_view what, Mend mend = Mend::no) {
    findings_.check("udf.tag_checksum", at, !b.empty() && udf_tag_is_sound(b),
                    fmt::format("the tag of the {} in sector {} does not agree with its sum", what,
                                at / anchor_.sector_size),
                    Severity::fault, mend);
  }
  void check(Bytes b, std::uint64_t at, std::string_view what, Mend mend = Mend::no) {
    check_tag(b, at, what, mend);
    findings_.check("udf.descriptor_crc", at, udf_crc_is_good(b),
                    fmt::format("the {} in sector {} does not agree with its CRC", what,
                                at / anchor_.sector_size),
                    Severity::fault, mend);
  }

  void read_anchor() {
    const std::uint64_t at = anchor_.sector * anchor_.sector_size;
    std::vector<std::uint8_t> b(512);
    b.resize(source_.read(at, b));
    if (b.size() == 512) check(b, at, "anchor");
    if (volume_ != nullptr && anchor_.sector > usual_ + 256 && has_usual_anchor()) {
      fact("anchor", fmt::format("sector {}, of the last session", anchor_.sector));
      return;
    }
    findings_.check("udf.anchor", usual_ * anchor_.sector_size, anchor_.sector == usual_,
                    fmt::format("no sound anchor in sector {}, there is one in sector {}", usual_,
                                anchor_.sector),
                    Severity::warning);
  }

  bool has_usual_anchor() const {
    return find_udf_anchor_before(source_, anchor_.sector_size, usual_ + 1, 1).has_value();
  }

  void take(const UdfPrevailing& found) {
    if (found.primary) {
      const Bytes b = found.primary->bytes;
      fact("volume", udf_dstring(b.subspan(24, 32)));
      fact("volume set", udf_dstring(b.subspan(72, 128)));
      fact("application", plain_text(b.subspan(345, 23)));
    }
    for (const auto& [number, d] : found.partitions) {
      const std::uint64_t start = load_le32(d.bytes, 188), length = load_le32(d.bytes, 192);
      fact("partition", fmt::format("sectors {}-{}", start, plus(start, length) - 1));
      partition_sectors_ = plus(partition_sectors_, length);
      end_ = std::max(end_, plus(start, length));
    }
    if (found.logical) {
      const Bytes b = found.logical->bytes;
      fs_.label = udf_dstring(b.subspan(84, 128));
      fs_.block_size = load_le32(b, 212);
      const std::uint16_t revision = load_le16(b, 240);
      fact("revision", fmt::format("{:x}.{:02x}", revision >> 8, revision & 0xFF));
      integrity_ = udf_sectors(b, 432);
    }
    if (volume_ == nullptr) return;
    for (const UdfPartition& p : volume_->partitions()) {
      if (p.kind == UdfPartition::Kind::plain) continue;
      fact("partition map", std::string(name_of(p.kind)));
      write_once_ = write_once_ || p.kind == UdfPartition::Kind::write_once;
    }
  }

  void read_integrity() {
    fs_.blocks = partition_sectors_;
    // On discs that are written once a partition reaches to the end of what may be written.
    fs_.size = write_once_ ? std::min(times(end_, anchor_.sector_size), source_.size())
                           : times(end_, anchor_.sector_size);
    const auto d = udf_integrity(source_, anchor_.sector_size, integrity_);
    if (!d) return;
    check(d->bytes, d->offset, "integrity descriptor");
    fact("closed", yes_no(load_le32(d->bytes, 28) == 1));
    const std::uint32_t partitions = load_le32(d->bytes, 72);
    constexpr std::uint32_t kUnknown = 0xFFFFFFFF;
    std::uint64_t free = 0;
    for (std::uint32_t n = 0; n < partitions; ++n) {
      const std::size_t place = 80 + std::size_t{n} * 4;
      if (place + 4 > d->bytes.size() || load_le32(d->bytes, place) == kUnknown) return;
      free += load_le32(d->bytes, place);
    }
    if (partitions > 0) fs_.free_blocks = free;
  }

  ViewSource source_;
  UdfAnchor anchor_;
  std::uint64_t usual_;  // the sector where it is looked for first
  const UdfVolume* volume_;
  Findings findings_;
  FileSystem fs_;
  std::uint64_t partition_sectors_ = 0, end_ = 0;
  bool write_once_ = false;
  UdfSectors integrity_;
};

}  // namespace

std::optional<FileSystem> read_udf(const View& view, Contents& out) {
  return read_udf_session(view, 0, out);
}

std::optional<FileSystem> read_udf_session(const View& view, std::uint64_t start, Contents& out) {
  const auto source = std::make_shared<ViewSource>(view);
  const auto recognition = recognise_udf(*source, start);
  if (!recognition) return std::nullopt;
  std::string why;
  std::unique_ptr<UdfVolume> volume;
  if (view.may_count()) volume = UdfVolume::find(source, start, view.size(), why);
  const auto anchor =
      volume ? std::optional(volume->anchor()) : find_udf_anchor(*source, *recognition, start);
  if (!anchor) {
    if (view.partition().empty()) {
      Findings(view, "UDF", out)
          .warning("udf.anchor", "recognised, but no anchor in sector 256 or at the end");
    }
    return std::nullopt;
  }
  FileSystem fs = Reader(view, start, *anchor, volume.get(), out).read(recognition->nsr);
  if (!volume && view.may_count()) {
    Findings(view, "UDF", out).fault("udf.root", "its files can't be read: " + why);
  }
  return fs;
}

}  // namespace pregap::volumes
