// Pieces of JSON that tell what lies on an image.
#pragma once

#include "operations/look.h"
#include "report/json_parts.h"

namespace pregap::report {

Json facts_json(const Facts& facts);  // {"name": "value"}
Json containers_json(const std::vector<Container>& containers);
Json partition_tables_json(const volumes::Contents& contents);
Json file_systems_json(const volumes::Contents& contents);

// Adds `containers` and, with their track's number in each row, `partition_tables` and
// `file_systems` to a disc's object.
void add_disk_views(Json& json, const operations::Look& look);

}  // namespace pregap::report
