#include "volumes/tsk_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "pregap/error.h"

namespace pregap::volumes {
namespace {

Error missing(const std::string& what) {
  return Error(ErrorCode::unsupported, PREGAP_TSK,
               fmt::format("{}, expected the library that reads FAT, NTFS, ext and HFS+", what),
               "apt-get install libtsk19");
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  void* symbol = ::dlsym(library, name);
  if (symbol == nullptr) throw missing(fmt::format("no {} in it", name));
  function = reinterpret_cast<Function>(symbol);
}

TskLibrary load() {
  void* library = ::dlopen(PREGAP_TSK, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw missing(::dlerror());
  TskLibrary t{};
  find(library, "tsk_error_get", t.error_get);
  find(library, "tsk_error_get_errno", t.error_get_errno);
  find(library, "tsk_error_reset", t.error_reset);
  find(library, "tsk_img_open_external", t.img_open_external);
  find(library, "tsk_fs_open_img", t.fs_open_img);
  find(library, "tsk_fs_close", t.fs_close);
  find(library, "tsk_fs_block_walk", t.fs_block_walk);
  find(library, "tsk_fs_dir_open_meta", t.fs_dir_open_meta);
  find(library, "tsk_fs_dir_close", t.fs_dir_close);
  find(library, "tsk_fs_dir_get", t.fs_dir_get);
  find(library, "tsk_fs_dir_getsize", t.fs_dir_getsize);
  find(library, "tsk_fs_file_open_meta", t.fs_file_open_meta);
  find(library, "tsk_fs_file_close", t.fs_file_close);
  find(library, "tsk_fs_file_attr_get", t.fs_file_attr_get);
  find(library, "tsk_fs_file_attr_get_idx", t.fs_file_attr_get_idx);
  find(library, "tsk_fs_file_attr_get_type", t.fs_file_attr_get_type);
  find(library, "tsk_fs_file_attr_getsize", t.fs_file_attr_getsize);
  find(library, "tsk_fs_attr_read", t.fs_attr_read);
  return t;
}

}  // namespace

const TskLibrary& tsk() {
  static const TskLibrary library = load();
  return library;
}

}  // namespace pregap::volumes
