#include "support/read_file.h"

#include <fstream>
#include <stdexcept>

namespace pregap::test {

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);  // byte after byte is slow unoptimised
  if (!in) throw std::runtime_error(path.string() + " could not be read");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(in.tellg()));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in) throw std::runtime_error(path.string() + " could not be read");
  return bytes;
}

}  // namespace pregap::test
