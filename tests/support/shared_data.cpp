#include "support/shared_data.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#ifndef PREGAP_SOURCE_DIR
#define PREGAP_SOURCE_DIR "."
#endif

namespace pregap::test {
namespace {

std::filesystem::path expected_place() {
  const char* given = std::getenv("PREGAP_SHARED_DATA");
  if (given != nullptr && *given != '\0') return given;
  return std::filesystem::path(PREGAP_SOURCE_DIR) / ".." / "shared" / "data";
}

}  // namespace

std::optional<std::filesystem::path> shared_data() {
  std::error_code error;
  std::filesystem::path place = expected_place();
  if (!std::filesystem::is_directory(place, error)) return std::nullopt;
  return place;
}

std::string why_no_shared_data() {
  return "no folder " + expected_place().string() +
         ": set PREGAP_SHARED_DATA to the collection of real images to run this test";
}

nlohmann::json read_truth(const std::filesystem::path& folder) {
  std::ifstream in(folder / "truth.json");
  if (!in) throw std::runtime_error("no truth.json in " + folder.string());
  return nlohmann::json::parse(in);
}

std::string sha256_of(std::span<const std::uint8_t> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("EVP_Digest failed");
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

}  // namespace pregap::test
