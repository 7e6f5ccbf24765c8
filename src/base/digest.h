// Checksums and cryptographic digests under one name: OpenSSL's, and libdeflate's CRC-32.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pregap {

enum class DigestKind : std::uint8_t { crc32, md5, sha1, sha256, sha384, sha512 };
inline constexpr int kDigestKinds = 6;
std::string_view name_of(DigestKind kind) noexcept;                           // "crc32", "md5", ...
std::optional<DigestKind> parse_digest_kind(std::string_view name) noexcept;  // any case

class Digest {
 public:
  virtual ~Digest() = default;
  virtual void update(std::span<const std::uint8_t> bytes) = 0;
  virtual std::string finish() = 0;  // lower-case hexadecimal; once, at the end
};
std::unique_ptr<Digest> make_digest(DigestKind kind);

// `before`: of the bytes in front of them.
std::uint32_t crc32_of(std::span<const std::uint8_t> bytes, std::uint32_t before = 0) noexcept;

}  // namespace pregap
