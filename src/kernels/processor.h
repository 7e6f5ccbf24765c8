// What this processor can do, as far as the kernels ask.
#pragma once

#include <cstdint>

namespace pregap::kernels {

// Instruction sets of x86 by Highway's names for them, each with what the lower ones have.
enum class Processor : std::uint8_t { baseline, sse4, avx2, avx3, avx3_dl };

// Asks the processor, and whether the system saves its wide registers. Baseline elsewhere than on
// x86.
Processor detect_processor() noexcept;

}  // namespace pregap::kernels
