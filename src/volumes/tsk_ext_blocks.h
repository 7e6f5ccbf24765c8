// Files of ext2 and ext3: fifteen block numbers in the inode, of which the last three lead to
// blocks full of numbers, one to three levels deep. libtsk takes hours for a hole in the third.
#pragma once

#include "volumes/tsk_content.h"

namespace pregap::volumes {

// Whether the file is one of these: no extents, and its content is nothing special.
bool has_block_numbers(const TskVolume& volume, const TSK_FS_FILE& file);

// As tell_content(), without asking libtsk.
ToldContent tell_block_numbers(const TskVolume& volume, const TSK_FS_FILE& file, ContentSink& sink);

}  // namespace pregap::volumes
