// A reader of files in a process of its own. Libraries that parse whatever an image holds may
// crash, loop or write where they shouldn't: the process that does it can open nothing, write to
// nothing but its socket, has bounded memory, and is ended when it computes for too long without a
// word. Its caller gets an Error and goes on: with what it asks for next begins a new process.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "volumes/file_reader.h"

namespace pregap::volumes {

// Opens a reader on a source, within the worker. Throws Error where there is no such file system.
using OpenReader =
    std::function<std::unique_ptr<FileReader>(std::shared_ptr<const ByteSource> source)>;

// Called in the worker while it may still open files: to load libraries.
using Prepare = void (*)();

struct WorkerLimits {
  std::uint64_t memory = 2ULL << 30;  // bytes beyond what the process has at its start
  int silent_seconds = 60;            // of processor time between two messages
  int deaths = 8;                     // of processes, before it is given up
};

// The reader that `open` gives, run in a worker; the image's bytes go there on its requests. Throws
// what `open` throws, Error(unreadable) if the process ends before it has answered, here or later,
// and Error(malformed) once it has been given up.
std::unique_ptr<FileReader> open_in_worker(std::shared_ptr<const ByteSource> source,
                                           std::string kind, const OpenReader& open,
                                           const WorkerLimits& limits = {},
                                           Prepare prepare = nullptr);

}  // namespace pregap::volumes
