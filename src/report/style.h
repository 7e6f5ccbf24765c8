// How text reports look: colour only where a person reads them on a terminal.
#pragma once

#include <string>
#include <string_view>

#include "pregap/check.h"
#include "pregap/verify.h"

namespace pregap::report {

enum class Colour : bool { off, on };

struct Style {
  Colour colour = Colour::off;
  bool verbose = false;
};

std::string coloured(Verdict verdict, std::string_view text, const Style& style);

// "mode 1", "form 2", ...: for people; name_of() is for machines.
std::string_view words_for(SectorKind kind);
std::string_view words_for(Note note);

// "edc, p_parity"
std::string list_of(FaultSet faults);

// "LBA 10" or "LBA 10-12"
std::string lba_range(Lba first, std::int32_t count);

// A path, or any text of others, that can't drive the terminal.
std::string shown(const std::string& text);

// "warning: MESSAGE", indented by two; notes only when verbose.
std::string problem_lines(const std::vector<Problem>& problems, const Style& style);

}  // namespace pregap::report
