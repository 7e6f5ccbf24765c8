// qemu-nbd, which opens an image for us and gives its bytes over a socket that has no name.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "bytes/nbd.h"
#include "bytes/tool.h"

namespace pregap {

inline constexpr const char* kQemuPackage = "qemu-utils";

class QemuServer {
 public:
  enum class Access : bool { read, write };
  // `driver` is qemu's name of the format, which it then does not guess. Throws Error(unsupported)
  // where qemu-utils is missing, Error(malformed) with qemu's words where it can't open the file,
  // and what NbdClient throws. Asked to stop, this and everything below throws Error(stopped).
  QemuServer(const std::filesystem::path& path, const std::string& driver, Access access,
             const std::stop_token& stop = {});

  NbdClient& client() { return *client_; }
  const NbdClient& client() const { return *client_; }

  // After writing: all is in the file when it returns. Throws Error(unwritable).
  void finish();

 private:
  std::stop_token stop_;
  std::unique_ptr<ToolProcess> process_;
  std::unique_ptr<NbdClient> client_;  // goes first: qemu-nbd ends with its last client
};

// driver=...,file.filename=... : nothing in the name is taken for anything else.
std::string qemu_image_options(const std::filesystem::path& path, const std::string& driver);

}  // namespace pregap
