#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "report/disk.h"

namespace pregap::report {
namespace {

std::string_view words_for_table(std::string_view kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words = {
      {{"mbr", "MBR"},
       {"gpt", "GPT"},
       {"apm", "Apple partition map"},
       {"bsd", "BSD disklabel"},
       {"sun", "Sun disk label"},
       {"sgi", "SGI disk label"},
       {"atari", "Atari AHDI"}}};
  const auto at =
      std::ranges::find(words, kind, &std::pair<std::string_view, std::string_view>::first);
  return at == words.end() ? kind : at->second;
}

std::string_view value_of(const Facts& facts, std::string_view name) {
  const auto at = std::ranges::find(
      facts, name, [](const auto& fact) -> std::string_view { return fact.first; });
  return at == facts.end() ? std::string_view() : std::string_view(at->second);
}

std::string number(std::uint64_t n) { return with_thousands(static_cast<long long>(n)); }

std::string quoted(const std::string& label) {
  return label.empty() ? std::string() : fmt::format(" \"{}\"", shown(label));
}

std::string facts_lines(const Facts& facts, std::string_view indent) {
  std::string text;
  for (const auto& [name, value] : facts) {
    if (!value.empty()) text += fmt::format("{}{}: {}\n", indent, shown(name), shown(value));
  }
  return text;
}

std::string geometry_line(const Facts& geometry) {
  if (geometry.empty()) return {};
  return fmt::format("  floppy: {}: {} cylinders, {} heads, {} sectors per track of {} bytes\n",
                     value_of(geometry, "name"), value_of(geometry, "cylinders"),
                     value_of(geometry, "heads"), value_of(geometry, "sectors per track"),
                     value_of(geometry, "sector size"));
}

const volumes::FileSystem* file_system_of(const volumes::Contents& contents,
                                          const std::string& address) {
  const auto at =
      std::ranges::find(contents.file_systems, address, &volumes::FileSystem::partition);
  return at == contents.file_systems.end() ? nullptr : &*at;
}

std::string partition_row(const volumes::PartitionTable& table, const volumes::Partition& p,
                          const volumes::Contents& contents, std::size_t address_width) {
  const volumes::FileSystem* fs = file_system_of(contents, p.address);
  std::string row =
      fmt::format("    {:<{}}  {:>10}  {:>10}  {:>10}  {}{}{}", p.address, address_width,
                  p.offset / table.sector_size, p.size / table.sector_size, size_text(p.size),
                  shown(p.type), p.active ? ", active" : "", quoted(p.label));
  if (fs != nullptr) row += fmt::format(": {}{}", fs->kind, quoted(fs->label));
  return row + '\n';
}

std::string table_text(const volumes::PartitionTable& table, const volumes::Contents& contents,
                       const Style& style) {
  std::string text = fmt::format("  {}", words_for_table(table.kind));
  if (const auto role = value_of(table.facts, "role"); !role.empty() && role != "table") {
    text += fmt::format(" ({})", role);
  }
  if (!table.id.empty()) text += ", disk " + shown(table.id);
  text += fmt::format(", {} of {}-byte sectors\n",
                      counted(static_cast<long long>(table.partitions.size()), "partition"),
                      table.sector_size);
  if (style.verbose) text += facts_lines(table.facts, "    ");
  if (table.partitions.empty() ||
      (value_of(table.facts, "role") == "protective" && !style.verbose)) {
    return text;
  }
  std::size_t width = 4;
  for (const volumes::Partition& p : table.partitions) width = std::max(width, p.address.size());
  text += fmt::format("    {:<{}}  {:>10}  {:>10}  {:>10}  type\n", "part", width, "start",
                      "sectors", "size");
  for (const volumes::Partition& p : table.partitions) {
    text += partition_row(table, p, contents, width);
    if (!style.verbose) continue;
    text += facts_lines({{"type id", p.type_id}, {"id", p.id}}, "      ");
    text += facts_lines(p.facts, "      ");
  }
  return text;
}

std::string file_system_text(const volumes::FileSystem& fs, const Style& style) {
  std::string text = fmt::format("  {}{}{}", fs.partition.empty() ? "" : fs.partition + ": ",
                                 shown(fs.kind), quoted(fs.label));
  if (!fs.id.empty()) text += ", " + shown(fs.id);
  if (fs.blocks > 0) {
    const bool clusters = fs.kind.find("FAT") != fs.kind.npos || fs.kind == "NTFS";
    text += fmt::format(", {} {}{} of {} bytes", number(fs.blocks), clusters ? "cluster" : "block",
                        fs.blocks == 1 ? "" : "s", number(fs.block_size));
    if (fs.free_blocks) text += fmt::format(", {} free", number(*fs.free_blocks));
  } else if (fs.size > 0) {
    text += ", " + size_text(fs.size);
  }
  for (const char* name :
       {"last mounted", "last mounted on", "state", "unmounted cleanly", "created"}) {
    const auto value = value_of(fs.facts, name);
    if (value.empty() || value == "clean" || value == "yes") continue;
    text += fmt::format(", {}{}", name, value == "no" ? ": no" : " " + shown(std::string(value)));
  }
  text += '\n';
  return style.verbose ? text + facts_lines(fs.facts, "    ") : text;
}

std::string contents_text(const volumes::Contents& contents, const Style& style) {
  std::string text = geometry_line(contents.geometry);
  for (const volumes::PartitionTable& table : contents.tables) {
    text += table_text(table, contents, style);
  }
  for (const volumes::FileSystem& fs : contents.file_systems) text += file_system_text(fs, style);
  return text;
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> units = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  const bool whole =
      value >= 100 || value == static_cast<double>(static_cast<std::uint64_t>(value));
  return whole ? fmt::format("{:.0f} {}", value, units[unit])
               : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string container_lines(const std::vector<Container>& containers) {
  std::string text;
  for (const Container& container : containers) {
    text += fmt::format("  container: {}", container.kind);
    if (container.files.size() > 1) {
      text += fmt::format(", {} files", container.files.size());
    }
    text += '\n' + facts_lines(container.facts, "    ");
  }
  return text;
}

std::string track_contents_text(const std::vector<operations::TrackContents>& tracks,
                                const Style& style) {
  std::string text;
  for (const operations::TrackContents& item : tracks) {
    text += fmt::format("  on track {}, seen as a disk:\n", item.track->number);
    text += contents_text(item.contents, style);
    text += problem_lines(item.contents.problems, style);
  }
  return text;
}

std::string disk_info_text(const operations::Look& look, const Style& style) {
  std::string text =
      fmt::format("{}: disk, {} bytes ({}){}\n", shown(look.image.path.string()),
                  number(look.image.bytes->size()), size_text(look.image.bytes->size()),
                  look.is_unknown() ? ", unknown content" : "");
  text += container_lines(look.image.containers);
  text += contents_text(look.contents, style);
  return text + problem_lines(look.contents.problems, style);
}

}  // namespace pregap::report
