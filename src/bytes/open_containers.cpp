#include "bytes/open_containers.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "base/text.h"
#include "bytes/container_kind.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::size_t kHead = 4096;
constexpr std::size_t kDeepest = 8;  // containers in containers

// Sparse files come first, since holes are the outermost thing; the first kind that fits is taken.
constexpr std::array kKinds = {&kSparseKind, &kSplitKind, &kGzipKind,
                               &kZipKind,    &kEwfKind,   &kQemuKind};
constexpr std::array kPackedKinds = {&kGzipKind, &kZipKind};

// Only once, or they would find themselves again.
bool is_of_files(const ContainerKind* kind) { return kind == &kSparseKind || kind == &kSplitKind; }

struct Address {
  std::filesystem::path path;
  std::string member;
};

// "pack.zip:NAME" unless there is a file of that name.
Address address_of(const std::filesystem::path& path, const ContainerOptions& options) {
  std::error_code error;
  if (!options.member.empty() || std::filesystem::exists(path, error)) {
    return {path, options.member};
  }
  const std::string text = path.string();
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    const std::filesystem::path file = text.substr(0, colon);
    if (std::filesystem::is_regular_file(file, error)) return {file, text.substr(colon + 1)};
  }
  return {path, ""};
}

class Peeling {
 public:
  Peeling(const std::filesystem::path& path, const ContainerOptions& options)
      : options_(options), address_(address_of(path, options)) {
    options_.member = address_.member;
    packed_ = {.path = address_.path,
               .on_disk = true,
               .name = address_.path.filename().string(),
               .bytes = open_file(address_.path),
               .head = {}};
  }

  std::vector<Container> peel() {
    for (const ContainerKind* kind = next_kind(); kind != nullptr; kind = next_kind()) {
      Container container = kind->open(packed_, options_);
      packed_.on_disk = packed_.on_disk && kind == &kSparseKind;
      packed_.bytes = container.content;
      packed_.name = container.name;
      if (kind == &kZipKind) options_.member.clear();
      result_.push_back(std::move(container));
      if (result_.size() > kDeepest) {
        throw Error(ErrorCode::unsupported, address_.path.string(),
                    "packed more than 8 times, expected an image within");
      }
    }
    if (!options_.member.empty()) {
      throw Error(ErrorCode::not_found, address_.path.string(),
                  "no archive, expected one with \"" + printable(options_.member) + "\" in it");
    }
    return std::move(result_);
  }

 private:
  const ContainerKind* next_kind() {
    head_.resize(kHead);
    head_.resize(packed_.bytes->read(0, head_));
    packed_.head = head_;
    if (options_.packed_only) {
      for (const ContainerKind* kind : kPackedKinds) {
        if (kind->probe(packed_)) return kind;
      }
      return nullptr;
    }
    for (; stage_ < kKinds.size() && is_of_files(kKinds[stage_]); ++stage_) {
      if (kKinds[stage_]->probe(packed_)) return kKinds[stage_++];
    }
    for (const ContainerKind* kind : kKinds) {
      if (!is_of_files(kind) && kind->probe(packed_)) return kind;
    }
    return nullptr;
  }

  ContainerOptions options_;
  Address address_;
  Packed packed_;
  std::vector<std::uint8_t> head_;
  std::size_t stage_ = 0;
  std::vector<Container> result_;
};

}  // namespace

std::string without_ending(const std::string& name, std::string_view ending) {
  if (name.size() <= ending.size()) return name;
  const std::string_view last = std::string_view(name).substr(name.size() - ending.size());
  return equal_ignoring_case(last, ending) ? name.substr(0, name.size() - ending.size()) : name;
}

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

std::vector<Container> open_containers(const std::filesystem::path& path,
                                       const ContainerOptions& options) {
  return Peeling(path, options).peel();
}

}  // namespace pregap
