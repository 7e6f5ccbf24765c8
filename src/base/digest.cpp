#include "base/digest.h"

#include <fmt/format.h>
#include <libdeflate.h>
#include <openssl/evp.h>

#include <array>
#include <iterator>
#include <new>

#include "base/text.h"

namespace pregap {
namespace {

constexpr std::array<std::string_view, kDigestKinds> kNames = {"crc32",  "md5",    "sha1",
                                                               "sha256", "sha384", "sha512"};

class Crc32 final : public Digest {
 public:
  void update(std::span<const std::uint8_t> bytes) override {
    crc_ = libdeflate_crc32(crc_, bytes.data(), bytes.size());
  }
  std::string finish() override { return fmt::format("{:08x}", crc_); }

 private:
  std::uint32_t crc_ = 0;
};

const EVP_MD* algorithm_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5:
      return EVP_md5();
    case DigestKind::sha1:
      return EVP_sha1();
    case DigestKind::sha384:
      return EVP_sha384();
    case DigestKind::sha512:
      return EVP_sha512();
    case DigestKind::sha256:
    case DigestKind::crc32:
      break;
  }
  return EVP_sha256();
}

class EvpDigest final : public Digest {
 public:
  explicit EvpDigest(DigestKind kind) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), algorithm_of(kind), nullptr) != 1) {
      throw std::bad_alloc();
    }
  }
  void update(std::span<const std::uint8_t> bytes) override {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
  }
  std::string finish() override {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> value;
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), value.data(), &size) != 1) throw std::bad_alloc();
    std::string hex;
    for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", value[i]);
    return hex;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string_view name_of(DigestKind kind) noexcept {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<DigestKind> parse_digest_kind(std::string_view name) noexcept {
  for (std::size_t k = 0; k < kNames.size(); ++k) {
    if (equal_ignoring_case(name, kNames[k])) return static_cast<DigestKind>(k);
  }
  return std::nullopt;
}

std::uint32_t crc32_of(std::span<const std::uint8_t> bytes, std::uint32_t before) noexcept {
  return libdeflate_crc32(before, bytes.data(), bytes.size());
}

std::unique_ptr<Digest> make_digest(DigestKind kind) {
  if (kind == DigestKind::crc32) return std::make_unique<Crc32>();
  return std::make_unique<EvpDigest>(kind);
}

}  // namespace pregap
