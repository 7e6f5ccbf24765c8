#include <algorithm>
#include <array>
#include <utility>

#include "volumes/tables.h"

namespace pregap::volumes {
namespace {

using Name = std::pair<std::uint8_t, std::string_view>;

constexpr std::array kNames = std::to_array<Name>({
    {0x00, "empty"},
    {0x01, "FAT12"},
    {0x02, "XENIX root"},
    {0x03, "XENIX usr"},
    {0x04, "FAT16 below 32 MB"},
    {0x05, "Extended"},
    {0x06, "FAT16"},
    {0x07, "NTFS, exFAT or HPFS"},
    {0x08, "AIX"},
    {0x09, "AIX bootable"},
    {0x0A, "OS/2 Boot Manager"},
    {0x0B, "FAT32"},
    {0x0C, "FAT32 (LBA)"},
    {0x0E, "FAT16 (LBA)"},
    {0x0F, "Extended (LBA)"},
    {0x10, "OPUS"},
    {0x11, "Hidden FAT12"},
    {0x12, "Compaq diagnostics"},
    {0x14, "Hidden FAT16 below 32 MB"},
    {0x16, "Hidden FAT16"},
    {0x17, "Hidden NTFS or HPFS"},
    {0x1B, "Hidden FAT32"},
    {0x1C, "Hidden FAT32 (LBA)"},
    {0x1E, "Hidden FAT16 (LBA)"},
    {0x27, "Windows recovery"},
    {0x39, "Plan 9"},
    {0x3C, "PartitionMagic"},
    {0x41, "PPC PReP boot"},
    {0x42, "Windows dynamic disk"},
    {0x4D, "QNX4"},
    {0x4E, "QNX4, second part"},
    {0x4F, "QNX4, third part"},
    {0x52, "CP/M"},
    {0x63, "System V or Hurd"},
    {0x64, "NetWare 286"},
    {0x65, "NetWare 386"},
    {0x80, "Minix, old"},
    {0x81, "Minix"},
    {0x82, "Linux swap"},
    {0x83, "Linux"},
    {0x84, "Hibernation"},
    {0x85, "Linux extended"},
    {0x86, "NTFS volume set"},
    {0x87, "NTFS volume set"},
    {0x88, "Linux plaintext"},
    {0x8E, "Linux LVM"},
    {0x93, "Amoeba"},
    {0x96, "ISO 9660"},
    {0x9F, "BSD/OS"},
    {0xA0, "Laptop hibernation"},
    {0xA5, "FreeBSD"},
    {0xA6, "OpenBSD"},
    {0xA7, "NeXTSTEP"},
    {0xA8, "Darwin UFS"},
    {0xA9, "NetBSD"},
    {0xAB, "Darwin boot"},
    {0xAF, "HFS or HFS+"},
    {0xB7, "BSDI"},
    {0xB8, "BSDI swap"},
    {0xBE, "Solaris boot"},
    {0xBF, "Solaris"},
    {0xCD, "Isohybrid"},
    {0xDA, "Data without a file system"},
    {0xDE, "Dell utility"},
    {0xE8, "LUKS"},
    {0xEB, "BeOS"},
    {0xEE, "GPT protective"},
    {0xEF, "EFI system"},
    {0xF2, "DOS secondary"},
    {0xFB, "VMware VMFS"},
    {0xFC, "VMware swap"},
    {0xFD, "Linux RAID"},
    {0xFE, "LANstep"},
    {0xFF, "XENIX bad blocks"},
});

}  // namespace

bool is_extended(std::uint8_t type) { return type == 0x05 || type == 0x0F || type == 0x85; }

std::string_view mbr_type_name(std::uint8_t type) {
  const auto at = std::ranges::find(kNames, type, &Name::first);
  return at == kNames.end() ? "unknown" : at->second;
}

}  // namespace pregap::volumes
