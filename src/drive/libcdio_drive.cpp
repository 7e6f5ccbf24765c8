#include "drive/libcdio_drive.h"

#include <cdio/cdio.h>
#include <cdio/mmc.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include "pregap/error.h"

namespace pregap::drive {
namespace {

class SystemClock final : public Clock {
 public:
  std::chrono::nanoseconds now() override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  void wait(std::chrono::milliseconds duration) override { std::this_thread::sleep_for(duration); }
};

class LibcdioDrive final : public Drive {
 public:
  LibcdioDrive(std::string device, CdIo_t* cdio) : device_(std::move(device)), cdio_(cdio) {}
  ~LibcdioDrive() override { cdio_destroy(cdio_); }

  const std::string& name() const override { return device_; }
  Clock& clock() override { return clock_; }

 private:
  Reply send(std::span<const std::uint8_t> cdb, MutableBytes in,
             std::chrono::milliseconds timeout) override {
    mmc_cdb_t command{};
    std::copy(cdb.begin(), cdb.end(), command.field);
    const auto start = clock_.now();
    const driver_return_code_t result = mmc_run_cmd_len(
        cdio_, static_cast<unsigned>(timeout.count()), &command, static_cast<unsigned>(cdb.size()),
        in.empty() ? SCSI_MMC_DATA_NONE : SCSI_MMC_DATA_READ, static_cast<unsigned>(in.size()),
        in.empty() ? nothing_ : in.data());
    if (result == DRIVER_OP_SUCCESS) return {.received = in.size()};
    const int error = errno;
    std::fill(in.begin(), in.end(), std::uint8_t{0});
    if (const std::optional<Sense> sense = last_sense()) {
      return {.outcome = Outcome::check_condition, .sense = *sense};
    }
    if (error == ENODEV || error == ENXIO || !std::filesystem::exists(device_)) {
      return {.outcome = Outcome::gone};
    }
    if (error == ETIMEDOUT || clock_.now() - start >= timeout) {
      return {.outcome = Outcome::timed_out};
    }
    // Refused by the system, or by a driver that tells no more.
    return {.outcome = Outcome::check_condition, .sense = kInvalidField};
  }

  std::optional<Sense> last_sense() const {
    cdio_mmc_request_sense_t* raw = nullptr;
    const int size = mmc_last_cmd_sense(cdio_, &raw);
    std::optional<Sense> sense;
    if (size > 0 && raw != nullptr) {
      const Sense found{static_cast<std::uint8_t>(raw->sense_key & 0x0F),
                        static_cast<std::uint8_t>(raw->asc), static_cast<std::uint8_t>(raw->ascq)};
      if (found != Sense{}) sense = found;
    }
    cdio_free(raw);
    return sense;
  }

  std::string device_;
  CdIo_t* cdio_;
  SystemClock clock_;
  std::uint8_t nothing_[1] = {};
};

// One line that says what is in the way.
void require_device(const std::string& device) {
  struct stat status {};
  if (::stat(device.c_str(), &status) != 0) {
    throw Error(ErrorCode::not_found, device,
                fmt::format("{}, expected a CD drive", std::strerror(errno)),
                "pregap rip --list shows the drives");
  }
  if (!S_ISBLK(status.st_mode) && !S_ISCHR(status.st_mode)) {
    throw Error(ErrorCode::unreadable, device, "no device, expected a CD drive",
                "simulated:IMAGE reads an image as if it lay in a drive");
  }
  if (::access(device.c_str(), R_OK) != 0) {
    throw Error(ErrorCode::unreadable, device,
                fmt::format("{}, expected to read from it", std::strerror(errno)),
                "users of the group cdrom may, on most systems");
  }
}

}  // namespace

std::unique_ptr<Drive> open_drive(const std::string& device) {
  require_device(device);
  CdIo_t* cdio = cdio_open(device.c_str(), DRIVER_DEVICE);
  if (cdio == nullptr) {
    throw Error(ErrorCode::unreadable, device, "libcdio can't open it, expected a CD drive");
  }
  return std::make_unique<LibcdioDrive>(device, cdio);
}

std::vector<std::string> list_drives() {
  std::vector<std::string> drives;
  char** found = cdio_get_devices(DRIVER_DEVICE);
  if (found == nullptr) return drives;
  for (char** device = found; *device != nullptr; ++device) drives.emplace_back(*device);
  cdio_free_device_list(found);
  std::ranges::sort(drives);
  return drives;
}

}  // namespace pregap::drive
