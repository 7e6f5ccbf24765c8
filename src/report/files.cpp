#include "report/files.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <ctime>
#include <iterator>

#include "base/text.h"

namespace pregap::report {
namespace {

using volumes::FileEntry;
using volumes::FileKind;
using volumes::FoundFile;

std::optional<std::tm> calendar(const std::optional<std::int64_t>& seconds) {
  if (!seconds) return std::nullopt;
  const auto time = static_cast<std::time_t>(*seconds);
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return std::nullopt;
  return parts;
}

std::string time_text(const std::optional<std::int64_t>& seconds, const char* between,
                      const char* end) {
  const auto t = calendar(seconds);
  if (!t) return {};
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}", t->tm_year + 1900, t->tm_mon + 1,
                     t->tm_mday, between, t->tm_hour, t->tm_min, t->tm_sec, end);
}

char kind_letter(FileKind kind) {
  switch (kind) {
    case FileKind::file:
      return '-';
    case FileKind::folder:
      return 'd';
    case FileKind::link:
      return 'l';
    case FileKind::fifo:
      return 'p';
    case FileKind::character:
      return 'c';
    case FileKind::block:
      return 'b';
    case FileKind::socket:
      return 's';
    case FileKind::other:
      return '?';
  }
  return '?';
}

// As ls -l has it; dashes where the file system keeps no modes.
std::string mode_text(const FileEntry& entry) {
  std::string text(10, '-');
  text[0] = kind_letter(entry.kind);
  if (!entry.mode) return text;
  constexpr std::string_view letters = "rwxrwxrwx";
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if ((*entry.mode >> (8 - i) & 1) != 0) text[i + 1] = letters[i];
  }
  const auto special = [&](std::uint32_t bit, std::size_t at, char letter) {
    if ((*entry.mode & bit) == 0) return;
    text[at] = text[at] == 'x' ? letter : static_cast<char>(letter - 'a' + 'A');
  };
  special(04000, 3, 's');
  special(02000, 6, 's');
  special(01000, 9, 't');
  return text;
}

Json lbas_json(const std::vector<Lba>& lbas) {
  Json json = Json::array();
  for (const Lba lba : lbas) json.push_back(lba.value);
  return json;
}

}  // namespace

void add_file_line(std::string& text, const FoundFile& file, ListForm form) {
  const FileEntry& e = file.entry;
  if (form == ListForm::lines) {
    std::string time = time_text(e.times.modified, " ", "");
    if (time.empty()) time = "-";
    fmt::format_to(std::back_inserter(text), "{} {:>12} {:>19} {:>8} ", mode_text(e), e.size, time,
                   volumes::to_string(e.id));
  }
  add_printable(text, file.path);
  if (e.kind == FileKind::folder) text += '/';
  if (form == ListForm::lines && e.kind == FileKind::link) {
    text += " -> ";
    add_printable(text, e.link_target);
  }
  if (e.deleted) text += " (deleted)";
  text += '\n';
}

Json file_json(const FoundFile& file) {
  const FileEntry& e = file.entry;
  Json json = {{"path", file.path},
               {"kind", volumes::name_of(e.kind)},
               {"size", e.size},
               {"id", volumes::to_string(e.id)}};
  const auto add_time = [&](const char* key, const std::optional<std::int64_t>& time) {
    if (std::string text = time_text(time, "T", "Z"); !text.empty()) json[key] = std::move(text);
  };
  add_time("modified", e.times.modified);
  add_time("accessed", e.times.accessed);
  add_time("changed", e.times.changed);
  add_time("created", e.times.created);
  if (e.mode) json["mode"] = fmt::format("{:04o}", *e.mode);
  if (e.uid) json["uid"] = *e.uid;
  if (e.gid) json["gid"] = *e.gid;
  if (e.kind == FileKind::link) json["link_target"] = e.link_target;
  if (e.deleted) json["deleted"] = true;
  if (e.system) json["system"] = true;
  if (e.form2) json["form2"] = true;
  return json;
}

std::string files_json(const std::string& image, const operations::FileListing& listing,
                       Json entries) {
  const Json json = {{"schema", "pregap.ls/1"},
                     {"image", image},
                     {"address", listing.address},
                     {"file_system", listing.kind},
                     {"label", listing.label},
                     {"entries", std::move(entries)},
                     {"problems", problems_json(listing.problems)}};
  return line_of(json);
}

std::string extract_text(const std::string& image, const operations::ExtractReport& report,
                         const Style& style) {
  std::string text =
      fmt::format("{}: {}", shown(image), counted(static_cast<long long>(report.files), "file"));
  const auto add = [&](std::uint64_t n, std::string_view noun) {
    if (n > 0) text += ", " + counted(static_cast<long long>(n), noun);
  };
  add(report.folders, "folder");
  add(report.links, "link");
  text += fmt::format(", {} bytes\n", with_thousands(static_cast<long long>(report.bytes)));
  if (report.corrected > 0) {
    text += "  corrected on the way: " + counted(report.corrected, "sector") + '\n';
  }
  for (const operations::DamagedFile& file : report.damaged) {
    text += fmt::format("  damaged: /{}, {} from LBA {}\n", printable(file.path),
                        counted(static_cast<long long>(file.lbas.size()), "sector"),
                        file.lbas.front().value);
  }
  if (report.left_out > 0) {
    text += "  left out: " + with_thousands(static_cast<long long>(report.left_out)) + '\n';
  }
  return text + problem_lines(report.problems, style);
}

std::string extract_json(const std::string& image, const operations::ExtractReport& report) {
  Json damaged = Json::array(), outputs = Json::array();
  for (const operations::DamagedFile& file : report.damaged) {
    damaged.push_back({{"path", file.path}, {"lbas", lbas_json(file.lbas)}});
  }
  for (const auto& output : report.outputs) outputs.push_back(output.string());
  const Json json = {{"schema", "pregap.extract/1"},
                     {"image", image},
                     {"outputs", outputs},
                     {"files", report.files},
                     {"folders", report.folders},
                     {"links", report.links},
                     {"bytes", report.bytes},
                     {"left_out", report.left_out},
                     {"corrected_sectors", report.corrected},
                     {"damaged", damaged},
                     {"problems", problems_json(report.problems)}};
  return line_of(json);
}

}  // namespace pregap::report
