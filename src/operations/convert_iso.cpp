// Raw sectors to an ISO image, correcting on the way.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/digest.h"
#include "base/text.h"
#include "bytes/output_file.h"
#include "disc/pass.h"
#include "operations/convert.h"
#include "operations/losses.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

const Track& choose_track(const Disc& disc, std::optional<int> wanted) {
  std::vector<int> data;
  for (const Track& track : disc.tracks) {
    if (track.is_data()) data.push_back(track.number);
  }
  const std::string place = disc.path.string();
  if (data.empty()) {
    throw Error(ErrorCode::usage, place, "no data track, expected one to convert to ISO");
  }
  if (!wanted) {
    if (data.size() == 1) return *disc.find_track(data.front());
    throw Error(ErrorCode::usage, place,
                fmt::format("{} data tracks ({}), expected one", data.size(), list_of(data)),
                fmt::format("--track N chooses one of {}", list_of(data)));
  }
  const Track* track = disc.find_track(*wanted);
  if (track == nullptr || !track->is_data()) {
    throw Error(ErrorCode::usage, place,
                fmt::format("track {} {}, expected a data track: {}", *wanted,
                            track == nullptr ? "doesn't exist" : "is audio", list_of(data)));
  }
  return *track;
}

// Whether one of the track's files is cut short or has bytes left over.
bool file_is_faulty(const Disc& disc, const Track& track) {
  const auto concerns = [&](const Problem& p) {
    if (p.severity != Severity::fault) return false;
    if (!p.file || track.extents.empty()) return true;
    return std::ranges::any_of(track.extents, [&](const Extent& e) { return e.file == *p.file; });
  };
  return track.missing > 0 || std::ranges::any_of(disc.problems, concerns);
}

class IsoWriter {
 public:
  IsoWriter(const Disc& disc, const ConvertOptions& options, OutputFile& file,
            ConvertReport& report)
      : disc_(disc), options_(options), file_(file), report_(report) {
    if (options.verify) digest_ = make_digest(DigestKind::sha1);
  }

  // Of all that was written; only with options.verify.
  std::string digest() { return digest_->finish(); }

  void take(const SectorVerdict& v) {
    report_.sectors += v.count;
    kinds_[static_cast<std::size_t>(v.kind)] += v.count;
    add_jump(report_.problems, disc_, v);
    refuse_form2(v);
    if (!v.bad()) {
      append_sound(v);
      return;
    }
    // User data that its EDC proves is sound even if parity is beyond repair; but not if the sector
    // belongs elsewhere.
    const bool usable = v.repairable || (options_.form2 != Form2::raw && v.data_proven &&
                                         !v.faults.has(Fault::address));
    add_bad(report_.bad, v.lba, v.faults, usable);
    if (usable) {
      ++report_.corrected;
      append(payload(v));
    } else {
      take_uncorrectable(v);
    }
  }

  bool gave_up() const { return gave_up_; }
  const std::array<std::int64_t, kSectorKinds>& kinds() const { return kinds_; }

 private:
  void refuse_form2(const SectorVerdict& v) const {
    const bool fits = v.kind != SectorKind::mode2_form2 && v.kind != SectorKind::mode2;
    if (fits || options_.form2 != Form2::refuse) return;
    throw Error(ErrorCode::unsupported, fmt::format("{}:LBA {}", disc_.path.string(), v.lba.value),
                fmt::format("a {} sector with {} bytes of user data, expected 2048",
                            v.kind == SectorKind::mode2 ? "formless mode 2" : "form 2",
                            layout_of(v.kind).user_data.size),
                "--form2 cut takes the first 2048 bytes, 2324 the user data whole, raw all 2352 "
                "bytes of every sector");
  }

  std::span<const std::uint8_t> payload(const SectorVerdict& v) const {
    if (options_.form2 == Form2::raw) return v.bytes;
    const FieldRange range = layout_of(v.kind).user_data;
    const bool whole = options_.form2 == Form2::whole &&
                       (v.kind == SectorKind::mode2_form2 || v.kind == SectorKind::mode2);
    return v.bytes.subspan(range.offset, whole ? range.size : kUserDataSize);
  }

  // One or many.
  void append_sound(const SectorVerdict& v) {
    const bool has_2048 = layout_of(v.kind).user_data.size == kUserDataSize;
    if (options_.form2 == Form2::raw) {
      append(v.bytes);
    } else if (has_2048 && !v.user_data.empty()) {
      append(v.user_data);
    } else {
      SectorVerdict one = v;
      for (std::int32_t i = 0; i < v.count; ++i) {
        one.bytes = v.bytes.subspan(static_cast<std::size_t>(i) * kSectorSize, kSectorSize);
        append(payload(one));
      }
    }
  }

  // All bad sectors are still looked for when nothing is written any more: the report names them.
  void take_uncorrectable(const SectorVerdict& v) {
    ++report_.uncorrectable;
    if (options_.fill) {
      ++report_.filled;
      append_filled(v);
    } else if (options_.keep_damaged) {
      ++report_.kept_damaged;
      append(payload(v));
    } else {
      gave_up_ = true;
    }
  }

  void append_filled(const SectorVerdict& v) {
    std::vector<std::uint8_t> bytes(payload(v).begin(), payload(v).end());
    const FieldRange range = layout_of(v.kind).user_data;
    const bool raw = options_.form2 == Form2::raw;
    const auto from = bytes.begin() + (raw ? range.offset : 0);
    std::fill(from, raw ? from + range.size : bytes.end(), *options_.fill);
    append(bytes);
  }

  void append(std::span<const std::uint8_t> bytes) {
    if (gave_up_) return;
    file_.write(bytes);
    if (digest_) digest_->update(bytes);
  }

  const Disc& disc_;
  const ConvertOptions& options_;
  OutputFile& file_;
  ConvertReport& report_;
  std::array<std::int64_t, kSectorKinds> kinds_{};
  bool gave_up_ = false;
  std::unique_ptr<Digest> digest_;  // of what was written, to be held against what is read back
};

// Everything that was written is read again.
void prove_written(OutputFile& file, const std::string& expected) {
  const std::unique_ptr<ByteSource> written = open_file(file.target());
  const std::unique_ptr<Digest> digest = make_digest(DigestKind::sha1);
  std::vector<std::uint8_t> bytes(std::size_t{1} << 20);
  for (std::uint64_t at = 0; at < written->size(); at += bytes.size()) {
    const std::size_t n = written->read(at, bytes);
    digest->update(std::span(bytes).first(n));
  }
  if (digest->finish() == expected) return;
  file.withdraw();
  throw Error(ErrorCode::unwritable, file.target().string(),
              "other bytes were read back, expected those that were written");
}

}  // namespace

ConvertReport convert_to_iso(const Disc& disc, const std::filesystem::path& out,
                             const ConvertOptions& options) {
  const Track& track = choose_track(disc, options.track);
  if (options.mode2) {
    throw Error(ErrorCode::usage, out.string(), "--mode2 for an ISO, expected it for .cue only");
  }
  require_not_a_source(disc, out);
  ConvertReport report;
  report.problems = disc.problems;
  if (file_is_faulty(disc, track) && !options.keep_damaged) return report;

  OutputFile file(out, options.force ? Overwrite::replace : Overwrite::refuse);
  const std::vector<PassRange> range = {
      {.track = &track, .first = track.start_lba(), .sectors = track.sectors()}};
  if (options.work.progress != nullptr) options.work.progress->add_total(stored_bytes(range));
  const std::vector<Loss> known = losses_to_iso(disc, track, {}, options.form2);
  refuse_loss(options, out, known);
  if (options.before_writing) options.before_writing(known);
  IsoWriter writer(disc, options, file, report);
  const PassOptions pass{.work = options.work,
                         .join = true,
                         .content = options.form2 == Form2::raw ? PassOptions::Content::bytes
                                                                : PassOptions::Content::user_data,
                         .mend = true,
                         .aid = {.fills = true},
                         .build_cooked = true};
  run_pass(disc, range, pass, [&](const SectorVerdict& v) { writer.take(v); });
  if (writer.gave_up()) return report;
  report.losses = losses_to_iso(disc, track, writer.kinds(), options.form2);
  refuse_loss(options, out, report.losses);
  if (options.sync) file.flush_to_disk();
  file.commit();
  report.outputs = {out};
  report.bytes = file.size();
  if (options.verify) {
    prove_written(file, writer.digest());
    report.verified = true;
  }
  report.written = true;
  return report;
}

}  // namespace pregap::operations
