// gzip (RFC 1952), of one member or many, as a container.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/encoding.h"
#include "base/text.h"
#include "bytes/container_kind.h"
#include "bytes/gzip_header.h"
#include "bytes/inflate_index.h"
#include "bytes/inflate_source.h"

namespace pregap {
namespace {

// Sectors may begin like a header: the first bytes must unpack as well, or the name must say it.
bool probe(const Packed& packed) {
  const auto header = read_gzip_header(*packed.bytes, 0);
  if (!header) return false;
  const std::string name = to_lower(packed.name);
  if (name.ends_with(".gz")) return true;
  Inflater inflater(*packed.bytes, packed.bytes->size());
  inflater.start({.in = header->size, .bits = 0, .out = 0, .window = {}});
  std::array<std::uint8_t, 1024> bytes;
  const Inflater::Result got = inflater.read(bytes);
  return got.stop == Inflater::Stop::full || got.stop == Inflater::Stop::stream_end;
}

// FNAME is ISO 8859-1 by the standard, though most write what they have: UTF-8.
std::string as_utf8(const std::string& text) {
  if (is_utf8(text)) return printable(text);
  const auto converted = to_utf8(text, "ISO-8859-1");
  return printable(converted ? converted->text : text);
}

std::string last_part(const std::string& name) {
  return name.substr(name.find_last_of("/\\") + 1);  // npos + 1 is 0
}

std::string content_name(const Packed& packed, const GzipHeader& header) {
  const std::string bare = without_ending(packed.name, ".gz");
  if (bare != packed.name) return bare;
  const std::string stored = last_part(as_utf8(header.name));
  return stored.empty() ? packed.name : stored;
}

Container open(const Packed& packed, const ContainerOptions& options) {
  const GzipHeader header = *read_gzip_header(*packed.bytes, 0);
  const DeflateData data{.source = *packed.bytes,
                         .begin = 0,
                         .end = packed.bytes->size(),
                         .wrapping = Wrapping::gzip,
                         .keep = kKeepContent};
  InflateIndex index = build_inflate_index(data, options.stop);
  Container container{.kind = "gzip", .facts = {}, .files = {}, .name = {}, .content = nullptr};
  if (packed.on_disk) container.files = {packed.path};
  container.name = content_name(packed, header);
  Facts& facts = container.facts;
  if (!header.name.empty()) facts.emplace_back("name", as_utf8(header.name));
  if (header.modified != 0) {
    facts.emplace_back("modified", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                               fmt::gmtime(std::time_t{header.modified})));
  }
  facts.emplace_back("members", fmt::format("{}", index.streams));
  facts.emplace_back("packed_bytes", fmt::format("{}", packed.bytes->size()));
  facts.emplace_back("bytes", fmt::format("{}", index.size));
  container.problems = index.problems;
  container.verify = [problems = index.problems](const WorkOptions&) { return problems; };
  container.content = inflate_source(packed.bytes, data.begin, data.end, Wrapping::gzip,
                                     std::move(index), packed.bytes->name());
  return container;
}

}  // namespace

const ContainerKind kGzipKind{.probe = probe, .open = open};

}  // namespace pregap
