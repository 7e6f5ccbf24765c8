#ifdef PREGAP_EWF

#include "bytes/ewf_library.h"

#include "base/late_library.h"

namespace pregap {
namespace {

EwfLibrary load_ewf() {
  const LateLibrary library(PREGAP_EWF, "reads and writes EnCase images", "libewf2");
  EwfLibrary e{};
  library.find("libbfio_handle_initialize", e.bfio_handle_initialize);
  library.find("libbfio_pool_append_handle", e.bfio_pool_append_handle);
  library.find("libbfio_pool_initialize", e.bfio_pool_initialize);
  library.find("libewf_error_free", e.error_free);
  library.find("libewf_error_sprint", e.error_sprint);
  library.find("libewf_glob", e.glob);
  library.find("libewf_glob_free", e.glob_free);
  library.find("libewf_handle_close", e.handle_close);
  library.find("libewf_handle_free", e.handle_free);
  library.find("libewf_handle_get_bytes_per_sector", e.handle_get_bytes_per_sector);
  library.find("libewf_handle_get_checksum_error", e.handle_get_checksum_error);
  library.find("libewf_handle_get_header_value_identifier", e.handle_get_header_value_identifier);
  library.find("libewf_handle_get_header_value_identifier_size",
               e.handle_get_header_value_identifier_size);
  library.find("libewf_handle_get_media_size", e.handle_get_media_size);
  library.find("libewf_handle_get_number_of_checksum_errors",
               e.handle_get_number_of_checksum_errors);
  library.find("libewf_handle_get_number_of_header_values", e.handle_get_number_of_header_values);
  library.find("libewf_handle_get_utf8_hash_value", e.handle_get_utf8_hash_value);
  library.find("libewf_handle_get_utf8_hash_value_size", e.handle_get_utf8_hash_value_size);
  library.find("libewf_handle_get_utf8_header_value", e.handle_get_utf8_header_value);
  library.find("libewf_handle_get_utf8_header_value_size", e.handle_get_utf8_header_value_size);
  library.find("libewf_handle_initialize", e.handle_initialize);
  library.find("libewf_handle_open", e.handle_open);
  library.find("libewf_handle_open_file_io_pool", e.handle_open_file_io_pool);
  library.find("libewf_handle_read_random", e.handle_read_random);
  library.find("libewf_handle_set_bytes_per_sector", e.handle_set_bytes_per_sector);
  library.find("libewf_handle_set_compression_values", e.handle_set_compression_values);
  library.find("libewf_handle_set_format", e.handle_set_format);
  library.find("libewf_handle_set_maximum_segment_size", e.handle_set_maximum_segment_size);
  library.find("libewf_handle_set_media_size", e.handle_set_media_size);
  library.find("libewf_handle_set_read_zero_chunk_on_error", e.handle_set_read_zero_chunk_on_error);
  library.find("libewf_handle_set_sectors_per_chunk", e.handle_set_sectors_per_chunk);
  library.find("libewf_handle_set_utf8_hash_value", e.handle_set_utf8_hash_value);
  library.find("libewf_handle_set_utf8_header_value", e.handle_set_utf8_header_value);
  library.find("libewf_handle_write_buffer", e.handle_write_buffer);
  library.find("libewf_handle_write_finalize", e.handle_write_finalize);
  return e;
}

}  // namespace

const EwfLibrary& ewf() {
  static const EwfLibrary library = load_ewf();
  return library;
}

}  // namespace pregap

#endif  // PREGAP_EWF
