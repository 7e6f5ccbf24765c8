// `pregap rip ARGUMENTS` is `pregap-rip ARGUMENTS`.
#pragma once

#include "cli/cli.h"

namespace pregap::cli {

int run_rip(int argc, char** argv);  // returns only where it could not be started

}  // namespace pregap::cli
