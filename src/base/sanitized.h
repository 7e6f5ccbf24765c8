// PREGAP_SANITIZED: whether AddressSanitizer or ThreadSanitizer is compiled in, by g++ or clang.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PREGAP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PREGAP_SANITIZED 1
#endif
#endif
