# SPDX-License-Identifier: GPL-3.0-or-later
"""A minute of libFuzzer for a target, as CTest runs it: `short_run.py FOLDER build [CMAKE OPTION...]` makes the targets with
clang in a build folder of their own, `short_run.py FOLDER NAME` lets one run and says how many inputs it tried.

CONTINUO_FUZZ_SECONDS sets how long (default: 60). What is found stays in FOLDER/found/NAME and is where the next run begins.
Ends with 77, for CTest a test that is skipped, where there is no clang with libFuzzer."""
import base64
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
TUNES = TOP / "resources" / "tunes"
SKIPPED = 77
TARGETS = ("abc", "dataset", "midi", "recipe")
# The oldest that reads libstdc++'s <ranges> comes first: it is what the preset "fuzz" names.
COMPILERS = (*(f"clang++-{version}" for version in range(16, 31)), "clang++")
TRIAL = """#include <cstddef>
#include <cstdint>
#include <ranges>
#include <vector>
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::vector<int> some(bytes, bytes + size);
    return std::ranges::distance(some | std::views::filter([](int x) { return x > 300; })) == 0 ? 0 : 1;
}
"""


def fuzzing_compiler():
    """A clang that builds programs with libFuzzer, or None."""
    for name in COMPILERS:
        if path := shutil.which(name):
            with tempfile.TemporaryDirectory(prefix="continuo-fuzz-") as folder:
                source, program = pathlib.Path(folder) / "trial.cpp", pathlib.Path(folder) / "trial"
                source.write_text(TRIAL, encoding="ascii")
                made = subprocess.run([path, "-std=c++20", "-fsanitize=fuzzer,address,undefined", source, "-o", program],
                                      capture_output=True, check=False)
                if made.returncode == 0:
                    return path
    return None


def build(folder, options):
    compiler = fuzzing_compiler()
    if not compiler:
        print("Skipped: there is no clang++ 16 or newer here that builds programs with libFuzzer (Debian: clang-16 libclang-rt-16-dev).")
        return SKIPPED
    configure = ["cmake", "-S", TOP, "-B", folder, "--preset", "fuzz", f"-DCMAKE_CXX_COMPILER={compiler}",
                 f"-DCMAKE_C_COMPILER={compiler.replace('clang++', 'clang')}", "-DCMAKE_CXX_FLAGS=-O1 -gline-tables-only", *options]
    for command in (configure, ["cmake", "--build", folder, "--parallel", "2", "--target", *(f"fuzz_{name}" for name in TARGETS)]):
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode != 0:
            print((done.stdout + done.stderr)[-8000:])
            return 1
    return 0


def seeds_of(name, folder):
    """A folder of small files to begin with."""
    typed = TOP / "tests" / "fuzz" / "seeds" / name
    if name == "dataset":
        set_path = folder / "one.continuo-dataset"
        subprocess.run([os.environ["CONTINUO_PROGRAM"], "import", TUNES / "greensleeves.abc", "--out", set_path, "--quiet"],
                       check=True, capture_output=True)
        return folder
    return typed if typed.exists() else TUNES


def run(folder, name):
    program = folder / "bin" / f"fuzz_{name}"
    if not program.exists():
        print(f"Skipped: {program.name} was not built; the test fuzz_build says why.")
        return SKIPPED
    found = folder / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    seconds = os.environ.get("CONTINUO_FUZZ_SECONDS", "60")
    with tempfile.TemporaryDirectory(prefix="continuo-fuzz-") as made:
        seeds = seeds_of(name, pathlib.Path(made))
        done = subprocess.run([program, f"-max_total_time={seconds}", "-seed=1", "-timeout=25", "-max_len=50000", "-print_final_stats=1",
                               f"-artifact_prefix={found}/", found, seeds],
                              capture_output=True, text=True, errors="replace", check=False)
    tried = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    print(f"{name}: {int(tried.group(1)):,} inputs in {seconds} s" if tried else f"{name}: it ended early")
    if done.returncode != 0:
        print(done.stderr[-8000:])
        for path in sorted(found.iterdir()):
            if re.match(r"(crash|leak|timeout|oom)-", path.name):
                print(f"{path}:\n{base64.b64encode(path.read_bytes()[:20_000]).decode()}")
    return 0 if done.returncode == 0 and tried and int(tried.group(1)) > 0 else 1


if __name__ == "__main__":
    place = pathlib.Path(sys.argv[1]).resolve()
    sys.exit(build(place, sys.argv[3:]) if sys.argv[2] == "build" else run(place, sys.argv[2]))
