// In the place of all of tsk_*.cpp where pregap is built without libtsk.
#include "pregap/error.h"
#include "volumes/tsk_reader.h"

namespace pregap::volumes {

std::unique_ptr<FileReader> open_tsk(std::shared_ptr<const ByteSource> volume, const std::string&) {
  throw Error(ErrorCode::unsupported, volume->name(),
              "a file system that libtsk reads, which this pregap was built without");
}

bool tsk_reads(const std::string&) { return false; }

void load_tsk() {}

}  // namespace pregap::volumes
