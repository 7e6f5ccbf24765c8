// Names of files as file systems hold them, made into names that can be shown and used.
#pragma once

#include <string>
#include <string_view>

namespace pregap::volumes {

// UTF-8 as it is, anything else as CP1252.
std::string utf8_name(std::string_view bytes);

// What no name may hold, "/" and NUL, becomes "_"; so do "", "." and "..".
std::string safe_name(std::string name);
void make_safe(std::string& name);  // the same, in place

}  // namespace pregap::volumes
