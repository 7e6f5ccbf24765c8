// The text of a VMDK: alone in a file, or within a sparse extent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pregap {

struct VmdkDescriptor {
  std::string create_type;         // "monolithicFlat", ...; empty: it has none
  std::string parent;              // parentFileNameHint; empty: it stands alone
  std::vector<std::string> files;  // of its extents, as written
};

// All that any reader could take for a file's name counts as one: what stands in quotes, closed or
// not, and is no value of a key. It never fails: what is no descriptor has no extents.
VmdkDescriptor parse_vmdk_descriptor(std::string_view text);

bool begins_like_vmdk_descriptor(std::string_view text);

}  // namespace pregap
