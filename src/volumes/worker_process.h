// The worker's side: a process that serves one reader, with nothing allowed that it doesn't need.
#pragma once

#include "volumes/worker.h"

namespace pregap::volumes {

// Serves requests from `socket` until the caller closes it, then ends the process.
// `window` is memory of kWindow bytes that the caller sees too.
[[noreturn]] void run_worker(int socket, std::uint8_t* window, std::uint64_t image_size,
                             const std::string& image_name, const OpenReader& open,
                             const WorkerLimits& limits, Prepare prepare) noexcept;

}  // namespace pregap::volumes
