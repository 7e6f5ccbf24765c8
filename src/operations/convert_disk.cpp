// Disk images from one format to another. The content is read once; every format's writer leaves
// whole files that get their names together, and --verify reads them back as any image is read.
#include "operations/convert_disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "bytes/open_containers.h"
#include "operations/convert.h"
#include "operations/losses.h"
#include "pregap/error.h"
#include "volumes/contents.h"

namespace pregap {
namespace operations {

bool is_zero(std::span<const std::uint8_t> bytes) {
  return bytes.empty() ||
         (bytes[0] == 0 && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

void read_content(const DiskJob& job, const PartTaker& take) {
  read_through(
      job.content, 0, job.content.size(), job.options.work, take,
      {[&](std::uint64_t, std::span<const std::uint8_t> bytes) { job.digest.update(bytes); }});
}

}  // namespace operations

namespace {

using operations::DiskJob;
using operations::DiskOutputs;

enum class From : std::uint8_t { disks, isos, any_file };  // whose content a format may take

struct Target {
  std::string_view word;  // an ending without its dot, or --to
  std::string_view format;
  DiskOutputs (*write)(const DiskJob&);
  From from;
  bool whole_sectors;  // of 512 bytes
};
constexpr std::array kTargets = {
    Target{"img", "img", operations::write_raw_disk, From::disks, false},
    Target{"raw", "img", operations::write_raw_disk, From::disks, false},
    Target{"dd", "img", operations::write_raw_disk, From::isos, false},
    Target{"ima", "img", operations::write_raw_disk, From::isos, false},
    Target{"001", "img", operations::write_raw_disk, From::any_file, false},
    Target{"gz", "gz", operations::write_packed_disk, From::any_file, false},
    Target{"zip", "zip", operations::write_packed_disk, From::any_file, false},
    Target{"imz", "imz", operations::write_packed_disk, From::isos, false},
    Target{"qcow2", "qcow2", operations::write_qemu_disk, From::isos, true},
    Target{"vmdk", "vmdk", operations::write_qemu_disk, From::isos, true},
    Target{"vdi", "vdi", operations::write_qemu_disk, From::isos, true},
    Target{"vhd", "vhd", operations::write_qemu_disk, From::isos, true},
    Target{"vhdx", "vhdx", operations::write_qemu_disk, From::isos, true},
    Target{"e01", "e01", operations::write_ewf_disk, From::isos, true},
};
constexpr std::uint64_t kSector = 512;

std::string word_of(const std::filesystem::path& out, const std::string& to) {
  const std::string ending = to_lower(out.extension().string());
  return !to.empty() ? to_lower(to) : ending.empty() ? "" : ending.substr(1);
}

const Target* find_target(const std::string& word) {
  const auto at = std::ranges::find(kTargets, std::string_view(word), &Target::word);
  return at == kTargets.end() ? nullptr : &*at;
}

// A disc whose file is its content, whole and alone.
bool is_bare(const Disc& disc) { return disc.format == "iso" || disc.format == "raw"; }

// Whether a disc goes this way; nothing lost: its file is taken as it is.
bool takes(const Target& target, const Disc& disc) {
  if (!is_bare(disc)) return false;
  return target.from == From::any_file || (target.from == From::isos && disc.format == "iso");
}

bool is_named_like_disc(const std::filesystem::path& path) {
  const std::string ending = to_lower(path.extension().string());
  return ending != ".img" && ending != ".raw" && may_be_disc_image(path);
}

[[noreturn]] void throw_no_target(const std::filesystem::path& out, const std::string& word) {
  constexpr std::string_view kKnown =
      "img, dd, ima, gz, zip, imz, qcow2, vmdk, vdi, vhd, vhdx or E01 of a disk image";
  throw Error(ErrorCode::unsupported, out.string(),
              word.empty()
                  ? fmt::format("a name without an ending, expected {}", kKnown)
                  : fmt::format("output format \"{}\", expected {}", printable(word, 40), kKnown));
}

// "x.iso.gz" of raw sectors would lie about what is in it.
void require_fitting_name(const Image& image, const Target& target,
                          const std::filesystem::path& out) {
  if (!image.disc || target.from != From::any_file) return;
  const std::string inner = to_lower(out.stem().extension().string());
  const bool lies = image.disc->format == "raw" ? inner == ".iso" : inner == ".bin";
  if (!lies) return;
  throw Error(ErrorCode::usage, out.string(),
              fmt::format("a name for {}, expected one for the {} that the image holds",
                          inner == ".iso" ? "an ISO" : "raw sectors",
                          inner == ".iso" ? "raw sectors" : "ISO"),
              fmt::format("convert to {} first", inner));
}

void require_fitting_options(const Target& target, const std::filesystem::path& out,
                             const ConvertOptions& o) {
  const auto refuse = [&](const char* message) {
    throw Error(ErrorCode::usage, out.string(), message);
  };
  if (o.track || o.fill || o.form2 != Form2::refuse || o.mode2 || o.split_tracks ||
      o.make_subchannel) {
    refuse("an option for discs, expected those for disk images alone");
  }
  if (o.sparse && target.format != "img") refuse("--sparse for a packed format, expected .img");
  if (o.split_size > 0 && target.format != "img" && target.format != "e01") {
    refuse("--split-size for this format, expected .img or .E01");
  }
  if (target.format != "e01") operations::refuse_acquisition(out, o);
}

void require_not_a_source(const Image& image, const std::filesystem::path& out) {
  const auto same = [&](const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::equivalent(path, out, error) && !error;
  };
  bool source = same(image.path);
  for (const Container& container : image.containers) {
    source = source || std::ranges::any_of(container.files, same);
  }
  if (source) {
    throw Error(ErrorCode::refused, out.string(),
                "the image itself, expected another file to write to");
  }
}

std::vector<Loss> losses_of(const Image& image, const Target& target) {
  std::vector<Loss> losses;
  const std::uint64_t beyond = image.bytes->size() % kSector;
  if (target.whole_sectors && beyond != 0) {
    losses.push_back({.what = "size",
                      .message = fmt::format(
                          "the size of {} bytes: {} zero bytes fill up the last sector of 512, "
                          "since {} holds whole ones",
                          image.bytes->size(), kSector - beyond, target.format)});
  }
  constexpr std::size_t kMostShown = 6;
  std::string told;
  std::size_t shown = 0;
  for (const Container& container : image.containers) {
    if (container.kind != "ewf") continue;
    for (const auto& [name, value] : container.facts) {
      const bool of_content = name == "bytes" || name == "segments" || name == "sector_bytes";
      if (of_content || shown++ >= kMostShown) continue;
      told += (told.empty() ? "" : ", ") + name;
    }
  }
  if (!told.empty() && target.format != "e01") {
    losses.push_back({.what = "acquisition",
                      .message = fmt::format("what the EnCase image says of itself: {}", told)});
  }
  return losses;
}

// The header of an EnCase image goes on where nothing else was said.
Acquisition acquisition_of(const Image& image, Acquisition given) {
  for (const Container& container : image.containers) {
    if (container.kind != "ewf") continue;
    const auto take = [&](std::string& to, std::string_view name) {
      const auto at = std::ranges::find(
          container.facts, name, [](const auto& fact) { return std::string_view(fact.first); });
      if (to.empty() && at != container.facts.end()) to = at->second;
    };
    take(given.case_number, "case_number");
    take(given.examiner, "examiner_name");
    take(given.evidence, "evidence_number");
    take(given.description, "description");
    take(given.notes, "notes");
  }
  return given;
}

// The outputs, read as any image is: the same content, and nothing but zeros behind it.
void prove(const DiskJob& job, const std::filesystem::path& first, const std::string& sha1) {
  const std::vector<Container> containers = open_containers(first, {.stop = job.options.work.stop});
  const std::shared_ptr<const ByteSource> written =
      containers.empty() ? open_file(first) : containers.back().content;
  const auto other = [&](const std::string& what) {
    throw Error(ErrorCode::unwritable, first.string(),
                what + " read back, expected what was written");
  };
  const std::uint64_t size = job.content.size();
  if (written->size() < size) other(fmt::format("{} bytes", written->size()));
  const std::unique_ptr<Digest> digest = make_digest(DigestKind::sha1);
  read_through(*written, 0, size, job.options.work,
               [&](std::uint64_t, std::span<const std::uint8_t> bytes) { digest->update(bytes); });
  read_through(*written, size, written->size(), job.options.work,
               [&](std::uint64_t, std::span<const std::uint8_t> bytes) {
                 if (!operations::is_zero(bytes)) other("bytes behind the content are");
               });
  if (digest->finish() != sha1) other("other bytes are");
}

void finish(const DiskJob& job, DiskOutputs& outputs, ConvertReport& report) {
  std::vector<OutputFile*> files;
  for (const auto& file : outputs.files) {
    if (job.options.sync) file->flush_to_disk();
    files.push_back(file.get());
    report.outputs.push_back(file->target());
  }
  commit_together(files);
  for (const OutputFile* file : files) report.bytes += file->size();
  if (job.options.verify) {
    try {
      prove(job, report.outputs.front(), report.sha1);
    } catch (...) {
      for (OutputFile* file : files) file->withdraw();
      throw;
    }
    report.verified = true;
  }
  report.written = true;
}

std::vector<Problem> container_problems(const Image& image) {
  std::vector<Problem> problems;
  for (const Container& container : image.containers) {
    problems.insert(problems.end(), container.problems.begin(), container.problems.end());
  }
  return problems;
}

bool is_fault(const Problem& problem) { return problem.severity == Severity::fault; }

ConvertReport convert_disk(const Image& image, const Target& target,
                           const std::filesystem::path& out, ConvertOptions options) {
  require_fitting_name(image, target, out);
  require_fitting_options(target, out, options);
  require_not_a_source(image, out);
  ConvertReport report;
  report.of_disk = true;
  report.problems = container_problems(image);
  report.content_bytes = image.bytes->size();
  if (std::ranges::any_of(report.problems, is_fault) && !options.keep_damaged) return report;
  const bool splits = target.format == "img" && options.split_size > 0;
  if (!splits) {
    require_writable_target(out, options.force ? Overwrite::replace : Overwrite::refuse);
  }
  report.losses = losses_of(image, target);
  operations::refuse_loss(options, out, report.losses);
  if (options.before_writing) options.before_writing(report.losses);
  options.acquisition = acquisition_of(image, options.acquisition);
  const std::unique_ptr<Digest> digest = make_digest(DigestKind::sha1);
  const DiskJob job{.image = image,
                    .content = *image.bytes,
                    .format = target.format,
                    .out = out,
                    .options = options,
                    .digest = *digest};
  DiskOutputs outputs = target.write(job);
  report.sha1 = digest->finish();
  finish(job, outputs, report);
  return report;
}

// An ending that disks have as well: who wants the image for a disk is told how to get it.
void tell_raw_sectors(const Image& image, const std::filesystem::path& out, ConvertReport& report) {
  const volumes::Contents contents = volumes::look_into(*image.bytes);
  const bool hybrid = !contents.tables.empty();
  report.problems.push_back(
      {.severity = Severity::warning,
       .code = "convert.raw_sectors",
       .message = fmt::format(
           "{}: sectors of 2352 bytes, as a CD's raw image has them{}; --to dd writes the ISO as "
           "it is",
           out.string(),
           hybrid ? fmt::format(", while the ISO is a disk too, with a partition table ({})",
                                contents.tables.front().kind)
                  : "")});
}

}  // namespace

ConvertReport convert(const Image& image, const std::filesystem::path& out,
                      const ConvertOptions& options) {
  const std::string word = word_of(out, options.to);
  const Target* target = find_target(word);
  if (image.disc && (target == nullptr || !takes(*target, *image.disc))) {
    ConvertReport report = convert(*image.disc, out, options);
    const bool ambiguous = word == "img" || word == "raw";
    if (report.written && ambiguous && image.disc->format == "iso") {
      tell_raw_sectors(image, out, report);
    }
    return report;
  }
  if (target == nullptr && is_named_like_disc(image.path))
    open_disc(image.path);  // says what it is
  if (target == nullptr) throw_no_target(out, word);
  return convert_disk(image, *target, out, options);
}

}  // namespace pregap
