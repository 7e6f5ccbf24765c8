// qcow2, VMDK, VDI, VHD and VHDX, read through qemu-nbd.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/endian.h"
#include "bytes/container_kind.h"
#include "bytes/qemu_references.h"
#include "bytes/qemu_server.h"
#include "pregap/error.h"

namespace pregap {
namespace {

constexpr std::size_t kMostShown = 10;

bool probe(const Packed& packed) { return !qemu_driver_of(*packed.bytes).empty(); }

class QemuSource final : public ByteSource {
 public:
  QemuSource(const std::filesystem::path& path, const std::string& driver,
             const std::stop_token& stop)
      : server_(path, driver, QemuServer::Access::read, stop), name_(path.string()) {}

  std::uint64_t size() const noexcept override { return server_.client().size(); }
  const std::string& name() const noexcept override { return name_; }

  std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size()) return 0;
    const std::size_t n = std::min<std::uint64_t>(out.size(), size() - offset);
    server_.client().read(offset, out.first(n));
    return n;
  }

 private:
  QemuServer server_;
  std::string name_;
};

// qemu-img check: 0 good, 2 corrupt, 3 leaks only, 63 not known of the format.
std::vector<Problem> check(const std::filesystem::path& path, const std::string& driver,
                           const WorkOptions& work) {
  enum Status { kGood = 0, kCorrupt = 2, kLeaks = 3, kUnchecked = 63 };
  ToolProcess process({find_tool("qemu-img", kQemuPackage), "check", "--image-opts",
                       qemu_image_options(path, driver)});
  const int status = process.wait(work.stop);
  if (status == kGood || status == kUnchecked) return {};
  const bool known = status == kCorrupt || status == kLeaks;
  const Severity severity = status == kLeaks ? Severity::warning : Severity::fault;
  std::vector<Problem> problems;
  std::size_t unshown = 0;
  const auto add = [&](const std::string& message) {
    problems.push_back({.severity = severity,
                        .code = status == kLeaks ? "container.leak" : "container.corrupt",
                        .message = path.string() + ": " + message});
  };
  const std::string text = process.out() + process.err();
  for (std::size_t at = 0; known && at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("ERROR") && !line.starts_with("Leaked")) continue;
    if (problems.size() < kMostShown) {
      add("qemu-img check: " + first_line(line));
    } else {
      ++unshown;
    }
  }
  if (unshown > 0) add(fmt::format("qemu-img check: {} more like these", unshown));
  if (problems.empty()) add("qemu-img check: " + first_line(process.err() + process.out()));
  return problems;
}

void add_qcow2_facts(const ByteSource& file, Facts& facts) {
  std::array<std::uint8_t, 72> head;
  if (file.read(0, head) < head.size()) return;
  facts.emplace_back("version", fmt::format("{}", load_be32(head, 4)));
  const std::uint32_t bits = load_be32(head, 20);
  if (bits < 32) facts.emplace_back("cluster_bytes", fmt::format("{}", std::uint64_t{1} << bits));
  facts.emplace_back("snapshots", fmt::format("{}", load_be32(head, 60)));
  const std::uint32_t size = load_be32(head, 16);
  if (load_be64(head, 8) != 0 && size < 1024) {
    std::vector<std::uint8_t> name(size);
    name.resize(file.read(load_be64(head, 8), name));
    facts.emplace_back("backing_file", std::string(name.begin(), name.end()));
  }
}

Container open(const Packed& packed, const ContainerOptions& options) {
  struct Kind {
    std::string_view driver, kind, name;
  };
  static constexpr std::array<Kind, 5> kKinds{{{"qcow2", "qcow2", "a qcow2"},
                                               {"vmdk", "vmdk", "a VMDK"},
                                               {"vdi", "vdi", "a VDI"},
                                               {"vpc", "vhd", "a VHD"},
                                               {"vhdx", "vhdx", "a VHDX"}}};
  const std::string driver = qemu_driver_of(*packed.bytes);
  const Kind& kind = *std::ranges::find(kKinds, std::string_view(driver), &Kind::driver);
  if (!packed.on_disk) {
    throw Error(ErrorCode::unsupported, packed.path.string(),
                fmt::format("{} disk image within another container, expected it in a file of its "
                            "own, since qemu reads it",
                            kind.name),
                "unpack it first: gunzip -k or unzip");
  }
  require_safe_references(packed.path, options.allow_outside ? Outside::allow : Outside::refuse);
  Container container{.kind = std::string(kind.kind),
                      .facts = {},
                      .files = {packed.path},
                      .name = packed.path.stem().string() + ".img",
                      .content = std::make_shared<QemuSource>(packed.path, driver, options.stop)};
  if (driver == "qcow2") add_qcow2_facts(*packed.bytes, container.facts);
  container.facts.emplace_back("packed_bytes", fmt::format("{}", packed.bytes->size()));
  container.facts.emplace_back("bytes", fmt::format("{}", container.content->size()));
  container.verify = [path = packed.path, driver](const WorkOptions& work) {
    return check(path, driver, work);
  };
  return container;
}

}  // namespace

const ContainerKind kQemuKind{.probe = probe, .open = open};

}  // namespace pregap
