// The files of a mended image: which file of the image becomes which of the output, and writing
// them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bytes/output_file.h"
#include "operations/repair_pass.h"
#include "pregap/bytes.h"

namespace pregap::operations {

struct OutputPlan {
  struct Copy {
    std::filesystem::path from, to;
  };
  // The descriptor, if there is one, last: it names the others.
  std::vector<Copy> copies;
  std::vector<std::size_t> of_file;  // by Disc::files: index into `copies`
  bool has_descriptor = false;
  std::string descriptor;  // its bytes, with the new names
};

// Names of files that begin with the image's name get the output's in its place; others keep theirs
// if the output lies in another folder. Sidecars (.sub, .sbi, .lsd, .cdt) come along. Throws Error:
// usage (an ending of another format), refused (an output that is part of the image, two files
// under one name, a name that the descriptor can't hold).
OutputPlan plan_output(const Disc& disc, const std::filesystem::path& out,
                       const RepairOptions& options);

// Copies of the image's files that changes are written into. Nothing is copied before the first
// change or copy_all().
class RepairOutput final : public ChangeSink {
 public:
  RepairOutput(const OutputPlan& plan, const RepairOptions& options);
  ~RepairOutput() override;

  void change(std::size_t file, std::uint64_t offset, std::span<const std::uint8_t> before,
              std::span<const std::uint8_t> after) override;
  void copy_all();
  // Gives all files their names; copy_all() must have been called.
  void commit();
  void withdraw() noexcept;
  std::uint64_t bytes() const;

 private:
  // Changes that lie close together, with what is between them: one write for many.
  struct Window {
    std::size_t copy = 0;
    std::uint64_t offset = 0;
    std::vector<std::uint8_t> bytes;
    std::uint64_t end() const { return offset + bytes.size(); }
  };
  void make_folders();
  void write_window();

  const OutputPlan& plan_;
  const RepairOptions& options_;
  std::vector<std::unique_ptr<OutputFile>> files_;          // as in the plan, once copied
  std::vector<std::shared_ptr<const ByteSource>> sources_;  // likewise; none of the descriptor
  Window window_;
  std::vector<std::filesystem::path> made_folders_;
  bool committed_ = false;
};

}  // namespace pregap::operations
