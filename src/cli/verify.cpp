#include "pregap/verify.h"

#include <algorithm>
#include <memory>
#include <set>

#include "cli/cli.h"
#include "cli/image_list.h"
#include "cli/progress_line.h"
#include "operations/hashing.h"
#include "operations/look.h"
#include "operations/verify_disk.h"
#include "report/json.h"
#include "report/text.h"
#include "report/totals.h"
#include "report/verify_disk.h"

namespace pregap::cli {
namespace {

namespace fs = std::filesystem;

struct VerifyArguments {
  CommonOptions common;
  std::vector<std::string> images;
  std::vector<std::string> folders;
  std::string files_from;
  std::string hash;  // "true": the flag alone
  bool strict = false;

  std::vector<std::string> hashes() const {
    if (hash.empty()) return {};
    std::vector<std::string> names = {"crc32", "md5", "sha1"};
    if (hash == "true") return names;
    for (std::size_t at = 0; at <= hash.size();) {
      const std::size_t end = std::min(hash.find(',', at), hash.size());
      names.push_back(hash.substr(at, end - at));
      at = end + 1;
    }
    return names;
  }
};

// The same for every way to the same file, as far as the folders on it let themselves be read.
fs::path identity_of(const fs::path& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal() : canonical;
}

class Verifier {
 public:
  explicit Verifier(const VerifyArguments& args) : args_(args) {}

  int run() {
    operations::parse_hashes(args_.hashes());  // a wrong name once, not once an image
    for (const std::string& image : args_.images) {
      if (image == "-") {
        check_list(image);
      } else {
        check(image);
      }
    }
    if (!args_.files_from.empty()) check_list(args_.files_from);
    for (const std::string& folder : args_.folders) check_folder(folder);
    print_totals();
    return status_;
  }

 private:
  void check(const std::string& image) {
    const int status = run_guarded(image, args_.common, [&] {
      return check_look(operations::look_for_disk(image, args_.common.open()));
    });
    if (status == kFailed) totals_.add_failure(image);
    status_ = std::max(status_, status);
  }

  int check_look(const operations::Look& look) {
    for (const Container& container : look.image.containers) {
      for (const fs::path& file : container.files) named_.insert(identity_of(file));
    }
    return look.image.disc ? check_disc(*look.image.disc) : check_disk(look);
  }

  VerifyOptions options(ProgressLine& progress) const {
    return {.work = {.threads = args_.common.threads, .progress = &progress, .stop = stop_token()},
            .hashes = args_.hashes()};
  }

  int check_disk(const operations::Look& look) {
    operations::DiskReport report;
    {
      ProgressLine progress(look.image.path.string(), progress_wanted(args_.common.quiet));
      report = operations::verify_disk(look, options(progress));
    }
    totals_.add(look.image.path.string(), report.verdict, look.image.bytes->size());
    const int status = status_of(report.verdict, report.problems);
    if (args_.common.json) {
      print(report::verify_disk_json(look, report) + '\n');
    } else if (!args_.common.quiet || status != kSound) {
      print(report::verify_disk_text(look, report, args_.common.style()));
    }
    return status;
  }

  int check_disc(const Disc& disc) {
    for (const DiscFile& file : disc.files) named_.insert(identity_of(file.path));
    VerifyReport report;
    {
      ProgressLine progress(disc.path.string(), progress_wanted(args_.common.quiet));
      report = verify(disc, options(progress));
    }
    totals_.add(disc, report);
    const int status = status_of(report);
    if (args_.common.json) {
      print(report::verify_json(disc, report) + '\n');
    } else if (!args_.common.quiet || status != kSound) {
      print(report::verify_text(disc, report, args_.common.style()));
    }
    return status;
  }

  int status_of(Verdict verdict, const std::vector<Problem>& problems) const {
    if (verdict == Verdict::repairable || verdict == Verdict::damaged) return kFaults;
    const bool strict_fault = args_.strict && std::ranges::any_of(problems, [](const Problem& p) {
                                return p.severity != Severity::note;
                              });
    return strict_fault ? kFaults : kSound;
  }

  int status_of(const VerifyReport& report) const {
    const auto any = [](const auto& counts) {
      return std::ranges::any_of(counts, [](std::int64_t n) { return n > 0; });
    };
    if (args_.strict && (any(report.tally.notes) || any(report.tally.faults))) return kFaults;
    return status_of(report.verdict, report.problems);
  }

  void check_list(const std::string& list) {
    many_ = true;
    const int status = run_guarded(list, args_.common, [&] {
      for (const std::string& image : read_name_list(list)) check(image);
      return kSound;
    });
    status_ = std::max(status_, status);
  }

  void check_folder(const std::string& folder) {
    many_ = true;
    const int status = run_guarded(folder, args_.common, [&] {
      const FolderSearch found = search_folder(folder);
      for (const Error& error : found.errors) {
        status_ = std::max(status_,
                           run_guarded(error.place(), args_.common, [&]() -> int { throw error; }));
        totals_.add_failure(error.place());
      }
      for (const std::string& sheet : found.sheets) check(sheet);
      for (const std::string& image : found.bare) check_bare(image);
      return kSound;
    });
    status_ = std::max(status_, status);
  }

  // A file that a sheet names has been checked with it; one that is no disc image is passed over.
  void check_bare(const std::string& image) {
    if (named_.contains(identity_of(image))) return;
    bool skipped = false;
    const int status = run_guarded(image, args_.common, [&]() -> int {
      try {
        const auto look = operations::look_for_disk(image, args_.common.open());
        skipped = look.is_unknown() && !operations::has_container_checks(look.image);
        return skipped ? kSound : check_look(look);
      } catch (const Error& error) {
        skipped = error.code() == ErrorCode::unrecognised;
        if (!skipped) throw;
        return kSound;
      }
    });
    totals_.skipped += skipped;
    if (status == kFailed) totals_.add_failure(image);
    status_ = std::max(status_, status);
  }

  void print_totals() {
    if (!many_ && (args_.common.json || totals_.images() < 2)) return;
    if (args_.common.quiet && !args_.common.json && status_ == kSound) return;
    print(args_.common.json ? report::totals_json(totals_) + '\n'
                            : report::totals_text(totals_, args_.common.style()));
  }

  const VerifyArguments& args_;
  report::Totals totals_;
  std::set<fs::path> named_;  // by the sheets checked so far
  bool many_ = false;         // a list or a folder was asked for
  int status_ = kSound;
};

}  // namespace

Command add_verify(CLI::App& app) {
  const auto args = std::make_shared<VerifyArguments>();
  CLI::App* command = app.add_subcommand("verify", "Every check that an image allows");
  command->add_option(
      "IMAGE", args->images,
      "Images: of discs (.cue, .ccd, .toc, .gdi, .bin, .iso ...) and of disks (.img, .ima, .dd "
      "...); - reads names from standard input");
  command
      ->add_option("-r,--recursive", args->folders,
                   "Check every image below this folder, and end with totals")
      ->allow_extra_args(false)
      ->type_name("DIR");
  command
      ->add_option("--files-from", args->files_from,
                   "Check the images listed in FILE, one name a line; - is standard input")
      ->type_name("FILE");
  command->add_flag(
      "--hash", args->hash,
      "CRC-32, MD5 and SHA-1 of files, tracks and partitions, in the same read; --hash=sha256,... "
      "adds sha256, sha384 or sha512");
  command->add_flag("--strict", args->strict,
                    "Notes, warnings and bad Q frames count for the exit status too");
  add_common_options(*command, args->common, Work::whole_image);
  command->callback([args] {
    if (args->images.empty() && args->folders.empty() && args->files_from.empty()) {
      throw CLI::RequiredError("IMAGE, --recursive DIR or --files-from FILE");
    }
  });
  return [args] { return Verifier(*args).run(); };
}

}  // namespace pregap::cli
