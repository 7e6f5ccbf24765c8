#include "volumes/iso_entry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "volumes/file_names.h"
#include "volumes/text.h"

namespace pregap::volumes {
namespace {

void set_mode(std::uint32_t mode, FileEntry& entry) {
  entry.mode = mode & 07777;
  if (entry.kind == FileKind::folder) return;
  switch (mode & 0170000) {
    case 0120000:
      entry.kind = FileKind::link;
      break;
    case 0010000:
      entry.kind = FileKind::fifo;
      break;
    case 0020000:
      entry.kind = FileKind::character;
      break;
    case 0060000:
      entry.kind = FileKind::block;
      break;
    case 0140000:
      entry.kind = FileKind::socket;
      break;
    default:
      break;
  }
}

// A folder too deep for ISO 9660 lies elsewhere: its own first record stands for it.
void follow_child(const IsoVolume& volume, std::uint32_t block, FileEntry& entry) {
  entry.kind = FileKind::folder;
  entry.id.number = static_cast<std::uint64_t>(block) * volume.block_size;
  if (const auto self = IsoRecords(volume).at(entry.id.number)) {
    entry.folder_key = volume.start_of(*self);
    entry.size = self->data_length;
  }
}

void add_rock_ridge(const IsoVolume& volume, const RockRidge& rr, FileEntry& entry,
                    std::vector<Problem>& problems) {
  if (!rr.name.empty()) entry.name = utf8_name(rr.name);
  if (rr.loops) {
    tell_iso(problems, entry, "its Rock Ridge continues in a circle or nowhere, expected an end");
  }
  if (rr.mode) set_mode(*rr.mode, entry);
  entry.uid = rr.uid;
  entry.gid = rr.gid;
  if (!rr.link_target.empty()) {
    entry.kind = FileKind::link;
    entry.link_target = utf8_name(rr.link_target);
  }
  entry.times.accessed = rr.times.accessed;
  entry.times.changed = rr.times.changed;
  entry.times.created = rr.times.created;
  if (rr.times.modified) entry.times.modified = rr.times.modified;
  if (rr.child) follow_child(volume, *rr.child, entry);
}

}  // namespace

std::optional<FileEntry> iso_entry(const IsoVolume& volume, const IsoRecord& record,
                                   std::uint64_t at, std::vector<Problem>& problems) {
  FileEntry entry{.name = iso_name(record.identifier, volume.names),
                  .id = {.number = at},
                  .kind = record.is_folder() ? FileKind::folder : FileKind::file,
                  .size = record.data_length,
                  .folder_key = volume.start_of(record)};
  entry.times.modified = record.recorded;
  if (const auto xa = xa_attributes(record.system_use)) {
    entry.form2 = (*xa & (kXaForm2 | kXaInterleaved)) != 0;
  }
  if (volume.susp_skip) {
    const RockRidge rr = rock_ridge_of(volume, record);
    if (rr.relocated || rr.is_current_or_parent) return std::nullopt;
    add_rock_ridge(volume, rr, entry, problems);
  }
  if (record.is_associated()) entry.name += ":associated";
  entry.name = safe_name(std::move(entry.name));
  return entry;
}

RockRidge rock_ridge_of(const IsoVolume& volume, const IsoRecord& record) {
  return parse_rock_ridge(record.system_use, *volume.susp_skip, *volume.source, volume.block_size);
}

std::string iso_name(Bytes identifier, IsoNames names) {
  std::string name = names == IsoNames::joliet ? utf16_name(identifier, ByteOrder::big)
                                               : utf8_name(chars_of(identifier));
  const std::size_t version = name.find_last_of(';');
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version != std::string::npos && version > 0 &&
      std::all_of(name.begin() + static_cast<std::ptrdiff_t>(version) + 1, name.end(), is_digit)) {
    name.resize(version);
  }
  if (names != IsoNames::joliet && name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

void tell_iso(std::vector<Problem>& problems, const FileEntry& entry, const std::string& message) {
  const std::string name = entry.name.empty() ? "/" : printable(entry.name);
  problems.push_back({.severity = Severity::fault,
                      .code = "iso.record",
                      .message = fmt::format("{}: {}", name, message)});
}

}  // namespace pregap::volumes
