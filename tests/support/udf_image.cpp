#include "support/udf_image.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace pregap::test {
namespace {

void le(Bytes& b, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) b.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
}

void text_at(Bytes& b, std::size_t at, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) b.at(at + i) = static_cast<std::uint8_t>(text[i]);
}

// Bit by bit: x^16 + x^12 + x^5 + 1.
std::uint16_t crc(const Bytes& b) {
  unsigned r = 0;
  for (const std::uint8_t byte : b) {
    r ^= static_cast<unsigned>(byte) << 8;
    for (int i = 0; i < 8; ++i) r = (r & 0x8000) != 0 ? (r << 1 ^ 0x1021) & 0xFFFF : r << 1;
  }
  return static_cast<std::uint16_t>(r);
}

// Fields count from the descriptor's start, whose tag is put in front.
Bytes body_of(std::size_t descriptor_size) { return Bytes(descriptor_size - 16); }
void put(Bytes& body, std::size_t field, std::uint64_t value, std::size_t size) {
  le(body, field - 16, value, size);
}
void put(Bytes& body, std::size_t field, const Bytes& value) {
  std::ranges::copy(value, body.begin() + static_cast<std::ptrdiff_t>(field - 16));
}

void put_dstring(Bytes& body, std::size_t field, std::size_t size, std::string_view text) {
  body[field - 16] = 8;
  text_at(body, field - 16 + 1, text);
  body[field - 16 + size - 1] = static_cast<std::uint8_t>(text.size() + 1);
}

Bytes timestamp(const std::string& text, int zone) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::sscanf(text.c_str(), "%d-%u-%u %u:%u:%u", &year, &month, &day, &hour, &minute, &second);
  Bytes b(12);
  le(b, 0, 0x1000U | (static_cast<unsigned>(zone) & 0xFFF), 2);
  le(b, 2, static_cast<std::uint64_t>(year), 2);
  std::size_t at = 4;
  for (const unsigned v : {month, day, hour, minute, second}) {
    b[at++] = static_cast<std::uint8_t>(v);
  }
  return b;
}

Bytes type_2_map(std::string_view name, std::uint16_t revision) {
  Bytes map(64);
  map[0] = 2;
  map[1] = 64;
  text_at(map, 5, name);
  le(map, 28, revision, 2);
  le(map, 36, 1, 2);
  return map;
}

}  // namespace

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes udf_short(std::uint32_t bytes, std::uint32_t block, std::uint32_t kind) {
  Bytes b(8);
  le(b, 0, bytes | kind << 30, 4);
  le(b, 4, block, 4);
  return b;
}

Bytes udf_long(std::uint32_t bytes, UdfAt at, std::uint32_t kind) {
  Bytes b(16);
  le(b, 0, bytes | kind << 30, 4);
  le(b, 4, at.block, 4);
  le(b, 8, at.partition, 2);
  return b;
}

Bytes udf_extended(std::uint32_t bytes, UdfAt at, std::uint32_t kind) {
  Bytes b(20);
  le(b, 0, bytes | kind << 30, 4);
  le(b, 4, bytes, 4);
  le(b, 8, bytes, 4);
  le(b, 12, at.block, 4);
  le(b, 16, at.partition, 2);
  return b;
}

Bytes udf_sealed(std::uint16_t tag, std::uint32_t location, const Bytes& body) {
  Bytes b(16);
  le(b, 0, tag, 2);
  le(b, 2, 3, 2);
  le(b, 8, crc(body), 2);
  le(b, 10, body.size(), 2);
  le(b, 12, location, 4);
  unsigned sum = 0;
  for (const std::uint8_t byte : b) sum += byte;
  b[4] = static_cast<std::uint8_t>(sum);
  return joined({b, body});
}

Bytes udf_name(const UdfName& name) {
  Bytes text;
  if (!name.wide.empty()) {
    text.push_back(name.compression != 0 ? name.compression : 16);
    for (const char16_t c : name.wide) {
      text.push_back(static_cast<std::uint8_t>(c >> 8));
      text.push_back(static_cast<std::uint8_t>(c));
    }
  } else if (!name.text.empty()) {
    text.push_back(name.compression != 0 ? name.compression : 8);
    for (const char c : name.text) text.push_back(static_cast<std::uint8_t>(c));
  }
  Bytes body = body_of((38 + text.size() + 3) / 4 * 4);
  put(body, 16, 1, 2);
  put(body, 18, name.flags, 1);
  put(body, 19, text.size(), 1);
  put(body, 20, udf_long(512, name.icb));
  put(body, 38, text);
  return udf_sealed(257, 0, body);
}

Bytes udf_folder(const std::vector<UdfName>& names) {
  Bytes all = udf_name({.text = "", .icb = {.block = 1}, .flags = 8 | 2});
  for (const UdfName& name : names) all = joined({all, udf_name(name)});
  return all;
}

UdfImage::UdfImage(std::uint32_t block, std::uint32_t blocks)
    : block_size(block), partition_blocks(blocks) {
  bytes.resize(std::size_t{kStart + blocks + 1} * block);
  Bytes map(6);
  map[0] = 1;
  map[1] = 6;
  map[2] = 1;
  maps_.push_back(map);
}

void UdfImage::put(std::size_t at, const Bytes& b) {
  if (at + b.size() > bytes.size()) bytes.resize(at + b.size());
  std::ranges::copy(b, bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

void UdfImage::raw(std::uint32_t block, const Bytes& b) {
  put((std::size_t{kStart} + block) * block_size, b);
}

void UdfImage::descriptor(std::uint32_t block, std::uint16_t tag, const Bytes& body,
                          std::optional<std::uint32_t> location) {
  if (body.size() + 16 > block_size) throw std::length_error("a descriptor larger than its block");
  raw(block, udf_sealed(tag, location.value_or(block), body));
}

void UdfImage::sector(std::uint32_t at, std::uint16_t tag, const Bytes& body) {
  put(std::size_t{at} * block_size, udf_sealed(tag, session + at, body));
}

void UdfImage::entry(std::uint32_t block, const UdfEntry& e) {
  const std::size_t header = e.extended ? 216 : 176;
  Bytes body = body_of(header + e.descriptors.size());
  test::put(body, 20, e.strategy, 2);
  test::put(body, 24, 1, 2);
  test::put(body, 27, e.type, 1);
  test::put(body, 34, e.allocation | e.flags, 2);
  test::put(body, 36, 1000, 4);
  test::put(body, 40, 100, 4);
  test::put(body, 44, e.permissions, 4);
  test::put(body, 48, 1, 2);
  test::put(body, 56, e.size, 8);
  const Bytes time = timestamp(e.time, e.zone);
  for (const std::size_t at : e.extended ? std::vector<std::size_t>{80, 92, 104, 116}
                                         : std::vector<std::size_t>{72, 84, 96}) {
    test::put(body, at, time);
  }
  if (e.extended && e.streams.block != 0) test::put(body, 152, udf_long(block_size, e.streams));
  test::put(body, header - 4, e.descriptors.size(), 4);
  test::put(body, header, e.descriptors);
  descriptor(block, e.extended ? 266 : 261, body, e.location);
}

void UdfImage::indirect(std::uint32_t block, UdfAt next) {
  Bytes body = body_of(52);
  test::put(body, 20, 4096, 2);
  test::put(body, 27, 3, 1);
  test::put(body, 36, udf_long(block_size, next));
  descriptor(block, 259, body);
}

void UdfImage::further(std::uint32_t block, const Bytes& descriptors) {
  Bytes body = body_of(24 + descriptors.size());
  test::put(body, 20, descriptors.size(), 4);
  test::put(body, 24, descriptors);
  descriptor(block, 258, body);
}

void UdfImage::add_virtual_map(std::uint16_t of_revision) {
  maps_.push_back(type_2_map("*UDF Virtual Partition", of_revision));
}

void UdfImage::add_metadata_map(std::uint32_t main, std::uint32_t mirror) {
  Bytes map = type_2_map("*UDF Metadata Partition", 0x250);
  le(map, 40, main, 4);
  le(map, 44, mirror, 4);
  le(map, 48, 0xFFFFFFFF, 4);
  map[58] = 1;
  maps_.push_back(map);
}

void UdfImage::put_folders_in_metadata() {
  add_metadata_map(2, 3);
  file_set = {.block = 0, .partition = 1};
  file_set_lies = 40;
  root = {.block = 1, .partition = 1};
}

void UdfImage::make_sparable(std::uint16_t packet,
                             const std::vector<std::pair<std::uint32_t, std::uint32_t>>& spared) {
  Bytes map = type_2_map("*UDF Sparable Partition", 0x150);
  Bytes table = body_of(56 + spared.size() * 8);
  text_at(table, 1, "*UDF Sparing Table");
  test::put(table, 48, spared.size(), 2);
  test::put(table, 52, 1, 4);
  for (std::size_t n = 0; n < spared.size(); ++n) {
    test::put(table, 56 + n * 8, spared[n].first, 4);
    test::put(table, 60 + n * 8, spared[n].second, 4);
  }
  le(map, 40, packet, 2);
  map[42] = 1;
  le(map, 44, 56 + spared.size() * 8, 4);
  le(map, 48, session + kSparing, 4);
  maps_[0] = map;
  sector(kSparing, 0, table);
}

void UdfImage::sequence(std::uint32_t at) {
  Bytes primary = body_of(512);
  put_dstring(primary, 24, 32, "made");
  put_dstring(primary, 72, 128, "set");
  Bytes partition = body_of(512);
  test::put(partition, 20, 1, 2);
  test::put(partition, 188, session + kStart, 4);
  test::put(partition, 192, partition_blocks, 4);
  if (bitmap_block != 0) test::put(partition, 64, udf_short(block_size, bitmap_block));
  Bytes logical = body_of(std::max<std::size_t>(512, block_size));
  put_dstring(logical, 84, 128, "made");
  test::put(logical, 212, block_size, 4);
  text_at(logical, 217 - 16, "*OSTA UDF Compliant");
  test::put(logical, 240, revision, 2);
  test::put(logical, 248, udf_long(block_size, file_set));
  const Bytes all = joined(maps_);
  test::put(logical, 264, all.size(), 4);
  test::put(logical, 268, maps_.size(), 4);
  test::put(logical, 432, udf_short(block_size, session + kIntegrity));
  test::put(logical, 440, all);
  std::uint32_t number = 0;
  for (auto [tag, body] : {std::pair{1, primary}, std::pair{5, partition}, std::pair{6, logical}}) {
    test::put(body, 16, number, 4);
    sector(at + number, static_cast<std::uint16_t>(tag), body);
    ++number;
  }
  sector(at + number, 8, body_of(512));
}

Bytes UdfImage::finish() {
  if (maps_[0][0] == 1) le(maps_[0], 4, plain_number, 2);
  const std::size_t step = std::max<std::size_t>(2048, block_size);
  std::size_t n = 0;
  for (const char* id : {"BEA01", "NSR03", "TEA01"}) text_at(bytes, 32768 + step * n++ + 1, id);
  sequence(kMain);
  sequence(kReserve);
  Bytes integrity = body_of(80 + 8 * maps_.size() + 46);
  test::put(integrity, 28, 1, 4);
  test::put(integrity, 72, maps_.size(), 4);
  test::put(integrity, 76, 46, 4);
  for (std::size_t m = 0; m < maps_.size(); ++m) {
    test::put(integrity, 80 + m * 4, m == 0 ? free_blocks : 0xFFFFFFFF, 4);
  }
  const std::size_t use = 80 + 8 * maps_.size();
  test::put(integrity, use + 32, files, 4);
  test::put(integrity, use + 36, folders, 4);
  sector(kIntegrity, 9, integrity);
  Bytes set = body_of(512);
  test::put(set, 400, udf_long(block_size, root));
  if (system_streams.block != 0) test::put(set, 464, udf_long(block_size, system_streams));
  raw(file_set_lies, udf_sealed(256, file_set.block, set));
  Bytes anchor = joined({udf_short(16 * block_size, session + kMain),
                         udf_short(16 * block_size, session + kReserve)});
  anchor.resize(496);
  sector(256, 2, anchor);
  const auto last = static_cast<std::uint32_t>(bytes.size() / block_size - 1);
  if (end_anchor) sector(last, 2, anchor);
  return bytes;
}

}  // namespace pregap::test
