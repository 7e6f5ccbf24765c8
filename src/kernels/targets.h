// The instruction sets that the kernels are built for, and which of them are used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pregap::kernels {

// Those that this processor has, the best first: "AVX3_DL", "AVX3", "AVX2", "SSE4", ... The last
// one has no vector code.
std::vector<std::string> available_targets();

// From now on only this one; the best again for an empty name. False, and nothing changes, if it
// isn't available. Not to be called while kernels run.
bool use_target(std::string_view name);

}  // namespace pregap::kernels
