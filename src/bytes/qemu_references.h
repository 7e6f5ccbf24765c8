// Which other files a disk image makes qemu open: backing files, external data, extents. They are
// looked at before qemu is, since a hostile image may name any file that its reader can read.
#pragma once

#include <filesystem>
#include <string>

#include "pregap/bytes.h"

namespace pregap {

// qemu's name of the format that `file` is in by its content: "qcow2", "vmdk", "vdi", "vpc",
// "vhdx"; empty: none of them.
std::string qemu_driver_of(const ByteSource& file);

enum class Outside : bool { refuse, allow };

// Throws Error(refused) for a name that leads out of the image's folder, directly or through what
// it names; Error(unsupported) for what isn't followed at all: parents of VMDKs, VHDs and VHDXs,
// qcow version 1, encryption, names that qemu takes for a protocol; Error(not_found).
void require_safe_references(const std::filesystem::path& image, Outside outside);

}  // namespace pregap
