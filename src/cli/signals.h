// Ctrl-C, SIGTERM and SIGHUP ask the work to stop and to leave nothing behind; a second one ends
// the program at once.
#pragma once

namespace pregap::cli {

// Called before any other thread is started.
void catch_signals();

}  // namespace pregap::cli
