#include "operations/repair_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>

#include "base/text.h"
#include "formats/beside.h"
#include "formats/rename.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kSidecars = {".sub", ".sbi", ".lsd", ".cdt"};
constexpr std::array<std::string_view, 4> kDescriptors = {"cue", "ccd", "toc", "gdi"};

bool is_descriptor_format(std::string_view format) {
  return std::ranges::find(kDescriptors, format) != kDescriptors.end();
}

void require_same_format(const Disc& disc, const fs::path& out) {
  const std::string ending = to_lower(out.extension().string());
  const std::string own = to_lower(disc.path.extension().string());
  const bool other = is_descriptor_format(disc.format)
                         ? ending != own
                         : !ending.empty() && is_descriptor_format(ending.substr(1));
  if (!other) return;
  throw Error(ErrorCode::usage, out.string(),
              fmt::format("the ending of another format, expected {} like the image's",
                          own.empty() ? "none" : own),
              "convert writes other formats");
}

bool is_word(char c) {
  return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9');
}

bool same_folder(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a.empty() ? "." : a, b.empty() ? "." : b, error) && !error;
}

// File names of the output for those of the image.
class Namer {
 public:
  Namer(const Disc& disc, const fs::path& out)
      : folder_(disc.path.parent_path()),
        out_folder_(out.parent_path()),
        stem_(disc.path.stem().string()),
        out_stem_(out.stem().string()),
        beside_(same_folder(folder_, out_folder_)) {
    std::vector<fs::path> paths;
    for (const DiscFile& file : disc.files) {
      if (std::ranges::find(paths, file.path) == paths.end()) paths.push_back(file.path);
    }
    alone_ = paths.size() == 1;
  }

  // Relative to the output's folder.
  fs::path relative_name(const fs::path& file) const {
    fs::path inner = file.lexically_relative(folder_.empty() ? fs::path(".") : folder_);
    if (folder_.empty()) inner = file.lexically_normal();
    if (inner.empty() || inner.is_absolute() || *inner.begin() == "..") inner = file.filename();
    return inner.parent_path() / new_filename(file.filename());
  }

 private:
  fs::path new_filename(const fs::path& filename) const {
    const std::string name = filename.string();
    const bool begins = name.size() >= stem_.size() &&
                        equal_ignoring_case(name.substr(0, stem_.size()), stem_) &&
                        (name.size() == stem_.size() || !is_word(name[stem_.size()]));
    if (stem_ == out_stem_) return filename;
    if (begins) return out_stem_ + name.substr(stem_.size());
    if (!beside_) return filename;
    return alone_ ? out_stem_ + filename.extension().string() : out_stem_ + " - " + name;
  }

  fs::path folder_, out_folder_;
  std::string stem_, out_stem_;
  bool beside_, alone_ = false;
};

std::size_t add_copy(OutputPlan& plan, const fs::path& from, const fs::path& to) {
  const auto known = std::ranges::find(plan.copies, from, &OutputPlan::Copy::from);
  if (known != plan.copies.end()) return static_cast<std::size_t>(known - plan.copies.begin());
  plan.copies.push_back({.from = from, .to = to});
  return plan.copies.size() - 1;
}

std::string read_all(const fs::path& path) {
  const std::unique_ptr<ByteSource> file = open_file(path);
  std::string bytes(file->size(), '\0');
  read_exactly(*file, 0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

bool are_one_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

void require_free_of_sources(const OutputPlan& plan) {
  for (const OutputPlan::Copy& copy : plan.copies) {
    for (const OutputPlan::Copy& other : plan.copies) {
      if (are_one_file(copy.to, other.from)) {
        throw Error(ErrorCode::refused, copy.to.string(),
                    "a file of the image itself, expected another file to write to",
                    "--in-place mends the image where it lies");
      }
      if (&other != &copy && other.to.lexically_normal() == copy.to.lexically_normal()) {
        throw Error(ErrorCode::refused, copy.to.string(),
                    fmt::format("the name for both {} and {}, expected one for each",
                                copy.from.string(), other.from.string()));
      }
    }
  }
}

constexpr std::size_t kCopyAtOnce = std::size_t{1} << 20;
constexpr std::uint64_t kClose = 4096;                        // bytes between two changes
constexpr std::size_t kLongestWindow = std::size_t{1} << 18;  // and not much more

void copy_bytes(const ByteSource& source, OutputFile& to, const WorkOptions& work) {
  std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(kCopyAtOnce, source.size()));
  for (std::uint64_t at = 0; at < source.size(); at += bytes.size()) {
    if (work.stop.stop_requested()) {
      throw Error(ErrorCode::stopped, source.name(), "stopped, expected to go on to the end");
    }
    const std::span<std::uint8_t> part =
        std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), source.size() - at));
    read_exactly(source, at, part);
    to.write(part);
    if (work.progress != nullptr) work.progress->advance(part.size());
  }
}

}  // namespace

OutputPlan plan_output(const Disc& disc, const fs::path& out, const RepairOptions& options) {
  require_same_format(disc, out);
  OutputPlan plan;
  const Namer namer(disc, out);
  const fs::path folder = out.parent_path();
  plan.has_descriptor = is_descriptor_format(disc.format);
  for (const DiscFile& file : disc.files) {
    const fs::path to = file.path == disc.path ? out : folder / namer.relative_name(file.path);
    plan.of_file.push_back(add_copy(plan, file.path, to));
  }
  for (const std::string_view ending : kSidecars) {
    const auto sidecar = formats::find_beside(disc.path, std::array{ending});
    if (sidecar && *sidecar != disc.path) {
      add_copy(plan, *sidecar, folder / namer.relative_name(*sidecar));
    }
  }
  if (plan.has_descriptor) {
    const auto new_name = [&](const fs::path& file) -> std::optional<std::string> {
      const auto known = std::ranges::find(plan.copies, file, &OutputPlan::Copy::from);
      if (known == plan.copies.end() || known->to.filename() == file.filename()) {
        return std::nullopt;
      }
      return namer.relative_name(file).generic_string();
    };
    plan.descriptor =
        formats::renamed_descriptor(disc, read_all(disc.path), options.open, new_name);
    add_copy(plan, disc.path, out);
  }
  require_free_of_sources(plan);
  return plan;
}

RepairOutput::RepairOutput(const OutputPlan& plan, const RepairOptions& options)
    : plan_(plan), options_(options) {
  const Overwrite overwrite = options.force ? Overwrite::replace : Overwrite::refuse;
  for (const OutputPlan::Copy& copy : plan.copies) {
    std::error_code error;
    const fs::path folder = copy.to.parent_path();
    const bool inner = !folder.empty() && !fs::exists(folder, error) &&
                       folder != plan.copies.back().to.parent_path();
    if (!inner) require_writable_target(copy.to, overwrite);
  }
}

RepairOutput::~RepairOutput() {
  files_.clear();
  if (committed_) return;
  for (auto folder = made_folders_.rbegin(); folder != made_folders_.rend(); ++folder) {
    std::error_code error;
    fs::remove(*folder, error);  // if it is empty
  }
}

// Folders inside the output's own, which the image has too.
void RepairOutput::make_folders() {
  const fs::path top = plan_.copies.back().to.parent_path();
  for (const OutputPlan::Copy& copy : plan_.copies) {
    fs::path folder = top;
    for (const fs::path& part : copy.to.parent_path().lexically_relative(top.empty() ? "." : top)) {
      if (part == "." || part.empty()) continue;
      folder /= part;
      std::error_code error;
      if (fs::create_directory(folder, error)) made_folders_.push_back(folder);
      if (error) {
        throw Error(ErrorCode::unwritable, folder.string(),
                    fmt::format("{}, expected a folder for the output", error.message()));
      }
    }
  }
}

void RepairOutput::copy_all() {
  if (!files_.empty()) return;
  make_folders();
  const Overwrite overwrite = options_.force ? Overwrite::replace : Overwrite::refuse;
  for (const OutputPlan::Copy& copy : plan_.copies) {
    auto file = std::make_unique<OutputFile>(copy.to, overwrite);
    const bool descriptor = plan_.has_descriptor && &copy == &plan_.copies.back();
    if (descriptor) {
      file->write({reinterpret_cast<const std::uint8_t*>(plan_.descriptor.data()),
                   plan_.descriptor.size()});
    } else {
      sources_.push_back(open_file(copy.from));
      if (options_.work.progress != nullptr) {
        options_.work.progress->add_total(sources_.back()->size());
      }
      copy_bytes(*sources_.back(), *file, options_.work);
    }
    files_.push_back(std::move(file));
  }
}

void RepairOutput::change(std::size_t file, std::uint64_t offset, std::span<const std::uint8_t>,
                          std::span<const std::uint8_t> after) {
  copy_all();
  const std::size_t copy = plan_.of_file[file];
  const std::uint64_t end = window_.end();
  const bool goes_on = copy == window_.copy && offset >= end && offset - end <= kClose &&
                       window_.bytes.size() < kLongestWindow;
  if (!goes_on) write_window();
  if (window_.bytes.empty()) {
    window_.copy = copy;
    window_.offset = offset;
  }
  const std::size_t held = window_.bytes.size();
  const std::size_t between = static_cast<std::size_t>(offset - window_.end());
  window_.bytes.resize(held + between);
  if (between > 0) {
    read_exactly(*sources_[copy], window_.offset + held, std::span(window_.bytes).subspan(held));
  }
  window_.bytes.insert(window_.bytes.end(), after.begin(), after.end());
}

void RepairOutput::write_window() {
  if (window_.bytes.empty()) return;
  files_[window_.copy]->overwrite(window_.offset, window_.bytes);
  window_.bytes.clear();
}

void RepairOutput::commit() {
  write_window();
  std::vector<OutputFile*> all;
  for (const auto& file : files_) all.push_back(file.get());
  if (options_.sync) std::ranges::for_each(all, &OutputFile::flush_to_disk);
  commit_together(all);
  committed_ = true;
}

void RepairOutput::withdraw() noexcept {
  for (const auto& file : files_) file->withdraw();
  committed_ = false;
}

std::uint64_t RepairOutput::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& file : files_) sum += file->size();
  return sum;
}

}  // namespace pregap::operations
