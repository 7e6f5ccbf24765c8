#include "formats/toc_pieces.h"

#include <algorithm>
#include <span>
#include <utility>

namespace pregap::formats {
namespace {

using Kind = TocStretch::Kind;

class Cutter {
 public:
  Cutter(const std::vector<TocRun>& runs, std::uint32_t stride, const std::vector<DiscFile>& files,
         std::uint64_t joint_offset)
      : runs_(runs), stride_(stride), files_(files), joint_offset_(joint_offset) {}

  TocStretches cut() {
    while (skip_empty()) {
      if (!take_whole()) take_joint();
    }
    return std::move(result_);
  }

 private:
  const TocRun& run() const { return runs_[run_]; }
  std::uint64_t wanted() const { return run().wanted - at_; }
  std::uint64_t stored() const { return run().stored > at_ ? run().stored - at_ : 0; }

  bool skip_empty() {
    while (run_ < runs_.size() && wanted() == 0) {
      ++run_;
      at_ = 0;
    }
    return run_ < runs_.size();
  }

  void add(Kind kind, std::uint64_t sectors) {
    if (sectors == 0) return;
    result_.stretches.push_back({.kind = kind,
                                 .sectors = static_cast<std::int32_t>(sectors),
                                 .file = run().file.value_or(0),
                                 .offset = run().offset + at_,
                                 .swapped = run().swapped});
    at_ += sectors * stride_;
  }

  // Whole sectors of one run; false if there is none.
  bool take_whole() {
    const std::uint64_t whole = wanted() / stride_;
    if (whole == 0) return false;
    if (!run().file) {
      add(Kind::blank, whole);
      return true;
    }
    const std::uint64_t there = std::min(stored() / stride_, whole);
    add(Kind::stored, there);
    add(Kind::missing, whole - there);
    return true;
  }

  // A sector of more than one run, or of one and nothing behind it.
  void take_joint() {
    const std::size_t begin = result_.joints.size();
    result_.joints.resize(begin + stride_);
    std::span<std::uint8_t> rest = std::span(result_.joints).subspan(begin);
    bool from_file = false, missing = false;
    while (!rest.empty() && skip_empty()) {
      const std::size_t size =
          static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), wanted()));
      if (run().file) {
        from_file = true;
        missing = missing || stored() < size;
        if (!missing) copy(rest.first(size));
      }
      at_ += size;
      rest = rest.subspan(size);
    }
    result_.padding = rest.size();
    const Kind kind = missing ? Kind::missing : from_file ? Kind::joint : Kind::blank;
    if (kind != Kind::joint) result_.joints.resize(begin);
    result_.stretches.push_back(
        {.kind = kind, .sectors = 1, .file = 0, .offset = joint_offset_ + begin, .swapped = false});
  }

  void copy(std::span<std::uint8_t> out) const {
    read_exactly(*files_[*run().file].bytes, run().offset + at_, out);
    if (!run().swapped) return;
    for (std::size_t i = 0; i + 1 < out.size(); i += 2) std::swap(out[i], out[i + 1]);
  }

  const std::vector<TocRun>& runs_;
  const std::uint64_t stride_;
  const std::vector<DiscFile>& files_;
  const std::uint64_t joint_offset_;
  std::size_t run_ = 0;
  std::uint64_t at_ = 0;  // bytes of the run that are behind us
  TocStretches result_;
};

}  // namespace

TocStretches cut_into_sectors(const std::vector<TocRun>& runs, std::uint32_t stride,
                              const std::vector<DiscFile>& files, std::uint64_t joint_offset) {
  return Cutter(runs, stride, files, joint_offset).cut();
}

}  // namespace pregap::formats
