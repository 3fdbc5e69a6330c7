#!/usr/bin/env python3
"""Real programs under strace, an independent witness, and under the tracers: path by path.

    run.py [--backend NAME]... PROGRAM...

What is read and written must be the same, and the tracer must say that nothing is missing. A file
that was opened and not read may be an input only where the tracer says `open`. What still differs
stands in tests/witness/differences, where an entry that is not used is a failure.
"""

import argparse
import fnmatch
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "cases")]
import observing  # noqa: E402
import strace_log  # noqa: E402
import table  # noqa: E402

MODULES = {"pip", "sklearn", "nbconvert", "ipykernel", "torch"}
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/go/bin"
SECONDS = 280
# Not files of anybody: the kernel makes their content when it is read.
PSEUDO = ("/proc/", "/sys/", "/dev/")


def has(need):
    if need in MODULES:
        return subprocess.run(["/usr/bin/python3", "-c", f"import {need}"], capture_output=True,
                              check=False).returncode == 0
    return shutil.which(need, path=PATH) is not None


class Trial:
    """One program, in a directory of its own that is set up anew for each run."""

    def __init__(self, program, scratch):
        self.program = program
        self.scratch = scratch
        self.directory = scratch / "work"
        (scratch / "seed").mkdir(exist_ok=True)
        self.environment = {
            "SEED": str(scratch / "seed"),  # what need not be made for each run
            "PATH": PATH, "LC_ALL": "C", "TZ": "UTC", "HERE": str(HERE),
            "HOME": str(self.directory / "home"), "TMPDIR": str(self.directory / "tmp"),
            "GIT_CONFIG_NOSYSTEM": "1", "GOCACHE": str(self.directory / "cache"), "GOTOOLCHAIN": "local",
            "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0", "PYTHONNOUSERSITE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **{f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER")
               for what, text in (("NAME", "A"), ("EMAIL", "a@example.org"),
                                  ("DATE", "2020-01-01T00:00:00Z"))},
        }

    def shell(self, command, **options):
        return subprocess.run(["/bin/sh", "-c", command], cwd=self.directory, text=True,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              check=False, timeout=SECONDS, **options)

    def fresh(self):
        subprocess.run(["rm", "-rf", str(self.directory)], check=True)
        for name in ("", "home", "tmp"):
            (self.directory / name).mkdir()
        done = self.shell(self.program.setup or "true")
        if done.returncode != 0:
            raise SystemExit(f"{self.program.label}: its setup fails: {done.stderr}")

    def run(self, prefix):
        self.fresh()
        before = sizes_below(self.directory)
        done = self.shell(f"exec {prefix} {self.program.run}")
        if done.returncode != 0:
            raise SystemExit(f"{self.program.label}: {prefix} ends with {done.returncode}: "
                             f"{done.stderr[-2000:]}")
        return before

    def witnessed(self):
        logs = self.scratch / "strace"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        before = self.run(f"strace -ff -ttt -y -s 4096 --seccomp-bpf -qq -e signal=none "
                          f"-e trace={strace_log.CALLS} -o {logs}/log")
        witness = strace_log.Witness(before)
        witness.follow(strace_log.calls_of(logs), str(self.directory))
        return witness, witness.outputs()

    def traced(self, build, backend):
        report = self.scratch / "seen"
        observer = observing.Observer(build, backend)
        self.run(observer.prefix(report))
        return observing.lines_of(report)


def sizes_below(directory):
    sizes = {}
    for place, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(place, name)
            if not os.path.islink(path) and os.path.isfile(path):
                sizes[path] = os.stat(path).st_size
    return sizes


def is_file(path):
    return path.startswith("/") and not path.startswith(PSEUDO) and not path.endswith("(deleted)")


def differences(witness, outputs, lines):
    """Words: what the tracer lacks or has besides."""
    inputs = {}
    written = set()
    for line in lines:
        path = os.fsdecode(observing.path_in(line, "path"))
        if line["type"] == "access" and line["kind"] == "input":
            inputs[path] = set(line["evidence"])
        elif line["type"] == "access" and line["kind"] == "output":
            written.add(path)
        elif line["type"] == "gap":
            yield f"gap {line['reason']} {os.fsdecode(observing.path_in(line, 'program'))}"
    for path in sorted(filter(is_file, witness.read - inputs.keys())):
        yield f"no-input {path}"
    for path in sorted(inputs.keys() - witness.read):
        if not (inputs[path] <= {"open", "kept"} and path in witness.opened):
            yield f"input {path}"
    for path in sorted(filter(is_file, outputs - written)):
        yield f"no-output {path}"
    for path in sorted(written - outputs):
        yield f"output {path}"
    if not lines[-1].get("complete"):
        yield "incomplete"


class Exceptions:
    def __init__(self, path):
        self.entries = []
        for line in path.read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                program, backend, kind, pattern = line.split("#")[0].split()
                may_be_unused = kind.endswith("?")
                self.entries.append([program, backend, f"{kind.rstrip('?')} {pattern}", may_be_unused])

    def explain(self, program, backend, difference):
        for entry in self.entries:
            if entry[:2] == [program, backend] and fnmatch.fnmatchcase(difference, entry[2]):
                entry[3] = True
                return True
        return False

    def unused(self, program, backend):
        return [entry[2] for entry in self.entries
                if entry[:2] == [program, backend] and not entry[3]
                and os.path.exists(entry[2].split()[1].rstrip("*").replace("WORK", "/"))]


def compare(program, backends, scratch, build, exceptions):
    trial = Trial(program, scratch)
    witness, outputs = trial.witnessed()
    failed = 0
    for backend in backends:
        lines = trial.traced(build, backend)
        found = [difference.replace(str(trial.directory), "WORK")
                 for difference in differences(witness, outputs, lines)]
        wrong = [difference for difference in found
                 if not exceptions.explain(program.label, backend, difference)]
        wrong += [f"unused {entry}" for entry in exceptions.unused(program.label, backend)]
        print(f"{'not ok' if wrong else 'ok'} {program.label} {backend}: "
              f"{len(witness.read)} read, {len(outputs)} written, "
              f"{len(found)} explained" + "".join(f"\n    {line}" for line in wrong), flush=True)
        failed += bool(wrong)
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", choices=observing.BACKENDS, action="append")
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_args()
    programs = table.read(HERE / "programs")
    if not has("strace"):
        print("1..0 # SKIP no strace")
        return 77
    os.closerange(3, 64)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="roar-witness.")).resolve()
    exceptions = Exceptions(HERE / "differences")
    failed = ran = 0
    try:
        for program in programs:
            if arguments.programs and program.label not in arguments.programs:
                continue
            lacking = [need for need in program.needs if not has(need)]
            if lacking:
                print(f"skipped {program.label}: needs {lacking[0]}")
                continue
            ran += 1
            failed += compare(program, arguments.backend or ["auto", "strict", "ptrace"], scratch,
                              pathlib.Path(os.environ["ROAR_BUILD"]), exceptions)
    finally:
        subprocess.run(["rm", "-rf", str(scratch)], check=False)
    return 1 if failed else 0 if ran else 77


if __name__ == "__main__":
    sys.exit(main())
