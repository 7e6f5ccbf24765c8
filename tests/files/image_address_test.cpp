#include "operations/image_address.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "support/program.h"

namespace pregap::operations {
namespace {

std::string parsed(const test::TempFolder& folder, const std::string& text) {
  const ImageAddress a = parse_address((folder / text).string());
  return fmt::format("{} | {} | {} | {}", a.image.lexically_relative(folder.path()).string(),
                     a.member, fmt::join(a.parts, " "), a.path.value_or("-"));
}

TEST(ImageAddress, ThePartsAreToldApart) {
  const test::TempFolder folder;
  for (const char* name : {"card.img", "odd:p1.img", "pack.zip"}) {
    folder.write(name, std::string("x"));
  }
  std::filesystem::create_directory(folder / "dir");
  folder.write("dir/a.img", std::string("x"));
  const std::pair<const char*, const char*> cases[] = {
      {"card.img", "card.img |  |  | -"},
      {"card.img:p2", "card.img |  | p2 | -"},
      {"card.img:p2/", "card.img |  | p2 | "},
      {"card.img:p2/etc/fstab", "card.img |  | p2 | etc/fstab"},
      {"card.img:p1.a/x", "card.img |  | p1.a | x"},
      {"card.img:gpt.p1", "card.img |  | gpt.p1 | -"},
      {"card.img:pa/x", "card.img |  | pa | x"},
      {"card.img:mbr1", "card.img |  | mbr1 | -"},
      {"card.img:apm12/a", "card.img |  | apm12 | a"},
      {"pack.zip:mbr", "pack.zip | mbr |  | -"},
      {"card.img/DIR", "card.img |  |  | DIR"},
      {"card.img:/DIR", "card.img |  |  | DIR"},
      {"card.img:t1/README.TXT", "card.img |  | t1 | README.TXT"},
      {"card.img:s2:joliet/a:b", "card.img |  | s2 joliet | a:b"},
      {"odd:p1.img", "odd:p1.img |  |  | -"},
      {"odd:p1.img:p1", "odd:p1.img |  | p1 | -"},
      {"pack.zip:a/b.img:p1/x", "pack.zip | a/b.img | p1 | x"},
      {"dir/a.img:p10/y", "dir/a.img |  | p10 | y"},
      {"absent.img:p1", "absent.img:p1 |  |  | -"},
      {"dir", "dir |  |  | -"},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(parsed(folder, text), want) << text;
}

}  // namespace
}  // namespace pregap::operations
