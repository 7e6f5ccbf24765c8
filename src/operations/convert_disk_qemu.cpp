// qcow2, VMDK, VDI, VHD, VHDX: qemu-img makes an empty image, qemu-nbd takes what is not zero.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "bytes/qemu_server.h"
#include "operations/convert_disk.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

constexpr std::uint64_t kSector = 512;
constexpr std::size_t kGrain = 64 * 1024;  // zeros of this length are left out

struct QemuFormat {
  std::string_view format;
  const char* driver;
  const char* options;
};
// Without force_size a VHD's size is rounded up to whole cylinders.
constexpr std::array kFormats = {QemuFormat{"qcow2", "qcow2", ""}, QemuFormat{"vmdk", "vmdk", ""},
                                 QemuFormat{"vdi", "vdi", ""},
                                 QemuFormat{"vhd", "vpc", "force_size=on,subformat=dynamic"},
                                 QemuFormat{"vhdx", "vhdx", "subformat=dynamic"}};

void create_empty(const std::filesystem::path& path, const QemuFormat& format, std::uint64_t size,
                  const WorkOptions& work) {
  std::vector<std::string> command = {find_tool("qemu-img", kQemuPackage), "create", "-q", "-f",
                                      format.driver};
  if (*format.options != '\0') command.insert(command.end(), {"-o", format.options});
  command.insert(command.end(), {path.string(), fmt::format("{}", size)});
  ToolProcess process(command);
  if (process.wait(work.stop) == 0) return;
  throw Error(ErrorCode::unwritable, path.filename().string(),
              fmt::format("qemu-img: {}, expected it to make an image of {} bytes",
                          first_line(process.err()), size));
}

// A write is of whole sectors: zeros fill up the last.
void write_grains(NbdClient& server, std::uint64_t at, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kGrain);
    const auto grain = bytes.first(n);
    if (!is_zero(grain)) {
      if (n % kSector == 0) {
        server.write(at, grain);
      } else {
        std::vector<std::uint8_t> whole(grain.begin(), grain.end());
        whole.resize((n + kSector - 1) / kSector * kSector);
        server.write(at, whole);
      }
    }
    at += n;
    bytes = bytes.subspan(n);
  }
}

}  // namespace

DiskOutputs write_qemu_disk(const DiskJob& job) {
  const QemuFormat& format = *std::ranges::find(kFormats, job.format, &QemuFormat::format);
  DiskOutputs outputs{.folder = std::make_unique<StagingFolder>(job.out), .files = {}};
  // Under its own name, which a VMDK keeps within.
  const std::filesystem::path staged = outputs.folder->path() / job.out.filename();
  const std::uint64_t size = (job.content.size() + kSector - 1) / kSector * kSector;
  create_empty(staged, format, size, job.options.work);
  {
    QemuServer server(staged, format.driver, QemuServer::Access::write, job.options.work.stop);
    if (server.client().size() < size) {
      throw Error(ErrorCode::unwritable, job.out.string(),
                  fmt::format("an image of {} bytes, expected {}", server.client().size(), size));
    }
    read_content(job, [&](std::uint64_t at, std::span<const std::uint8_t> bytes) {
      write_grains(server.client(), at, bytes);
    });
    server.finish();
  }
  outputs.files.push_back(std::make_unique<OutputFile>(job.out, job.overwrite(), staged));
  return outputs;
}

}  // namespace pregap::operations
