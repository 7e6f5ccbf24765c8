// The collection of real images that the tests may read where it lies. Nothing of it is part of
// the project, so every test of it is skipped when it isn't there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "support/read_file.h"

namespace pregap::test {

// $PREGAP_SHARED_DATA if set, else ../shared/data beside the sources. Nothing when there is no such
// folder.
std::optional<std::filesystem::path> shared_data();

// What to say in GTEST_SKIP().
std::string why_no_shared_data();

// The truth.json of one source's folder, "libcdio" for example.
nlohmann::json read_truth(const std::filesystem::path& folder);

// In lower-case hex.
std::string sha256_of(std::span<const std::uint8_t> bytes);

}  // namespace pregap::test
