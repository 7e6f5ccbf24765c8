// What a disk image may make another program open: the VMDK descriptor's names. Whatever text
// comes, every name is a part of it, without what ends one.
#include <cstdlib>
#include <string_view>

#include "bytes/qemu_references.h"
#include "bytes/vmdk_descriptor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pregap;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const VmdkDescriptor descriptor = parse_vmdk_descriptor(text);
  for (const std::string& name : descriptor.files) {
    if (name.empty() || text.find(name) == text.npos) std::abort();
    if (name.find_first_of("\"\r\n") != name.npos) std::abort();
  }
  if (text.find("parentFileNameHint") != text.npos && descriptor.parent.empty()) std::abort();
  const auto bytes = memory_source({data, data + size}, "x");
  qemu_driver_of(*bytes);
  return 0;
}
