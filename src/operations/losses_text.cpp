#include "operations/losses_text.h"

#include <algorithm>
#include <string>

#include "disc/cd_text.h"
#include "disc/compare.h"
#include "formats/toc.h"
#include "operations/losses.h"
#include "pregap/error.h"

namespace pregap::operations {
namespace {

bool has_unquotable_text(const Disc& disc) {
  const auto unquotable = [](const TextFields& fields) {
    return std::ranges::any_of(fields, [](const auto& field) {
      return field.second.find_first_of("\"\r\n") != std::string::npos;
    });
  };
  return unquotable(disc.text) || std::ranges::any_of(disc.tracks, [&](const Track& track) {
           return unquotable(track.text);
         });
}

std::string named(const Difference& d) {
  if (!d.place.starts_with("track ")) return d.place;
  return "CD-Text of " + d.place.substr(0, d.place.find(','));
}

// What a descriptor's words and packs will say of the CD-Text. A sheet has words for all that is
// plain; its packs, in a file beside it, hold the languages.
Disc as_its_text_reads(const Disc& disc, const CdTextPacks& packs) {
  Disc again = disc;
  again.cd_text.clear();
  if (disc.format != "cue") {
    again.text.clear();
    for (Track& track : again.tracks) track.text.clear();
  }
  if (disc.format == "toc") {
    again.cd_text = formats::parse_toc(formats::write_toc(beside_its_files(disc)), "X").text;
    take_text_of_first_block(again);
  } else if (!packs.packs.empty()) {
    apply_cd_text(again, packs.packs, "X");
  }
  return again;
}

}  // namespace

void add_text_losses(Account& account, const Disc& source, const Disc& target) {
  const bool packs_only = target.format == "ccd";
  if (!packs_only && target.format != "cue" && target.format != "toc") return;
  account.add_if(target.format == "cue" && has_unquotable_text(source), "cd_text",
                 "quotes and line breaks in CD-Text become apostrophes and blanks");
  CdTextPacks packs;
  if (packs_only || (target.format == "cue" && !target.cd_text.empty())) {
    packs = cd_text_packs_of(target, "X");
  }
  for (const Problem& problem : packs.problems) {
    if (problem.severity == Severity::note) continue;
    account.add("cd_text", "CD-Text: " + problem.message.substr(std::string_view("X: ").size()));
  }
  try {
    for (const Difference& d : differences(target, as_its_text_reads(target, packs))) {
      if (d.what != "cd_text" && d.what != "cd_text_languages") continue;
      if (account.has([&](const Loss& loss) { return covers(loss, d); })) continue;
      account.add(d.what.c_str(), "a part of the " + named(d));
    }
  } catch (const Error&) {  // no descriptor at all: whoever writes it says why
  }
}

}  // namespace pregap::operations
