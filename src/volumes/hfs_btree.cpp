#include "volumes/hfs_btree.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>

namespace pregap::volumes {
namespace {

constexpr std::size_t kNode = 512;
constexpr std::uint8_t kLeaf = 0xFF, kHeader = 0x01;
constexpr std::size_t kDescriptor = 14;

using Node = std::array<std::uint8_t, kNode>;

class Tree {
 public:
  Tree(const ByteSource& volume, const HfsBlocks& blocks, const std::vector<HfsExtent>& extents)
      : volume_(volume), blocks_(blocks), extents_(extents) {}

  std::optional<Node> read(std::uint32_t number) const {
    std::uint64_t at = static_cast<std::uint64_t>(number) * kNode;
    for (const HfsExtent& e : extents_) {
      const std::uint64_t size = static_cast<std::uint64_t>(e.blocks) * blocks_.size;
      if (at < size) {
        Node node;
        if (volume_.read(blocks_.offset_of(e.first) + at, node) < node.size()) break;
        return node;
      }
      at -= size;
    }
    return std::nullopt;
  }

 private:
  const ByteSource& volume_;
  const HfsBlocks& blocks_;
  const std::vector<HfsExtent>& extents_;
};

// Record `n` of a node, whose offsets stand at its end, the first one last; empty where they are
// none that a node can have.
Bytes record_of(const Node& node, std::size_t n) {
  const std::size_t from = load_be16(node, kNode - 2 * (n + 1));
  const std::size_t to = load_be16(node, kNode - 2 * (n + 2));
  if (from < kDescriptor || to < from || to > kNode - 2) return {};
  return Bytes(node).subspan(from, to - from);
}

void take_records(const Node& node, const std::function<void(Bytes, Bytes)>& take) {
  const std::size_t count = std::min<std::size_t>(load_be16(node, 10), (kNode - kDescriptor) / 4);
  for (std::size_t n = 0; n < count; ++n) {
    const Bytes record = record_of(node, n);
    if (record.empty()) continue;
    const std::size_t key_size = record[0];
    const std::size_t data_at = (1 + key_size + 1) / 2 * 2;  // data begin at an even offset
    if (key_size == 0 || data_at > record.size()) continue;  // a key of no length: deleted
    take(record.subspan(1, key_size), record.subspan(data_at));
  }
}

}  // namespace

std::vector<HfsExtent> hfs_extents(Bytes record) {
  std::vector<HfsExtent> extents;
  for (std::size_t i = 0; i < 3; ++i) {
    const HfsExtent e{load_be16(record, 4 * i), load_be16(record, 4 * i + 2)};
    if (e.blocks > 0) extents.push_back(e);
  }
  return extents;
}

bool for_each_leaf_record(const ByteSource& volume, const HfsBlocks& blocks,
                          const std::vector<HfsExtent>& extents,
                          const std::function<void(Bytes key, Bytes data)>& take) {
  const Tree tree(volume, blocks, extents);
  const auto header = tree.read(0);
  if (!header || (*header)[8] != kHeader) return false;
  std::uint32_t next = load_be32(*header, kDescriptor + 10);
  std::unordered_set<std::uint32_t> seen;
  while (next != 0) {
    const auto node = tree.read(next);
    if (!node || (*node)[8] != kLeaf || !seen.insert(next).second) return false;
    take_records(*node, take);
    next = load_be32(*node, 0);
  }
  return true;
}

}  // namespace pregap::volumes
