// libewf, loaded when an E01 is opened or written. It has its own copy of libbfio in it, whose
// functions it exports: Debian's headers don't say so.
#pragma once

#define HAVE_LIBBFIO 1
#include <libewf.h>

namespace pregap {

// The functions that are used of it.
struct EwfLibrary {
  decltype(&::libbfio_handle_initialize) bfio_handle_initialize;
  decltype(&::libbfio_pool_append_handle) bfio_pool_append_handle;
  decltype(&::libbfio_pool_initialize) bfio_pool_initialize;
  decltype(&::libewf_error_free) error_free;
  decltype(&::libewf_error_sprint) error_sprint;
  decltype(&::libewf_glob) glob;
  decltype(&::libewf_glob_free) glob_free;
  decltype(&::libewf_handle_close) handle_close;
  decltype(&::libewf_handle_free) handle_free;
  decltype(&::libewf_handle_get_bytes_per_sector) handle_get_bytes_per_sector;
  decltype(&::libewf_handle_get_checksum_error) handle_get_checksum_error;
  decltype(&::libewf_handle_get_header_value_identifier) handle_get_header_value_identifier;
  decltype(&::libewf_handle_get_header_value_identifier_size)
      handle_get_header_value_identifier_size;
  decltype(&::libewf_handle_get_media_size) handle_get_media_size;
  decltype(&::libewf_handle_get_number_of_checksum_errors) handle_get_number_of_checksum_errors;
  decltype(&::libewf_handle_get_number_of_header_values) handle_get_number_of_header_values;
  decltype(&::libewf_handle_get_utf8_hash_value) handle_get_utf8_hash_value;
  decltype(&::libewf_handle_get_utf8_hash_value_size) handle_get_utf8_hash_value_size;
  decltype(&::libewf_handle_get_utf8_header_value) handle_get_utf8_header_value;
  decltype(&::libewf_handle_get_utf8_header_value_size) handle_get_utf8_header_value_size;
  decltype(&::libewf_handle_initialize) handle_initialize;
  decltype(&::libewf_handle_open) handle_open;
  decltype(&::libewf_handle_open_file_io_pool) handle_open_file_io_pool;
  decltype(&::libewf_handle_read_random) handle_read_random;
  decltype(&::libewf_handle_set_bytes_per_sector) handle_set_bytes_per_sector;
  decltype(&::libewf_handle_set_compression_values) handle_set_compression_values;
  decltype(&::libewf_handle_set_format) handle_set_format;
  decltype(&::libewf_handle_set_maximum_segment_size) handle_set_maximum_segment_size;
  decltype(&::libewf_handle_set_media_size) handle_set_media_size;
  decltype(&::libewf_handle_set_read_zero_chunk_on_error) handle_set_read_zero_chunk_on_error;
  decltype(&::libewf_handle_set_sectors_per_chunk) handle_set_sectors_per_chunk;
  decltype(&::libewf_handle_set_utf8_hash_value) handle_set_utf8_hash_value;
  decltype(&::libewf_handle_set_utf8_header_value) handle_set_utf8_header_value;
  decltype(&::libewf_handle_write_buffer) handle_write_buffer;
  decltype(&::libewf_handle_write_finalize) handle_write_finalize;
};

// Loads it on the first call. Throws Error(unsupported) where it is not installed.
const EwfLibrary& ewf();

}  // namespace pregap
