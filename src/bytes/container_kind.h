// What a kind of container is to open_containers(): one row of its table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "bytes/open_containers.h"
#include "pregap/bytes.h"
#include "pregap/container.h"

namespace pregap {

// What may be a container: a file, or what another container holds.
struct Packed {
  std::filesystem::path path;  // of the file on the disk
  bool on_disk = true;         // `bytes` are that file's own
  std::string name;            // by which the ending is told
  std::shared_ptr<const ByteSource> bytes;
  std::span<const std::uint8_t> head;  // the first 4 KiB, less if there is no more
};

struct ContainerKind {
  bool (*probe)(const Packed& packed);
  Container (*open)(const Packed& packed, const ContainerOptions& options);
};

// Where nothing is left in the file that the kind needs, Container::content may be empty, never
// null.
extern const ContainerKind kGzipKind;
extern const ContainerKind kZipKind;
extern const ContainerKind kEwfKind;
extern const ContainerKind kQemuKind;
extern const ContainerKind kSplitKind;
extern const ContainerKind kSparseKind;

// `name` without `ending` (any case); as it is where it has another.
std::string without_ending(const std::string& name, std::string_view ending);

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view magic);

}  // namespace pregap
