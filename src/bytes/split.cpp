// One image cut into files: x.001, x.002 ... or x.000, or x.aa, x.ab ... as split(1) names them.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "bytes/container_kind.h"
#include "pregap/error.h"

namespace pregap {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostParts = 9999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a name ends as the first part's does.
bool is_first(const std::string& ending) {
  if (ending.size() < 3) return false;
  const std::string_view mark = std::string_view(ending).substr(1);
  if (std::ranges::all_of(mark, is_digit)) {
    return mark.size() >= 3 &&
           std::ranges::all_of(mark.substr(0, mark.size() - 1), [](char c) { return c == '0'; }) &&
           mark.back() <= '1';
  }
  return mark.size() <= 4 && std::ranges::all_of(mark, [](char c) { return to_lower(c) == 'a'; });
}

// "009" to "010", "az" to "ba"; nothing behind the last.
std::optional<std::string> next_mark(std::string mark) {
  for (std::size_t i = mark.size(); i-- > 0;) {
    char& c = mark[i];
    const bool last = c == '9' || c == 'z' || c == 'Z';
    if (!last) {
      ++c;
      return mark;
    }
    c = c == '9' ? '0' : c == 'z' ? 'a' : 'A';
  }
  return std::nullopt;
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

fs::path part_path(const fs::path& first, const std::string& mark) {
  fs::path path = first;
  return path.replace_extension("." + mark);
}

bool probe(const Packed& packed) {
  if (!packed.on_disk) return false;
  const std::string ending = packed.path.extension().string();
  if (!is_first(ending)) return false;
  // A lone part is taken as it is.
  const auto next = next_mark(ending.substr(1));
  return next && is_there(part_path(packed.path, *next));
}

class SplitSource final : public ByteSource {
 public:
  explicit SplitSource(std::vector<std::shared_ptr<const ByteSource>> parts)
      : parts_(std::move(parts)), name_(parts_.front()->name()) {
    for (const auto& part : parts_) {
      begins_.push_back(size_);
      size_ += part->size();
    }
  }

  std::uint64_t size() const noexcept override { return size_; }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    std::size_t done = 0;
    while (done < out.size() && offset + done < size_) {
      const std::uint64_t at = offset + done;
      const auto behind = std::ranges::upper_bound(begins_, at);
      const auto part = static_cast<std::size_t>(behind - begins_.begin()) - 1;
      const std::uint64_t within = at - begins_[part];
      const std::size_t n =
          std::min<std::uint64_t>(out.size() - done, parts_[part]->size() - within);
      read_exactly(*parts_[part], within, out.subspan(done, n));
      done += n;
    }
    return done;
  }

 private:
  std::vector<std::shared_ptr<const ByteSource>> parts_;
  std::vector<std::uint64_t> begins_;
  std::uint64_t size_ = 0;
  std::string name_;
};

// Behind a gap there may be more: then a part is missing, else the row is over.
void refuse_gap(const Packed& packed, std::string mark) {
  constexpr int kLookAhead = 10;
  const fs::path missing = part_path(packed.path, mark);
  for (int i = 0; i < kLookAhead; ++i) {
    const auto next = next_mark(mark);
    if (!next) return;
    mark = *next;
    if (!is_there(part_path(packed.path, mark))) continue;
    throw Error(
        ErrorCode::not_found, packed.path.string(),
        fmt::format("no part {}, expected it before {}", printable(missing.filename().string()),
                    printable(part_path(packed.path, mark).filename().string())));
  }
}

// Every part but the last is as long as the first.
std::vector<Problem> size_problems(const std::vector<std::shared_ptr<const ByteSource>>& parts) {
  std::vector<Problem> problems;
  const std::uint64_t usual = parts.front()->size();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const std::uint64_t size = parts[i]->size();
    if (last ? size <= usual : size == usual) continue;
    problems.push_back(
        {.severity = last ? Severity::warning : Severity::fault,
         .code = "container.part_size",
         .message = fmt::format("{}: {} bytes, expected {}{} as in the first part",
                                parts[i]->name(), size, last ? "at most " : "", usual)});
  }
  return problems;
}

Container open(const Packed& packed, const ContainerOptions&) {
  Container container{
      .kind = "split", .facts = {}, .files = {packed.path}, .name = {}, .content = nullptr};
  container.name = packed.path.stem().string();
  std::vector<std::shared_ptr<const ByteSource>> parts = {packed.bytes};
  std::string mark = packed.path.extension().string().substr(1);
  for (auto next = next_mark(mark); next && parts.size() < kMostParts; next = next_mark(mark)) {
    const fs::path path = part_path(packed.path, *next);
    if (!is_there(path)) {
      refuse_gap(packed, *next);
      break;
    }
    parts.push_back(open_file(path));
    container.files.push_back(path);
    mark = *next;
  }
  container.facts = {{"parts", fmt::format("{}", parts.size())},
                     {"part_bytes", fmt::format("{}", parts.front()->size())}};
  container.problems = size_problems(parts);
  container.verify = [problems = container.problems](const WorkOptions&) { return problems; };
  container.content = std::make_shared<SplitSource>(std::move(parts));
  return container;
}

}  // namespace

const ContainerKind kSplitKind{.probe = probe, .open = open};

}  // namespace pregap
