#include "bytes/undo_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/endian.h"
#include "base/text.h"
#include "bytes/patch_file.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::string_view kMagic = "PREGAPUN";
constexpr std::size_t kHexDigest = 64;
constexpr std::size_t kChangeHead = 24;  // length, file, offset, two checksums
constexpr std::size_t kWindow = 256 * 1024;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A name in the journal's folder or below it.
bool leads_inside(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\0') != name.npos) return false;
  for (std::string_view rest = name;;) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == rest.size()) return true;
    rest.remove_prefix(part.size() + 1);
  }
}

}  // namespace

UndoJournalWriter::UndoJournalWriter(const std::filesystem::path& path,
                                     const std::vector<UndoFile>& files, Overwrite overwrite)
    : file_(path, overwrite), digest_(make_digest(DigestKind::sha256)) {
  std::array<std::uint8_t, 12> numbers;
  write(bytes_of(kMagic));
  store_le32(numbers, 0, kUndoVersion);
  store_le32(numbers, 4, static_cast<std::uint32_t>(files.size()));
  write(std::span(numbers).first(8));
  for (const UndoFile& file : files) {
    store_le64(numbers, 0, file.size);
    store_le32(numbers, 8, static_cast<std::uint32_t>(file.name.size()));
    write(numbers);
    write(bytes_of(file.name));
  }
}

void UndoJournalWriter::write(std::span<const std::uint8_t> bytes) {
  digest_->update(bytes);
  file_.write(bytes);
}

void UndoJournalWriter::add(std::uint32_t file, std::uint64_t offset,
                            std::span<const std::uint8_t> before,
                            std::span<const std::uint8_t> after) {
  std::array<std::uint8_t, kChangeHead> head;
  store_le32(head, 0, static_cast<std::uint32_t>(before.size()));
  store_le32(head, 4, file);
  store_le64(head, 8, offset);
  store_le32(head, 16, crc32_of(before));
  store_le32(head, 20, crc32_of(after));
  write(head);
  write(before);
  write(after);
  ++changes_;
}

void UndoJournalWriter::finish() {
  std::array<std::uint8_t, 12> end{};
  store_le64(end, 4, changes_);
  write(end);
  file_.write(bytes_of(digest_->finish()));
  file_.flush_to_disk();
  file_.commit();
  flush_folder_of(file_.target());
}

// Reads ahead, and takes the digest of what it gave.
class UndoJournal::Reader {
 public:
  Reader(const ByteSource& source, std::uint64_t offset)
      : source_(source), offset_(offset), digest_(make_digest(DigestKind::sha256)) {}

  std::uint64_t offset() const { return offset_; }
  std::string digest() { return digest_->finish(); }

  [[noreturn]] void fail(std::string message) const {
    throw Error(ErrorCode::malformed, fmt::format("{}:byte {}", source_.name(), offset_),
                std::move(message));
  }

  void take(std::span<std::uint8_t> out) {
    peek(out);
    digest_->update(out);
  }

  // Without the digest.
  void peek(std::span<std::uint8_t> out) {
    if (source_.size() - offset_ < out.size()) {
      fail(fmt::format("the end of the file, expected {} more bytes of an undo journal",
                       out.size() - (source_.size() - offset_)));
    }
    while (!out.empty()) {
      if (at_ == window_.size()) fill();
      const std::size_t n = std::min(out.size(), window_.size() - at_);
      std::copy_n(window_.begin() + static_cast<std::ptrdiff_t>(at_), n, out.begin());
      at_ += n;
      offset_ += n;
      out = out.subspan(n);
    }
  }

  bool at_end() const { return offset_ == source_.size(); }

 private:
  void fill() {
    window_.resize(std::min<std::uint64_t>(kWindow, source_.size() - offset_));
    read_exactly(source_, offset_, window_);
    at_ = 0;
  }

  const ByteSource& source_;
  std::uint64_t offset_;
  std::unique_ptr<Digest> digest_;
  std::vector<std::uint8_t> window_;
  std::size_t at_ = 0;
};

UndoJournal::UndoJournal(std::shared_ptr<const ByteSource> bytes) : bytes_(std::move(bytes)) {
  Reader reader(*bytes_, 0);
  read_files(reader);
  first_change_ = reader.offset();
  std::vector<std::uint8_t> buffer;
  UndoChange change;
  for (;;) {
    std::array<std::uint8_t, 4> length;
    reader.take(length);
    if (load_le32(length, 0) == 0) break;
    read_change(reader, load_le32(length, 0), buffer, change);
    ++changes_;
  }
  std::array<std::uint8_t, 8> count;
  reader.take(count);
  if (load_le64(count, 0) != changes_) {
    reader.fail(fmt::format("a count of {} changes, expected {}", load_le64(count, 0), changes_));
  }
  const std::string computed = reader.digest();
  std::array<std::uint8_t, kHexDigest> stored;
  reader.peek(stored);
  if (!std::ranges::equal(stored, bytes_of(computed))) {
    reader.fail("another SHA-256 than that of the journal, expected a whole journal");
  }
  if (!reader.at_end()) reader.fail("more bytes, expected the journal's end");
}

void UndoJournal::read_files(Reader& reader) {
  std::array<std::uint8_t, 16> head;
  reader.take(head);
  if (!std::ranges::equal(std::span(head).first(8), bytes_of(kMagic))) {
    reader.fail("other first bytes, expected an undo journal's");
  }
  const std::uint32_t version = load_le32(head, 8), files = load_le32(head, 12);
  if (version != kUndoVersion) {
    throw Error(ErrorCode::unsupported, bytes_->name(),
                fmt::format("an undo journal of version {}, expected {}", version, kUndoVersion));
  }
  if (files == 0 || files > kMostUndoFiles) {
    reader.fail(fmt::format("{} files, expected 1 to {}", files, kMostUndoFiles));
  }
  for (std::uint32_t i = 0; i < files; ++i) {
    std::array<std::uint8_t, 12> row;
    reader.take(row);
    UndoFile file{.name = {}, .size = load_le64(row, 0)};
    const std::uint32_t length = load_le32(row, 8);
    if (length > kLongestUndoName) {
      reader.fail(fmt::format("a name of {} bytes, expected at most {}", length, kLongestUndoName));
    }
    file.name.resize(length);
    reader.take({reinterpret_cast<std::uint8_t*>(file.name.data()), file.name.size()});
    if (!leads_inside(file.name)) {
      reader.fail(fmt::format("the name \"{}\", expected one in the journal's folder",
                              printable(file.name)));
    }
    files_.push_back(std::move(file));
  }
}

void UndoJournal::read_change(Reader& reader, std::uint32_t length,
                              std::vector<std::uint8_t>& buffer, UndoChange& change) const {
  std::array<std::uint8_t, kChangeHead - 4> head;
  reader.take(head);
  const std::uint32_t file = load_le32(head, 0);
  change.offset = load_le64(head, 4);
  if (length > kLongestUndoChange) {
    reader.fail(
        fmt::format("a change of {} bytes, expected at most {}", length, kLongestUndoChange));
  }
  if (file >= files_.size()) {
    reader.fail(fmt::format("a change in file {}, expected at most {}", file, files_.size() - 1));
  }
  const std::uint64_t size = files_[file].size;
  if (length > size || change.offset > size - length) {
    reader.fail(fmt::format("a change of {} bytes at byte {}, expected one within the {} of {}",
                            length, change.offset, size, printable(files_[file].name)));
  }
  change.file = file;
  buffer.resize(std::size_t{2} * length);
  reader.take(buffer);
  change.before = std::span(buffer).first(length);
  change.after = std::span(buffer).last(length);
  if (crc32_of(change.before) != load_le32(head, 12) ||
      crc32_of(change.after) != load_le32(head, 16)) {
    reader.fail("another CRC-32 than that of the bytes, expected a whole journal");
  }
}

void UndoJournal::for_each(const std::function<void(const UndoChange&)>& take) const {
  Reader reader(*bytes_, first_change_);
  std::vector<std::uint8_t> buffer;
  UndoChange change;
  for (std::uint64_t n = 0; n < changes_; ++n) {
    std::array<std::uint8_t, 4> length;
    reader.take(length);
    read_change(reader, load_le32(length, 0), buffer, change);
    take(change);
  }
}

}  // namespace pregap
