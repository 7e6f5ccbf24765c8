#include "base/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace pregap {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string digest_of(DigestKind kind, std::string_view text) {
  const std::unique_ptr<Digest> digest = make_digest(kind);
  digest->update(bytes_of(text));
  return digest->finish();
}

// FIPS 180, RFC 1321 and what coreutils say.
struct KnownAnswer {
  DigestKind kind;
  const char* name;
  const char* empty;
  const char* digits;     // "123456789"
  const char* million_a;  // a million times 'a'
};
constexpr KnownAnswer kKnown[] = {
    {DigestKind::crc32, "crc32", "00000000", "cbf43926", "dc25bfbc"},
    {DigestKind::md5, "md5", "d41d8cd98f00b204e9800998ecf8427e", "25f9e794323b453885f5181f1b624d0b",
     "7707d6ae4e027c70eea2a935c2296f21"},
    {DigestKind::sha1, "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "f7c3bc1d808e04732adf679965ccc34ca7ae3441", "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
    {DigestKind::sha256, "sha256",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {DigestKind::sha384, "sha384",
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
     "274edebfe76f65fbd51ad2f14898b95b",
     "eb455d56d2c1a69de64e832011f3393d45f3fa31d6842f21af92d2fe469c499d"
     "a5e3179847334a18479c8d1dedea1be3",
     "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
     "07b8b3dc38ecc4ebae97ddd87f3d8985"},
    {DigestKind::sha512, "sha512",
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
     "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a"
     "d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85",
     "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
     "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"}};
static_assert(std::size(kKnown) == kDigestKinds);

TEST(Digest, GivesTheKnownAnswers) {
  const std::string million(1000000, 'a');
  for (const KnownAnswer& known : kKnown) {
    EXPECT_EQ(digest_of(known.kind, ""), known.empty) << known.name;
    EXPECT_EQ(digest_of(known.kind, "123456789"), known.digits) << known.name;
    EXPECT_EQ(digest_of(known.kind, million), known.million_a) << known.name;
  }
}

TEST(Digest, OfNothingNeedsNoUpdate) {
  for (const KnownAnswer& known : kKnown) {
    EXPECT_EQ(make_digest(known.kind)->finish(), known.empty) << known.name;
  }
}

TEST(Digest, IsTheSameHoweverTheBytesCome) {
  std::mt19937 random(1);
  std::string text(20000, '\0');
  for (char& c : text) c = static_cast<char>(random());
  for (const KnownAnswer& known : kKnown) {
    const std::string expected = digest_of(known.kind, text);
    for (const std::size_t most : {1U, 3U, 64U, 65U, 2352U, 15000U}) {
      const std::unique_ptr<Digest> digest = make_digest(known.kind);
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = std::min<std::size_t>(random() % (most + 1), text.size() - at);
        digest->update(bytes_of(std::string_view(text).substr(at, size)));
        at += size;
      }
      EXPECT_EQ(digest->finish(), expected) << known.name << " in pieces up to " << most;
    }
  }
}

TEST(Digest, IsItsOwnBesideOthers) {
  std::vector<std::unique_ptr<Digest>> digests;
  for (const KnownAnswer& known : kKnown) {
    digests.push_back(make_digest(known.kind));
    digests.push_back(make_digest(known.kind));
  }
  for (const char digit : std::string_view("123456789")) {
    for (std::size_t i = 0; i < digests.size(); i += 2) {
      digests[i]->update(bytes_of(std::string_view(&digit, 1)));
    }
  }
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const KnownAnswer& known = kKnown[i / 2];
    EXPECT_EQ(digests[i]->finish(), i % 2 == 0 ? known.digits : known.empty) << known.name;
  }
}

TEST(DigestKind, IsFoundByNameInAnyCase) {
  for (const KnownAnswer& known : kKnown) {
    EXPECT_EQ(name_of(known.kind), known.name);
    EXPECT_EQ(parse_digest_kind(known.name), known.kind);
    std::string capitals = known.name;
    for (char& c : capitals) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(parse_digest_kind(capitals), known.kind);
  }
  for (const char* name : {"", "md", "md55", "md5 ", " md5", "sha-1", "sha224", "crc", "md4"}) {
    EXPECT_EQ(parse_digest_kind(name), std::nullopt) << '"' << name << '"';
  }
}

}  // namespace
}  // namespace pregap
