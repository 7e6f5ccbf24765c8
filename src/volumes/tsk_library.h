// libtsk, loaded when it is needed: it brings fifty libraries with it, whose loading would take
// longer than most commands do.
#pragma once

#include <tsk/libtsk.h>

#include "base/late_library.h"

namespace pregap::volumes {

// The functions that are used of it.
struct TskLibrary {
  LateLibrary library{PREGAP_TSK, "reads FAT, NTFS, ext and HFS+", "libtsk19"};
  decltype(&::tsk_error_get) error_get = library["tsk_error_get"];
  decltype(&::tsk_error_get_errno) error_get_errno = library["tsk_error_get_errno"];
  decltype(&::tsk_error_reset) error_reset = library["tsk_error_reset"];
  decltype(&::tsk_img_open_external) img_open_external = library["tsk_img_open_external"];
  decltype(&::tsk_fs_open_img) fs_open_img = library["tsk_fs_open_img"];
  decltype(&::tsk_fs_close) fs_close = library["tsk_fs_close"];
  decltype(&::tsk_fs_block_walk) fs_block_walk = library["tsk_fs_block_walk"];
  decltype(&::tsk_fs_dir_open_meta) fs_dir_open_meta = library["tsk_fs_dir_open_meta"];
  decltype(&::tsk_fs_dir_close) fs_dir_close = library["tsk_fs_dir_close"];
  decltype(&::tsk_fs_dir_get) fs_dir_get = library["tsk_fs_dir_get"];
  decltype(&::tsk_fs_dir_get_name) fs_dir_get_name = library["tsk_fs_dir_get_name"];
  decltype(&::tsk_fs_dir_getsize) fs_dir_getsize = library["tsk_fs_dir_getsize"];
  decltype(&::tsk_fs_file_open_meta) fs_file_open_meta = library["tsk_fs_file_open_meta"];
  decltype(&::tsk_fs_file_close) fs_file_close = library["tsk_fs_file_close"];
  decltype(&::tsk_fs_file_attr_get) fs_file_attr_get = library["tsk_fs_file_attr_get"];
  decltype(&::tsk_fs_file_attr_get_idx) fs_file_attr_get_idx = library["tsk_fs_file_attr_get_idx"];
  decltype(&::tsk_fs_file_attr_get_type) fs_file_attr_get_type =
      library["tsk_fs_file_attr_get_type"];
  decltype(&::tsk_fs_file_attr_getsize) fs_file_attr_getsize = library["tsk_fs_file_attr_getsize"];
  decltype(&::tsk_fs_attr_read) fs_attr_read = library["tsk_fs_attr_read"];
};

// Loads it on the first call. Throws Error(unsupported) where it is not installed.
inline const TskLibrary& tsk() {
  static const TskLibrary library;
  return library;
}

}  // namespace pregap::volumes
