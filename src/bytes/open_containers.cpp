#include "bytes/open_containers.h"

namespace pregap {

std::vector<Container> open_containers(const std::filesystem::path& path,
                                       const ContainerOptions& options) {
  (void)path;
  (void)options;
  return {};
}

}  // namespace pregap
