#include "volumes/file_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <unordered_set>

#include "base/text.h"
#include "pregap/error.h"

namespace pregap::volumes {
namespace {

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + '/' + name;
}

// By name; of equal ones the first stays before the others. What is moved is small.
void sort_by_name(std::vector<FileEntry>& entries) {
  const auto name = [](const FileEntry& e) -> const std::string& { return e.name; };
  if (std::ranges::is_sorted(entries, {}, name)) return;
  std::vector<FileEntry*> order;
  order.reserve(entries.size());
  for (FileEntry& entry : entries) order.push_back(&entry);
  std::ranges::stable_sort(order, {},
                           [](const FileEntry* e) -> const std::string& { return e->name; });
  std::vector<FileEntry> sorted;
  sorted.reserve(entries.size());
  for (FileEntry* entry : order) sorted.push_back(std::move(*entry));
  entries = std::move(sorted);
}

class Walk {
 public:
  Walk(FileReader& reader, const WalkOptions& options,
       const std::function<bool(const FoundFile&)>& take, std::vector<Problem>& problems)
      : reader_(reader), options_(options), take_(take), problems_(problems) {}

  bool run(const FoundFile& folder, std::size_t depth) {
    entered_.insert(folder.entry.folder_key);
    std::vector<FileEntry> entries;
    if (!list_or_tell(folder, depth, entries)) return false;
    listed_.push_back({.folders = folders_of(entries), .next = 0, .depth = depth});
    const bool goes_on = run_through(folder, entries, depth);
    listed_.pop_back();
    return goes_on;
  }

 private:
  // A folder whose entries are gone through.
  struct Listed {
    std::vector<const FileEntry*> folders;  // in it, if any are listed ahead
    std::size_t next;                       // the first of them that was not looked at
    std::size_t depth;
  };

  bool lists_ahead() const { return options_.lists_only && options_.recursive; }
  std::vector<const FileEntry*> folders_of(const std::vector<FileEntry>& entries) const {
    std::vector<const FileEntry*> folders;
    if (!lists_ahead()) return folders;
    for (const FileEntry& entry : entries) {
      if (entry.kind == FileKind::folder) folders.push_back(&entry);
    }
    return folders;
  }

  bool run_through(const FoundFile& folder, std::vector<FileEntry>& entries, std::size_t depth) {
    list_ahead();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].kind == FileKind::folder) ++listed_.back().next;
      const std::string path = joined(folder.path, entries[i].name);
      const FoundFile found{path, std::move(entries[i])};
      if (!take_(found)) return false;
      if (!options_.recursive || found.entry.kind != FileKind::folder) continue;
      if (!may_enter(found, depth)) continue;
      if (!run(found, depth + 1)) return false;
    }
    return true;
  }

  // One folder that can't be read doesn't end the walk, unless it is the first one.
  bool list_or_tell(const FoundFile& folder, std::size_t depth, std::vector<FileEntry>& entries) {
    try {
      return list(folder, entries);
    } catch (const Error& error) {
      const bool goes_on = error.code() == ErrorCode::unreadable;
      if (depth == 1 || (!goes_on && error.code() != ErrorCode::malformed)) throw;
      tell(folder.path, error.message(), "files.unreadable");
      return goes_on;
    }
  }

  bool list(const FoundFile& folder, std::vector<FileEntry>& entries) {
    if (!asked_.empty() && asked_.front() == folder.entry.id) {
      asked_.pop_front();
      ahead_ = std::min(2 * ahead_, kMostAhead);
    } else if (!asked_.empty()) {  // guessed wrong: the others are forgotten
      asked_.clear();
      ahead_ = 1;
    }
    reader_.list(
        folder.entry, options_.deleted,
        [&](FileEntry&& entry) {
          if (++count_ > options_.limits.entries) return false;
          if (entry.system && !options_.system) return true;
          entries.push_back(std::move(entry));
          return true;
        },
        problems_);
    if (count_ > options_.limits.entries) {
      tell(folder.path,
           fmt::format("more than {} entries, expected fewer",
                       with_thousands(static_cast<long long>(options_.limits.entries))));
      return false;
    }
    if (options_.sorted) sort_by_name(entries);
    return true;
  }

  // The folders that come next unless there are others in them, which is not known before.
  std::vector<const FileEntry*> folders_to_come() const {
    std::vector<const FileEntry*> folders;
    for (auto listed = listed_.rbegin(); listed != listed_.rend(); ++listed) {
      if (listed->depth >= options_.limits.depth) continue;
      for (std::size_t i = listed->next; i < listed->folders.size(); ++i) {
        if (entered_.contains(listed->folders[i]->folder_key)) continue;
        if (folders.size() == ahead_) return folders;
        folders.push_back(listed->folders[i]);
      }
    }
    return folders;
  }

  // Has the reader begin with what is listed next: further ahead as long as that is guessed right.
  void list_ahead() {
    if (!lists_ahead()) return;
    const std::vector<const FileEntry*> folders = folders_to_come();
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      if (i >= folders.size() || asked_[i] != folders[i]->id) return;
    }
    for (std::size_t i = asked_.size(); i < folders.size(); ++i) {
      reader_.expect_list(*folders[i], options_.deleted);
      asked_.push_back(folders[i]->id);
    }
  }

  bool may_enter(const FoundFile& folder, std::size_t depth) {
    if (entered_.contains(folder.entry.folder_key)) {
      // A deleted name often leads to what took its folder's place.
      if (!folder.entry.deleted) {
        tell(folder.path, "a folder that was listed already, expected each in one place");
      }
      return false;
    }
    if (depth >= options_.limits.depth) {
      tell(folder.path,
           fmt::format("more than {} folders within folders, not listed", options_.limits.depth));
      return false;
    }
    return true;
  }

  void tell(const std::string& path, const std::string& message, const char* code = "folder.loop") {
    problems_.push_back({.severity = Severity::fault,
                         .code = code,
                         .message = fmt::format("/{}: {}", printable(path), message)});
  }

  FileReader& reader_;
  const WalkOptions& options_;
  const std::function<bool(const FoundFile&)>& take_;
  std::vector<Problem>& problems_;
  std::unordered_set<std::uint64_t> entered_;
  std::size_t count_ = 0;
  static constexpr std::size_t kMostAhead = 16;
  std::vector<Listed> listed_;  // the way down to here
  std::deque<FileId> asked_;    // folders that the reader was told to begin with
  std::size_t ahead_ = 1;       // how many it may be told
};

std::optional<FileEntry> find_name(FileReader& reader, const FileEntry& folder,
                                   std::string_view name, Deleted deleted,
                                   std::vector<Problem>& problems) {
  std::optional<FileEntry> exact, other_case;
  bool ambiguous = false;
  reader.list(
      folder, deleted,
      [&](FileEntry&& entry) {
        if (entry.name == name) {
          if (exact && entry.deleted) return true;
          const bool settled = !entry.deleted;
          exact = std::move(entry);
          return !settled;
        }
        if (equal_ignoring_case(entry.name, name)) {
          ambiguous = ambiguous || other_case.has_value();
          other_case = std::move(entry);
        }
        return true;
      },
      problems);
  if (exact) return exact;
  return ambiguous ? std::nullopt : other_case;
}

}  // namespace

std::optional<FoundFile> find_path(FileReader& reader, std::string_view path, Deleted deleted,
                                   std::vector<Problem>& problems) {
  FoundFile at{"", reader.root()};
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (name.empty() || name == ".") continue;
    if (at.entry.kind != FileKind::folder) return std::nullopt;
    std::optional<FileEntry> entry = find_name(reader, at.entry, name, deleted, problems);
    if (!entry) return std::nullopt;
    std::string found_path = joined(at.path, entry->name);
    at = {std::move(found_path), std::move(*entry)};
  }
  return at;
}

bool walk(FileReader& reader, const FoundFile& from, const WalkOptions& options,
          const std::function<bool(const FoundFile&)>& take, std::vector<Problem>& problems) {
  if (options.names_only) reader.names_suffice();
  return Walk(reader, options, take, problems).run(from, 1);
}

std::string to_string(const FileId& id) {
  if (id.stream_type == 0 && id.stream == 0) return fmt::format("{}", id.number);
  return fmt::format("{}-{}-{}", id.number, id.stream_type, id.stream);
}

std::optional<FileId> parse_file_id(const std::string& text) {
  FileId id;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](auto& value) {
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc()) return false;
    at = next;
    return true;
  };
  const auto dash = [&] { return at != end && *at++ == '-'; };
  if (!number(id.number)) return std::nullopt;
  if (at == end) return id;
  if (!dash() || !number(id.stream_type) || !dash() || !number(id.stream) || at != end) {
    return std::nullopt;
  }
  return id;
}

std::string_view name_of(FileKind kind) noexcept {
  switch (kind) {
    case FileKind::file:
      return "file";
    case FileKind::folder:
      return "folder";
    case FileKind::link:
      return "link";
    case FileKind::fifo:
      return "fifo";
    case FileKind::character:
      return "character";
    case FileKind::block:
      return "block";
    case FileKind::socket:
      return "socket";
    case FileKind::other:
      return "other";
  }
  return "";
}

}  // namespace pregap::volumes
