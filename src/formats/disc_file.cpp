#include "formats/disc_file.h"

#include <utility>

#include "bytes/open_containers.h"

namespace pregap::formats {

DiscFile open_disc_file(const std::filesystem::path& path, const OpenOptions& options) {
  std::vector<Container> containers = open_containers(
      path, {.allow_outside = options.allow_outside, .packed_only = true, .stop = options.stop});
  DiscFile file{.path = path, .bytes = nullptr};
  if (containers.empty()) {
    file.bytes = open_file(path);
  } else {
    file.bytes = containers.back().content;
    set_containers(file, std::move(containers));
  }
  return file;
}

void set_containers(DiscFile& file, std::vector<Container> containers) {
  for (const Container& container : containers) {
    // A file with holes is read and written like any other.
    if (container.kind != "sparse") file.encoding = container.kind;
  }
  file.containers = std::move(containers);
}

void add_container_problems(Disc& disc) {
  for (std::size_t i = 0; i < disc.files.size(); ++i) {
    for (const Container& container : disc.files[i].containers) {
      for (Problem problem : container.problems) {
        problem.file = i;
        disc.problems.push_back(std::move(problem));
      }
    }
  }
}

}  // namespace pregap::formats
