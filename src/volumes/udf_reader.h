// Files of UDF through libudfread.
#pragma once

#include <memory>

#include "volumes/file_reader.h"

namespace pregap::volumes {

// `volume` has 2048-byte sectors. Throws Error(malformed) where there is no UDF that libudfread
// opens. It knows neither times nor owners. To be run in a worker.
std::unique_ptr<FileReader> open_udf(std::shared_ptr<const ByteSource> volume);

}  // namespace pregap::volumes
