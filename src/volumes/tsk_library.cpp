#include "volumes/tsk_library.h"

#include "base/late_library.h"

namespace pregap::volumes {
namespace {

TskLibrary load_library() {
  const LateLibrary library(PREGAP_TSK, "reads FAT, NTFS, ext and HFS+", "libtsk19");
  TskLibrary t{};
  library.find("tsk_error_get", t.error_get);
  library.find("tsk_error_get_errno", t.error_get_errno);
  library.find("tsk_error_reset", t.error_reset);
  library.find("tsk_img_open_external", t.img_open_external);
  library.find("tsk_fs_open_img", t.fs_open_img);
  library.find("tsk_fs_close", t.fs_close);
  library.find("tsk_fs_block_walk", t.fs_block_walk);
  library.find("tsk_fs_dir_open_meta", t.fs_dir_open_meta);
  library.find("tsk_fs_dir_close", t.fs_dir_close);
  library.find("tsk_fs_dir_get", t.fs_dir_get);
  library.find("tsk_fs_dir_get_name", t.fs_dir_get_name);
  library.find("tsk_fs_dir_getsize", t.fs_dir_getsize);
  library.find("tsk_fs_file_open_meta", t.fs_file_open_meta);
  library.find("tsk_fs_file_close", t.fs_file_close);
  library.find("tsk_fs_file_attr_get", t.fs_file_attr_get);
  library.find("tsk_fs_file_attr_get_idx", t.fs_file_attr_get_idx);
  library.find("tsk_fs_file_attr_get_type", t.fs_file_attr_get_type);
  library.find("tsk_fs_file_attr_getsize", t.fs_file_attr_getsize);
  library.find("tsk_fs_attr_read", t.fs_attr_read);
  return t;
}

}  // namespace

const TskLibrary& tsk() {
  static const TskLibrary library = load_library();
  return library;
}

}  // namespace pregap::volumes
