// What lies on a disk image: partition tables, partitions and file systems, over any byte source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pregap/bytes.h"
#include "pregap/problem.h"
#include "pregap/work.h"

namespace pregap::volumes {

// A range of bytes with a name. Ranges may lie outside the image or over each other: that is among
// the problems, and who reads one cuts it to the image.
struct Partition {
  int number = 0;       // as Linux counts: MBR 1-4 and logical ones from 5, GPT entry + 1
  std::string address;  // "p2"; within another partition "p1.a" (BSD slices)
  std::uint64_t offset = 0, size = 0;  // in bytes, from the image's start
  std::string type;                    // "FAT32 (LBA)", "Linux", "EFI System", "Apple_HFS"
  std::string type_id;                 // "0x0c", a GUID in small letters, "Apple_HFS"
  std::string label, id;               // GPT's or APM's name; GUID, or "1234abcd-01" of an MBR
  bool active = false;
  Facts facts;  // what else the table says: attributes, CHS
};

struct PartitionTable {
  std::string kind;          // "mbr", "gpt", "apm", "bsd", "sun"
  std::uint64_t offset = 0;  // of the table's first sector, in bytes
  std::uint32_t sector_size = 512;
  std::string id;  // disk signature or GUID
  std::vector<Partition> partitions;
  Facts facts;
};

struct FileSystem {
  std::string kind;  // "FAT12", "FAT16", "FAT32", "exFAT", "NTFS", "ext4", "ISO 9660", ...
  std::uint64_t offset = 0, size = 0;  // in bytes, from the image's start; as it says itself
  std::string partition;               // the address of the partition that it fills; empty: none
  std::string label, id;               // volume label; UUID or serial number
  std::uint32_t block_size = 0;        // cluster, block; in bytes
  std::uint64_t blocks = 0;
  std::optional<std::uint64_t> free_blocks;
  Facts facts;  // what else it says of itself, in the order of its fields
};

// What a structure carries to check itself with: a CRC, a copy, a field stored twice. One that
// failed is a problem too, whose code is the check's name.
struct Check {
  std::string name;          // "gpt.header_crc": docs/json.md lists them
  std::string partition;     // its address; empty: the image itself
  std::uint64_t offset = 0;  // of what was checked, in bytes from the image's start
  bool good = true;
};

struct Contents {
  std::vector<PartitionTable> tables;    // of a hybrid several; the one that counts first
  std::vector<FileSystem> file_systems;  // by offset; several views of the same bytes are several
  Facts geometry;  // of a floppy: "1.44 MB, 3.5 inch HD", cylinders, heads ...
  std::vector<Problem> problems;
  std::vector<Check> checks;

  bool empty() const { return tables.empty() && file_systems.empty(); }
};

enum class IsoViews : bool { without, with };

// Reads tables, boot sectors and super blocks; bounded work whatever they say. Without ISO views,
// ISO 9660 is left to those who read discs, and only what lies beside it is given. Throws
// Error(unreadable) alone.
Contents look_into(const ByteSource& bytes, IsoViews iso = IsoViews::with);

// The dear checks: whole FATs against each other, group descriptors, path tables and directories.
// Adds to `contents`, which look_into() gave for the same bytes. Throws Error(unreadable) and
// Error(stopped).
void check_thoroughly(const ByteSource& bytes, Contents& contents, const WorkOptions& work);

// Those of them that concern an ISO 9660 volume at the start of `bytes`.
void check_iso(const ByteSource& bytes, Contents& contents, const WorkOptions& work);

// Adds the UDF volume of the session that starts at byte `start`, whose addresses count from the
// start of `bytes`, and what look_into() would say of it; false: there is none. And the dear checks
// with it.
bool look_into_udf_session(const ByteSource& bytes, std::uint64_t start, Contents& contents);
void check_udf_session(const ByteSource& bytes, std::uint64_t start, Contents& contents,
                       const WorkOptions& work);

}  // namespace pregap::volumes
