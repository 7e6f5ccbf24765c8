#include "operations/verify_disk.h"

#include <algorithm>
#include <memory>

#include "base/pipeline.h"
#include "operations/hashing.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::uint64_t kChunk = std::uint64_t{1} << 20;

// One algorithm over the content and each partition.
class DiskDigests {
 public:
  DiskDigests(const Look& look, DigestKind kind) : kind_(kind), whole_(make_digest(kind)) {
    const std::uint64_t end = look.image.bytes->size();
    if (look.contents.tables.empty()) return;
    for (const volumes::Partition& p : look.contents.tables.front().partitions) {
      if (p.offset >= end || p.size == 0) continue;
      parts_.push_back({.from = p.offset,
                        .to = p.offset + std::min(p.size, end - p.offset),
                        .address = p.address,
                        .digest = make_digest(kind)});
    }
  }

  void take(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
    whole_->update(bytes);
    for (Part& part : parts_) {
      const std::uint64_t from = std::max(part.from, offset);
      const std::uint64_t to = std::min(part.to, offset + bytes.size());
      if (from >= to) continue;
      part.digest->update(bytes.subspan(static_cast<std::size_t>(from - offset),
                                        static_cast<std::size_t>(to - from)));
    }
  }

  void finish(DiskReport& report) {
    const std::string name(name_of(kind_));
    report.hashes.emplace_back(name, whole_->finish());
    report.partitions.resize(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      report.partitions[i].address = parts_[i].address;
      report.partitions[i].bytes = parts_[i].to - parts_[i].from;
      report.partitions[i].hashes.emplace_back(name, parts_[i].digest->finish());
    }
  }

 private:
  struct Part {
    std::uint64_t from = 0, to = 0;
    std::string address;
    std::unique_ptr<Digest> digest;
  };
  DigestKind kind_;
  std::unique_ptr<Digest> whole_;
  std::vector<Part> parts_;
};

void hash_disk(const Look& look, const std::vector<DigestKind>& kinds, const WorkOptions& work,
               DiskReport& report) {
  if (kinds.empty()) return;
  const ByteSource& bytes = *look.image.bytes;
  const std::uint64_t chunks = (bytes.size() + kChunk - 1) / kChunk;
  if (work.progress != nullptr) work.progress->add_total(bytes.size());
  std::vector<DiskDigests> digests;
  for (const DigestKind kind : kinds) digests.emplace_back(look, kind);
  using Buffer = std::vector<std::uint8_t>;
  const auto read = [&](std::size_t n, Buffer& buffer) {
    if (work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, bytes.name(), "stopped, not hashed to its end");
    }
    const std::uint64_t at = n * kChunk;
    buffer.resize(static_cast<std::size_t>(std::min(kChunk, bytes.size() - at)));
    read_exactly(bytes, at, buffer);
  };
  std::vector<Consumer<Buffer>> consumers;
  for (std::size_t d = 0; d < digests.size(); ++d) {
    consumers.emplace_back([&, d](std::size_t n, Buffer& buffer) {
      digests[d].take(n * kChunk, buffer);
      if (d == 0 && work.progress != nullptr) work.progress->advance(buffer.size());
    });
  }
  const auto count = static_cast<std::size_t>(chunks);
  OrderedPipeline<Buffer>(count, worker_count(work.threads, count), read, std::move(consumers))
      .run();
  for (DiskDigests& digest : digests) digest.finish(report);
}

// Without those that are there already: containers tell some of them twice.
void add_new(std::vector<Problem>& problems, const std::vector<Problem>& found) {
  for (const Problem& problem : found) {
    if (std::ranges::find(problems, problem.message, &Problem::message) == problems.end()) {
      problems.push_back(problem);
    }
  }
}

Verdict verdict_of(const DiskReport& report) {
  bool faults = false;
  for (const Problem& problem : report.problems) {
    if (problem.severity != Severity::fault) continue;
    if (!problem.repairable) return Verdict::damaged;
    faults = true;
  }
  if (faults) return Verdict::repairable;
  return report.checks.empty() ? Verdict::unchecked : Verdict::good;
}

}  // namespace

bool has_container_checks(const Image& image) {
  return std::ranges::any_of(image.containers,
                             [](const Container& container) { return bool(container.verify); });
}

std::vector<volumes::Check> verify_containers(const std::vector<Container>& containers,
                                              const WorkOptions& work,
                                              std::vector<Problem>& problems) {
  std::vector<volumes::Check> checks;
  for (const Container& container : containers) {
    std::vector<Problem> found = container.problems;  // what opening it showed
    if (container.verify) add_new(found, container.verify(work));
    if (!container.verify) {
      add_new(problems, found);
      continue;
    }
    const bool good = std::ranges::none_of(
        found, [](const Problem& problem) { return problem.severity == Severity::fault; });
    checks.push_back(
        {.name = "container." + container.kind, .partition = {}, .offset = 0, .good = good});
    add_new(problems, found);
  }
  return checks;
}

DiskReport verify_disk(const Look& look, const VerifyOptions& options) {
  const std::vector<DigestKind> kinds = parse_hashes(options.hashes);
  DiskReport report;
  report.checks = verify_containers(look.image.containers, options.work, report.problems);
  volumes::Contents contents = look.contents;
  volumes::check_thoroughly(*look.image.bytes, contents, options.work);
  report.checks.insert(report.checks.end(), contents.checks.begin(), contents.checks.end());
  report.problems.insert(report.problems.end(), contents.problems.begin(), contents.problems.end());
  hash_disk(look, kinds, options.work, report);
  report.verdict = verdict_of(report);
  return report;
}

}  // namespace pregap::operations
