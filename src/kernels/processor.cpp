#include "kernels/processor.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace pregap::kernels {

#if defined(__x86_64__) || defined(__i386__)
namespace {

struct Leaf {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Leaf leaf(std::uint32_t number, std::uint32_t sub = 0) {
  Leaf l;
  __get_cpuid_count(number, sub, &l.eax, &l.ebx, &l.ecx, &l.edx);  // zeros where there is none
  return l;
}

constexpr bool has_all(std::uint32_t bits, std::uint32_t wanted) {
  return (bits & wanted) == wanted;
}
constexpr std::uint32_t bit(unsigned n) { return std::uint32_t{1} << n; }

// The register sets that the system saves for every thread (XCR0).
std::uint32_t saved_registers() {
  std::uint32_t low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

}  // namespace

// Intel SDM volume 2A, CPUID; the sets are those of Highway's targets.
Processor detect_processor() noexcept {
  const Leaf one = leaf(1), seven = leaf(7), extended = leaf(0x80000001U);
  // PCLMULQDQ, SSSE3, SSE4.1, SSE4.2, AES
  if (!has_all(one.ecx, bit(1) | bit(9) | bit(19) | bit(20) | bit(25))) {
    return Processor::baseline;
  }
  // FMA, OSXSAVE, AVX, F16C; BMI1, AVX2, BMI2; LZCNT; XMM and YMM saved
  const bool avx2 = has_all(one.ecx, bit(12) | bit(27) | bit(28) | bit(29)) &&
                    has_all(seven.ebx, bit(3) | bit(5) | bit(8)) && has_all(extended.ecx, bit(5)) &&
                    has_all(saved_registers(), 0x06);
  if (!avx2) return Processor::sse4;
  // AVX-512 F, DQ, CD, BW, VL; mask and ZMM registers saved
  const bool avx3 = has_all(seven.ebx, bit(16) | bit(17) | bit(28) | bit(30) | bit(31)) &&
                    has_all(saved_registers(), 0xE6);
  if (!avx3) return Processor::avx2;
  // VBMI, VBMI2, GFNI, VAES, VPCLMULQDQ, VNNI, BITALG, VPOPCNTDQ
  const bool dl =
      has_all(seven.ecx, bit(1) | bit(6) | bit(8) | bit(9) | bit(10) | bit(11) | bit(12) | bit(14));
  return dl ? Processor::avx3_dl : Processor::avx3;
}

#else

Processor detect_processor() noexcept { return Processor::baseline; }

#endif

}  // namespace pregap::kernels
