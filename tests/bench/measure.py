"""What commands and growth share: running a program, and the figures of many runs."""

import argparse
import os
import pathlib
import statistics
import sys
import time


def run(command, folder):
    """Seconds, peak resident MiB and exit status of a command. A peak is never below this
    script's own, some 15 MiB, which Linux counts in before the program starts."""
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.execvp(command[0], command)
        except OSError:
            os._exit(127)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    return seconds, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def touch_free_memory(folder, mib):
    """Writes a file and deletes it. A virtual machine gives free memory back to its host, and
    whoever writes first after a pause pays for getting it again: that is nobody's merit."""
    scratch = folder / "scratch"
    block = bytes(2**20)
    with open(scratch, "wb") as out:
        for _ in range(mib):
            out.write(block)
    scratch.unlink()


def warm(command, folder):
    """Reads the images that a command names, so that the page cache holds them: some machines give
    up what is not used for a few seconds."""
    buffer = bytearray(1 << 20)
    for word in map(str, command):
        word = word.partition("/")[0] if word.startswith("big.img") else word
        path = (folder / word).with_suffix(".bin") if word.endswith(".cue") else folder / word
        if path.suffix in (".bin", ".iso", ".img") and path.is_file():
            with open(path, "rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass


def must_run(command, folder, expected=0):
    seconds, peak, status = run([str(word) for word in command], folder)
    if status != expected:
        sys.exit(f"{' '.join(map(str, command))}: exit status {status}, expected {expected}")
    return seconds, peak


def summarise(row, mib):
    """Adds median, least and most to a row's "seconds", and MiB/s of what `mib` counts."""
    row["median"] = statistics.median(row["seconds"])
    row["min"], row["max"] = min(row["seconds"]), max(row["seconds"])
    row["mib_per_second"] = mib / row["median"]
    return row


def parse(parser, needed):
    """The options that both have; `needed` are programs of tests/bench."""
    top = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--build", type=pathlib.Path, default=top / "build" / "release",
                        help="a build with PREGAP_BENCH=ON (%(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="that count (%(default)s)")
    parser.add_argument("--dir", type=pathlib.Path,
                        help="where images are made; a temporary one below $TMPDIR")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    options = parser.parse_args()
    options.bench = options.build.resolve() / "tests" / "bench"
    options.pregap = options.build.resolve() / "src" / "pregap"
    for program in [options.pregap] + [options.bench / name for name in needed]:
        if not program.exists():
            sys.exit(f"{program} is not there: configure with -DPREGAP_BENCH=ON and build")
    return options


def parser_of(text):
    return argparse.ArgumentParser(description=text)
