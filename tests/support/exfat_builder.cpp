#include "support/exfat_builder.h"

#include <algorithm>
#include <stdexcept>

namespace pregap::test {
namespace {

constexpr std::uint32_t kSector = 512, kFatOffset = 128;  // in sectors
constexpr std::uint32_t kEnd = 0xFFFFFFFF;                // of a chain

void put(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

// Two-byte characters suffice here.
std::u16string utf16(const std::string& text) {
  std::u16string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto b = static_cast<unsigned char>(text[i]);
    if (b < 0x80) {
      out += static_cast<char16_t>(b);
    } else if (b < 0xE0) {
      out +=
          static_cast<char16_t>((b & 0x1F) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F));
    } else {
      const auto c = static_cast<unsigned char>(text[i + 1]);
      const auto d = static_cast<unsigned char>(text[i + 2]);
      out += static_cast<char16_t>((b & 0xF) << 12 | (c & 0x3F) << 6 | (d & 0x3F));
      i += 2;
    }
  }
  return out;
}

char16_t upper(char16_t c) { return c >= 'a' && c <= 'z' ? static_cast<char16_t>(c - 32) : c; }

// "BootChecksum", "TableChecksum"; of a set of entries and of a name with 16 bits.
std::uint32_t rotated(std::uint32_t sum) { return sum << 31 | sum >> 1; }
std::uint16_t rotated(std::uint16_t sum) {
  return static_cast<std::uint16_t>(sum << 15 | sum >> 1);
}

std::uint16_t name_hash(const std::u16string& name) {
  std::uint16_t hash = 0;
  for (const char16_t c : name) {
    for (const int shift : {0, 8}) {
      hash = static_cast<std::uint16_t>(rotated(hash) + ((upper(c) >> shift) & 0xFF));
    }
  }
  return hash;
}

class Builder {
 public:
  Builder(const std::filesystem::path& image, const ExfatVolume& volume)
      : volume_(volume), out_(image, std::ios::binary | std::ios::trunc), image_(image) {
    const std::uint64_t guess = volume.size / volume.cluster_bytes;
    fat_sectors_ = static_cast<std::uint32_t>(((guess + 2) * 4 + kSector - 1) / kSector);
    const std::uint32_t per_cluster = volume.cluster_bytes / kSector;
    heap_ = (kFatOffset + fat_sectors_ + per_cluster - 1) / per_cluster * per_cluster;
    clusters_ = static_cast<std::uint32_t>((volume.size / kSector - heap_) / per_cluster);
    fat_.assign(clusters_ + 2, 0);
    fat_[0] = 0xFFFFFFF8;
    fat_[1] = kEnd;
    used_.assign(clusters_ + 2, false);
  }

  void make(const std::vector<ExfatFile>& files) {
    const Bytes upcase = upcase_table();
    const std::uint64_t bitmap_bytes = (clusters_ + 7) / 8;
    const std::uint32_t bitmap = take(bitmap_bytes, true), table = take(upcase.size(), true);
    chain(bitmap, bitmap_bytes, false);
    chain(table, upcase.size(), false);
    write_at(offset_of(table), upcase);
    Bytes root(3 * 32);
    const std::u16string label = utf16(volume_.label);
    root[0] = 0x83;
    root[1] = static_cast<std::uint8_t>(label.size());
    for (std::size_t i = 0; i < label.size(); ++i) put(root, 2 + 2 * i, label[i], 2);
    root[32] = 0x81;
    put(root, 32 + 20, bitmap, 4);
    put(root, 32 + 24, bitmap_bytes, 8);
    root[64] = 0x82;
    std::uint32_t sum = 0;
    for (const std::uint8_t b : upcase) sum = rotated(sum) + b;
    put(root, 64 + 4, sum, 4);
    put(root, 64 + 20, table, 4);
    put(root, 64 + 24, upcase.size(), 8);
    const Bytes entries = entries_of(files);
    root.insert(root.end(), entries.begin(), entries.end());
    const std::uint32_t root_cluster = take(root.size(), true);
    chain(root_cluster, root.size(), false);
    write_at(offset_of(root_cluster), root);
    write_bitmap(bitmap, bitmap_bytes);
    Bytes fat(fat_.size() * 4);
    for (std::size_t i = 0; i < fat_.size(); ++i) put(fat, i * 4, fat_[i], 4);
    write_at(std::uint64_t{kFatOffset} * kSector, fat);
    write_boot(root_cluster);
    out_.close();
    std::filesystem::resize_file(image_, volume_.size);
  }

 private:
  std::uint64_t offset_of(std::uint32_t cluster) const {
    return std::uint64_t{heap_} * kSector + std::uint64_t{cluster - 2} * volume_.cluster_bytes;
  }
  std::uint64_t clusters_of(std::uint64_t bytes) const {
    return (bytes + volume_.cluster_bytes - 1) / volume_.cluster_bytes;
  }

  // The first of as many clusters as the bytes need; every second one if they are not to be dense.
  std::uint32_t take(std::uint64_t bytes, bool dense) {
    const std::uint32_t first = next_;
    for (std::uint64_t n = clusters_of(bytes); n > 0; --n) {
      used_.at(next_) = true;
      next_ += dense ? 1 : 2;
    }
    return first;
  }
  void chain(std::uint32_t first, std::uint64_t bytes, bool every_second) {
    const std::uint32_t step = every_second ? 2 : 1;
    for (std::uint64_t n = clusters_of(bytes); n > 0; --n, first += step) {
      fat_.at(first) = n == 1 ? kEnd : first + step;
    }
  }

  void write_at(std::uint64_t at, const Bytes& bytes) {
    out_.seekp(static_cast<std::streamoff>(at));
    out_.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!out_) throw std::runtime_error(image_.string() + ": can't be written");
  }

  void write_content(std::uint32_t first, const ExfatFile& file, const Bytes& bytes) {
    const std::uint32_t step = file.chained ? 2 : 1;
    for (std::size_t at = 0; at < bytes.size(); at += volume_.cluster_bytes, first += step) {
      const std::size_t n = std::min<std::size_t>(volume_.cluster_bytes, bytes.size() - at);
      const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      write_at(offset_of(first), Bytes(from, from + static_cast<std::ptrdiff_t>(n)));
    }
  }

  Bytes entries_of(const std::vector<ExfatFile>& files) {
    Bytes all;
    for (const ExfatFile& file : files) {
      Bytes bytes = file.folder ? entries_of(file.files) : file.bytes;
      std::uint64_t size = std::max<std::uint64_t>(file.size, bytes.size());
      if (file.folder) {  // whole clusters, whatever is in it
        size = std::max<std::uint64_t>(clusters_of(size), 1) * volume_.cluster_bytes;
        bytes.resize(static_cast<std::size_t>(size));
      }
      std::uint32_t first = 0;
      if (size > 0) {
        first = take(size, !file.chained);
        if (file.chained) chain(first, size, true);
        write_content(first, file, bytes);
      }
      if (file.deleted) free_clusters(first, size, file.chained);
      const Bytes set = entry_set(file, first, size);
      all.insert(all.end(), set.begin(), set.end());
    }
    return all;
  }

  void free_clusters(std::uint32_t first, std::uint64_t size, bool chained) {
    for (std::uint64_t n = clusters_of(size); n > 0; --n, first += chained ? 2 : 1) {
      used_.at(first) = false;
      fat_.at(first) = 0;
    }
  }

  static Bytes entry_set(const ExfatFile& file, std::uint32_t first, std::uint64_t size) {
    const std::u16string name = utf16(file.name);
    const std::size_t names = (name.size() + 14) / 15;
    Bytes set((2 + names) * 32);
    set[0] = 0x85;
    set[1] = static_cast<std::uint8_t>(1 + names);
    put(set, 4, file.folder ? 0x10 : 0x20, 2);
    constexpr std::uint32_t kTime = (2020U - 1980) << 25 | 2U << 21 | 3U << 16 | 4U << 11 | 5U << 5;
    for (const std::size_t at : {8U, 12U, 16U}) put(set, at, kTime, 4);
    for (const std::size_t at : {22U, 23U, 24U}) set[at] = 0x80;  // UTC
    set[32] = 0xC0;
    set[33] = static_cast<std::uint8_t>(size == 0 ? 1 : file.chained ? 1 : 3);
    set[35] = static_cast<std::uint8_t>(name.size());
    put(set, 36, name_hash(name), 2);
    put(set, 40, std::min(size, file.valid), 8);
    put(set, 52, first, 4);
    put(set, 56, size, 8);
    for (std::size_t i = 0; i < name.size(); ++i) {
      put(set, (2 + i / 15) * 32 + 2 + i % 15 * 2, name[i], 2);
    }
    for (std::size_t n = 0; n < names; ++n) set[(2 + n) * 32] = 0xC1;
    std::uint16_t sum = 0;
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (i != 2 && i != 3) sum = static_cast<std::uint16_t>(rotated(sum) + set[i]);
    }
    put(set, 2, sum, 2);
    if (file.deleted) {
      for (std::size_t at = 0; at < set.size(); at += 32) set[at] &= 0x7F;
    }
    return set;
  }

  // Only the letters of ASCII have capitals; 0xFFFF and a count stand for as many that have none.
  static Bytes upcase_table() {
    std::u16string words = {0xFFFF, 'a'};
    for (char16_t c = 'A'; c <= 'Z'; ++c) words += c;
    words += {0xFFFF, 0xFFFF - 'z'};
    Bytes table(words.size() * 2);
    for (std::size_t i = 0; i < words.size(); ++i) put(table, i * 2, words[i], 2);
    return table;
  }

  void write_bitmap(std::uint32_t first, std::uint64_t bytes) {
    Bytes bitmap(static_cast<std::size_t>(bytes));
    for (std::uint32_t c = 0; c < clusters_; ++c) {
      if (used_[c + 2]) bitmap[c / 8] |= static_cast<std::uint8_t>(1U << c % 8);
    }
    write_at(offset_of(first), bitmap);
  }

  void write_boot(std::uint32_t root) {
    Bytes region(12 * kSector);
    const std::string jump =
        "\xEB\x76\x90"
        "EXFAT   ";
    std::copy(jump.begin(), jump.end(), region.begin());
    put(region, 72, volume_.size / kSector, 8);
    put(region, 80, kFatOffset, 4);
    put(region, 84, fat_sectors_, 4);
    put(region, 88, heap_, 4);
    put(region, 92, clusters_, 4);
    put(region, 96, root, 4);
    put(region, 100, volume_.serial, 4);
    put(region, 104, 0x0100, 2);
    region[108] = 9;
    while ((kSector << region[109]) < volume_.cluster_bytes) ++region[109];
    region[110] = 1;
    region[111] = 0x80;
    region[112] = 0xFF;  // how full it is, is not known
    for (std::size_t n = 0; n < 9; ++n) put(region, n * kSector + 510, 0xAA55, 2);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 11 * kSector; ++i) {
      if (i != 106 && i != 107 && i != 112) sum = rotated(sum) + region[i];
    }
    for (std::size_t at = 11 * kSector; at < region.size(); at += 4) put(region, at, sum, 4);
    write_at(0, region);
    write_at(12 * kSector, region);
  }

  ExfatVolume volume_;
  std::ofstream out_;
  std::filesystem::path image_;
  std::uint32_t fat_sectors_ = 0, heap_ = 0, clusters_ = 0;  // the heap's first sector
  std::uint32_t next_ = 2;                                   // free cluster
  std::vector<std::uint32_t> fat_;
  std::vector<bool> used_;
};

}  // namespace

void make_exfat(const std::filesystem::path& image, const ExfatVolume& volume,
                const std::vector<ExfatFile>& files) {
  Builder(image, volume).make(files);
}

}  // namespace pregap::test
