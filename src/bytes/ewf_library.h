// libewf, loaded when an E01 is opened or written. It has its own copy of libbfio in it, whose
// functions it exports: Debian's headers don't say so.
#pragma once

#define HAVE_LIBBFIO 1
#include <libewf.h>

#include "base/late_library.h"

namespace pregap {

// The functions that are used of it.
struct EwfLibrary {
  LateLibrary library{PREGAP_EWF, "reads and writes EnCase images", "libewf2"};
  decltype(&::libbfio_handle_initialize) bfio_handle_initialize =
      library["libbfio_handle_initialize"];
  decltype(&::libbfio_pool_append_handle) bfio_pool_append_handle =
      library["libbfio_pool_append_handle"];
  decltype(&::libbfio_pool_initialize) bfio_pool_initialize = library["libbfio_pool_initialize"];
  decltype(&::libewf_error_free) error_free = library["libewf_error_free"];
  decltype(&::libewf_error_sprint) error_sprint = library["libewf_error_sprint"];
  decltype(&::libewf_glob) glob = library["libewf_glob"];
  decltype(&::libewf_glob_free) glob_free = library["libewf_glob_free"];
  decltype(&::libewf_handle_close) handle_close = library["libewf_handle_close"];
  decltype(&::libewf_handle_free) handle_free = library["libewf_handle_free"];
  decltype(&::libewf_handle_get_bytes_per_sector) handle_get_bytes_per_sector =
      library["libewf_handle_get_bytes_per_sector"];
  decltype(&::libewf_handle_get_checksum_error) handle_get_checksum_error =
      library["libewf_handle_get_checksum_error"];
  decltype(&::libewf_handle_get_header_value_identifier) handle_get_header_value_identifier =
      library["libewf_handle_get_header_value_identifier"];
  decltype(&::libewf_handle_get_header_value_identifier_size)
      handle_get_header_value_identifier_size =
          library["libewf_handle_get_header_value_identifier_size"];
  decltype(&::libewf_handle_get_media_size) handle_get_media_size =
      library["libewf_handle_get_media_size"];
  decltype(&::libewf_handle_get_number_of_checksum_errors) handle_get_number_of_checksum_errors =
      library["libewf_handle_get_number_of_checksum_errors"];
  decltype(&::libewf_handle_get_number_of_header_values) handle_get_number_of_header_values =
      library["libewf_handle_get_number_of_header_values"];
  decltype(&::libewf_handle_get_utf8_hash_value) handle_get_utf8_hash_value =
      library["libewf_handle_get_utf8_hash_value"];
  decltype(&::libewf_handle_get_utf8_hash_value_size) handle_get_utf8_hash_value_size =
      library["libewf_handle_get_utf8_hash_value_size"];
  decltype(&::libewf_handle_get_utf8_header_value) handle_get_utf8_header_value =
      library["libewf_handle_get_utf8_header_value"];
  decltype(&::libewf_handle_get_utf8_header_value_size) handle_get_utf8_header_value_size =
      library["libewf_handle_get_utf8_header_value_size"];
  decltype(&::libewf_handle_initialize) handle_initialize = library["libewf_handle_initialize"];
  decltype(&::libewf_handle_open) handle_open = library["libewf_handle_open"];
  decltype(&::libewf_handle_open_file_io_pool) handle_open_file_io_pool =
      library["libewf_handle_open_file_io_pool"];
  decltype(&::libewf_handle_read_random) handle_read_random = library["libewf_handle_read_random"];
  decltype(&::libewf_handle_set_bytes_per_sector) handle_set_bytes_per_sector =
      library["libewf_handle_set_bytes_per_sector"];
  decltype(&::libewf_handle_set_compression_values) handle_set_compression_values =
      library["libewf_handle_set_compression_values"];
  decltype(&::libewf_handle_set_format) handle_set_format = library["libewf_handle_set_format"];
  decltype(&::libewf_handle_set_maximum_segment_size) handle_set_maximum_segment_size =
      library["libewf_handle_set_maximum_segment_size"];
  decltype(&::libewf_handle_set_media_size) handle_set_media_size =
      library["libewf_handle_set_media_size"];
  decltype(&::libewf_handle_set_read_zero_chunk_on_error) handle_set_read_zero_chunk_on_error =
      library["libewf_handle_set_read_zero_chunk_on_error"];
  decltype(&::libewf_handle_set_sectors_per_chunk) handle_set_sectors_per_chunk =
      library["libewf_handle_set_sectors_per_chunk"];
  decltype(&::libewf_handle_set_utf8_hash_value) handle_set_utf8_hash_value =
      library["libewf_handle_set_utf8_hash_value"];
  decltype(&::libewf_handle_set_utf8_header_value) handle_set_utf8_header_value =
      library["libewf_handle_set_utf8_header_value"];
  decltype(&::libewf_handle_write_buffer) handle_write_buffer =
      library["libewf_handle_write_buffer"];
  decltype(&::libewf_handle_write_finalize) handle_write_finalize =
      library["libewf_handle_write_finalize"];
};

// Loads it on the first call. Throws Error(unsupported) where it is not installed.
inline const EwfLibrary& ewf() {
  static const EwfLibrary library;
  return library;
}

}  // namespace pregap
