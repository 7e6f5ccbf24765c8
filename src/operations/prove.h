// Proof of a conversion: what was written is opened again and held against the source.
#pragma once

#include "operations/layout.h"

namespace pregap::operations {

// Throws Error(unwritable) at the first thing that is not as the layout has it, or at the first
// sector whose bytes are not the source's.
// What is among `losses` may differ.
void prove_equal(const Disc& source, const Layout& layout, const std::vector<Loss>& losses,
                 const WorkOptions& work);

}  // namespace pregap::operations
