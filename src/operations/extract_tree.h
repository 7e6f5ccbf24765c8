// A tree of files that appears whole: it grows in a hidden folder beside its target, and moves
// to its place at the end. Names from an image never lead out of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "bytes/output_file.h"
#include "bytes/staging_folder.h"
#include "operations/extract_output.h"
#include "volumes/file_reader.h"

namespace pregap::operations {

// One file of the tree while it is written. Holes stay holes.
class TreeFile final : public FileOutput {
 public:
  // Throws Error(unwritable).
  explicit TreeFile(std::filesystem::path path);
  ~TreeFile() override;

  void write(std::span<const std::uint8_t> bytes) override;
  void skip(std::uint64_t size) override;
  std::uint64_t copy(ByteSource::InFile from, std::uint64_t size) override;
  // Permissions, where the file system had any, and times; then it is closed. False: it is too
  // large, and gone.
  bool finish(const volumes::FileEntry& entry);
  std::uint64_t size() const override { return size_; }

 private:
  [[noreturn]] void fail(int error) const;

  std::filesystem::path path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  bool too_large_ = false;  // for the file system: nothing more is written
};

class ExtractTree {
 public:
  // `folder` is made if it isn't there; taken away again unless commit() is reached.
  ExtractTree(std::filesystem::path folder, Overwrite overwrite);
  ~ExtractTree();
  ExtractTree(const ExtractTree&) = delete;
  ExtractTree& operator=(const ExtractTree&) = delete;

  // Where an entry called `name` of the folder `parent` (empty: the top) is to be made: a name that
  // nothing has yet, short enough to exist. Throws Error(exists) at the top, where something of
  // that name is in the target already and mustn't be replaced.
  std::filesystem::path place(const std::filesystem::path& parent, const std::string& name);

  std::filesystem::path path_of(const std::filesystem::path& relative) const;
  void make_folder(const std::filesystem::path& relative, const volumes::FileEntry& entry);
  // False: its target is absolute, or leads out of the tree, and it was not made.
  bool make_link(const std::filesystem::path& relative, const volumes::FileEntry& entry,
                 bool allow_outside);

  // Folders get their times and modes, and everything its place. Throws Error(exists) if something
  // came up there meanwhile, Error(unwritable).
  void commit();

  const std::filesystem::path& folder() const { return folder_; }

 private:
  void move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);

  std::filesystem::path folder_;
  std::optional<StagingFolder> staging_;  // until commit()
  Overwrite overwrite_;
  bool made_folder_ = false;
  std::map<std::filesystem::path, std::set<std::string>> used_;  // names by folder
  std::vector<std::pair<std::filesystem::path, volumes::FileEntry>> folders_;
};

}  // namespace pregap::operations
