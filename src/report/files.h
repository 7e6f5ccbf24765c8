// What ls and extract tell.
#pragma once

#include <string>
#include <vector>

#include "operations/extract.h"
#include "operations/list_files.h"
#include "report/json_parts.h"
#include "report/style.h"

namespace pregap::report {

// One line of ls: the path, a folder's with a "/" behind it. The long form has kind and mode, size,
// time (UTC) and id before it, and a link's target behind it.
enum class ListForm : bool { paths, lines };
void add_file_line(std::string& text, const volumes::FoundFile& file, ListForm form);
// An entry of pregap.ls/1.
Json file_json(const volumes::FoundFile& file);
// pregap.ls/1.
std::string files_json(const std::string& image, const operations::FileListing& listing,
                       Json entries);

std::string extract_text(const std::string& image, const operations::ExtractReport& report,
                         const Style& style);
// pregap.extract/1.
std::string extract_json(const std::string& image, const operations::ExtractReport& report);

}  // namespace pregap::report
