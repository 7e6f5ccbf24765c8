#include "report/disk_json.h"

#include "report/disk.h"

namespace pregap::report {
namespace {

Json partition_json(const volumes::Partition& p) {
  return {
      {"number", p.number}, {"address", p.address},        {"offset", p.offset}, {"bytes", p.size},
      {"type", p.type},     {"type_id", p.type_id},        {"label", p.label},   {"id", p.id},
      {"active", p.active}, {"facts", facts_json(p.facts)}};
}

Json table_json(const volumes::PartitionTable& table) {
  Json partitions = Json::array();
  for (const volumes::Partition& p : table.partitions) partitions.push_back(partition_json(p));
  return {
      {"kind", table.kind}, {"offset", table.offset},           {"sector_bytes", table.sector_size},
      {"id", table.id},     {"facts", facts_json(table.facts)}, {"partitions", partitions}};
}

Json file_system_json(const volumes::FileSystem& fs) {
  Json json = {{"kind", fs.kind},
               {"offset", fs.offset},
               {"bytes", fs.size},
               {"partition", fs.partition},
               {"label", fs.label},
               {"id", fs.id},
               {"block_bytes", fs.block_size},
               {"blocks", fs.blocks}};
  if (fs.free_blocks) json["free_blocks"] = *fs.free_blocks;
  json["facts"] = facts_json(fs.facts);
  return json;
}

}  // namespace

Json facts_json(const Facts& facts) {
  Json json = Json::object();
  for (const auto& [name, value] : facts) json[name] = value;
  return json;
}

Json containers_json(const std::vector<Container>& containers) {
  Json json = Json::array();
  for (const Container& container : containers) {
    Json files = Json::array();
    for (const auto& file : container.files) files.push_back(file.string());
    json.push_back({{"kind", container.kind},
                    {"bytes", container.content ? container.content->size() : 0},
                    {"files", files},
                    {"facts", facts_json(container.facts)}});
  }
  return json;
}

Json partition_tables_json(const volumes::Contents& contents) {
  Json json = Json::array();
  for (const volumes::PartitionTable& table : contents.tables) json.push_back(table_json(table));
  return json;
}

Json file_systems_json(const volumes::Contents& contents) {
  Json json = Json::array();
  for (const volumes::FileSystem& fs : contents.file_systems) json.push_back(file_system_json(fs));
  return json;
}

void add_disk_views(Json& json, const operations::Look& look) {
  json["containers"] = containers_json(look.image.containers);
  Json tables = Json::array(), file_systems = Json::array();
  const auto add = [](Json& to, const Json& rows, int track) {
    for (const Json& row : rows) {
      Json numbered = {{"track", track}};
      numbered.update(row);
      to.push_back(numbered);
    }
  };
  for (const operations::TrackContents& item : look.tracks) {
    add(tables, partition_tables_json(item.contents), item.track->number);
    add(file_systems, file_systems_json(item.contents), item.track->number);
  }
  json["partition_tables"] = tables;
  json["file_systems"] = file_systems;
  for (const operations::TrackContents& item : look.tracks) {
    for (const Json& problem : problems_json(item.contents.problems)) {
      json["problems"].push_back(problem);
    }
  }
}

std::string disk_info_json(const operations::Look& look) {
  const volumes::Contents& contents = look.contents;
  const Json json = {{"schema", "pregap.info/1"},
                     {"image", look.image.path.string()},
                     {"format", "disk"},
                     {"containers", containers_json(look.image.containers)},
                     {"bytes", look.image.bytes->size()},
                     {"content", look.is_unknown()         ? "unknown"
                                 : contents.tables.empty() ? "volume"
                                                           : "partitions"},
                     {"geometry", facts_json(contents.geometry)},
                     {"partition_tables", partition_tables_json(contents)},
                     {"file_systems", file_systems_json(contents)},
                     {"problems", problems_json(contents.problems)}};
  return line_of(json);
}

}  // namespace pregap::report
