// What a target format can't hold of a disc.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "disc/compare.h"
#include "operations/layout.h"

namespace pregap::operations {

// To an ISO that holds `track`; `kinds` counts the converted sectors by SectorKind.
std::vector<Loss> losses_to_iso(const Disc& disc, const Track& track,
                                const std::array<std::int64_t, kSectorKinds>& kinds, Form2 form2);

// To an image of raw sectors as `layout` has it.
std::vector<Loss> losses_to_image(const Disc& source, const Layout& layout);

// To files of audio that hold the audio tracks, or only one of them.
std::vector<Loss> losses_to_audio(const Disc& disc, std::optional<int> only);

// Whether a loss says why something is read back differently.
bool covers(const Loss& loss, const Difference& difference);

// Throws Error(refused) if options.no_loss is set and one of the losses can't be built anew.
void refuse_loss(const ConvertOptions& options, const std::filesystem::path& out,
                 const std::vector<Loss>& losses);

}  // namespace pregap::operations
