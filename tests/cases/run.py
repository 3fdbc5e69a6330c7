#!/usr/bin/env python3
"""Runs the cases of tests/cases/table under one backend and compares exactly.

    run.py --backend preload|ptrace|auto|strict [--user] [--only N[,N...]] [--keep] [-v]

A case is run twice in a directory of its own, once as it is and once under the tracer: the sets
must be those of the table, and exit status, signal and output those of the plain run. A row per
case is printed, and at the end how many are exact. What the machine lacks skips a case by name.

With --user, as an ordinary user (root becomes `nobody`); otherwise as whoever runs it. Exit status:
0 all as the table has it, 1 not, 77 nothing could be run.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import needs  # noqa: E402
import observing  # noqa: E402
import table  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
NOBODY = 65534
SECONDS = 60
LISTED = 107


class Failure(Exception):
    pass


def set_up_files(directory):
    """What every case finds."""
    (directory / "in").write_text("first\nsecond\n")
    (directory / "in2").write_text("other\n")
    (directory / "lnk").symlink_to("in")
    for name, file in (("sub", "sin"), ("t1", "tin"), ("t2", "tin")):
        (directory / name).mkdir()
        (directory / name / file).write_text("1\n")


def remove(directory):
    """A daemon may still be at work there."""
    for _ in range(1000):
        if subprocess.run(["rm", "-rf", str(directory)], capture_output=True,
                          check=False).returncode == 0:
            return
    raise Failure(f"cannot remove {directory}")


class Runner:
    def __init__(self, arguments, scratch, programs):
        self.backend = arguments.backend
        self.verbose = arguments.verbose
        self.user = os.geteuid() != 0
        self.who = "user" if self.user else "root"
        self.scratch = scratch
        self.programs = programs
        self.observer = observing.Observer(pathlib.Path(os.environ["ROAR_BUILD"]), self.backend)
        self.environment = {
            "PATH": f"{programs}:{scratch}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(scratch / "home"), "LC_ALL": "C", "TZ": "UTC", "CASES": str(HERE),
            "PROGRAMS": str(programs), "PYTHONNOUSERSITE": "1",
            # Leaks cannot be looked for in a traced process.
            "ASAN_OPTIONS": "detect_leaks=0",
        }
        (scratch / "home").mkdir(exist_ok=True)

    def shell(self, directory, command, traced="", **options):
        return subprocess.Popen(["/bin/sh", "-c", command], cwd=directory,
                                env={**self.environment, "TRACED": traced},
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)

    def once(self, case, tracer):
        """Runs the case in a fresh directory: (status, output) of the command."""
        directory = self.scratch / "work"
        if directory.exists():
            remove(directory)
        directory.mkdir()
        set_up_files(directory)
        if case.setup:
            done = self.shell(directory, case.setup)
            _, errors = done.communicate(timeout=SECONDS)
            if done.returncode != 0:
                raise Failure(f"its setup failed: {errors.decode(errors='replace')}")
        beside = None
        if case.beside:
            other = tracer and self.observer.prefix(self.scratch / "seen.beside")
            beside = self.shell(directory, case.beside, traced=other, start_new_session=True)
        command = f"exec {case.under or ''} {tracer} {case.run}"
        main = self.shell(directory, command, start_new_session=True)
        try:
            output, errors = main.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as expired:
            os.killpg(main.pid, signal.SIGKILL)
            raise Failure(f"does not end: {tracer or 'as it is'}") from expired
        finally:
            if case.after:
                self.shell(directory, case.after).communicate(timeout=SECONDS)
            if beside is not None:
                if beside.poll() is None:
                    os.killpg(beside.pid, signal.SIGTERM)
                beside.communicate(timeout=SECONDS)
        return main.returncode, output, errors

    def run(self, case):
        """Returns what was seen. Raises Failure."""
        plain = self.once(case, "")
        (self.scratch / "seen").unlink(missing_ok=True)
        traced = self.once(case, self.observer.prefix(self.scratch / "seen"))
        if plain[0] != traced[0]:
            raise Failure(f"status {traced[0]} instead of {plain[0]}: "
                          f"{traced[2].decode(errors='replace')}")
        if not case.varies and plain[1:] != traced[1:]:
            raise Failure(f"its output differs: {plain[1:]} and then {traced[1:]}")
        return self.observer.seen(self.scratch / "seen", self.scratch / "work")


def compare(case, backend, who, seen):
    expected = case.expected(backend, who)
    seen = seen - (case.may - expected)
    lines = []
    for item in sorted(expected - seen):
        lines.append(f"missing    {item}")
    for item in sorted(seen - expected):
        lines.append(f"unexpected {item}")
    if lines:
        raise Failure("\n    ".join(["the sets differ", *lines]))


def become_nobody(scratch):
    os.chown(scratch, NOBODY, NOBODY)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def run_all(arguments, cases, scratch):
    programs, built = needs.build_programs(HERE, scratch, verbose=arguments.verbose)
    if not arguments.user or os.geteuid() != 0:
        return run_cases(arguments, cases, scratch, programs, built)
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            become_nobody(scratch)
            status = run_cases(arguments, cases, scratch, programs, built)
            sys.stdout.flush()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run_cases(arguments, cases, scratch, programs, built):
    runner = Runner(arguments, scratch, programs)
    if not runner.observer.usable():
        print(f"1..0 # SKIP {runner.observer.program} cannot be run by this user")
        return 77
    met = needs.Needs(built, runner.user, scratch)
    counts = {"exact": 0, "named": 0, "skipped": 0, "MISSED": 0, "FAILED": 0}
    of_first = 0
    numbered = {}  # of the list of 107: verdicts of all rows that could be run
    for case in cases:
        verdict, words = judge(runner, met, case, arguments.backend)
        counts[verdict] += 1
        if case.number <= LISTED and verdict != "skipped":
            numbered.setdefault(case.number, set()).add(verdict)
        of_first += verdict == "exact" and case.number <= 71 and not case.variant
        print(f"{case.label:>4} {verdict:<8} {case.name}{': ' + words if words else ''}",
              flush=True)
    print(f"{arguments.backend}: {counts['exact']} of {len(cases)} rows exact, "
          f"{counts['named']} named, {counts['MISSED']} missed in silence, "
          f"{counts['skipped']} skipped, {counts['FAILED']} failed; "
          f"{of_first} of the first 71 exact")
    exact = sum(verdicts == {"exact"} for verdicts in numbered.values())
    named = sum(verdicts <= {"exact", "named"} for verdicts in numbered.values()) - exact
    print(f"{arguments.backend}: of the {LISTED} cases {exact} exact, {named} named, "
          f"{len(numbered) - exact - named} neither, {LISTED - len(numbered)} not run")
    return 1 if counts["FAILED"] else 0


def judge(runner, met, case, backend):
    lacking = met.lacking(case.needs)
    if lacking:
        return "skipped", f"needs {lacking}"
    if case.reason_not_to(backend, runner.who):
        return "named", case.reason_not_to(backend, runner.who)
    try:
        seen = runner.run(case)
        if runner.verbose:
            print("\n".join(sorted(seen)))
        compare(case, backend, runner.who, table.comparable(case, seen))
    except Failure as failure:
        if backend in case.missed:
            return "MISSED", case.missed[backend]
        return "FAILED", str(failure)
    if backend in case.missed:
        return "FAILED", "is not missed"
    if case.is_exact(backend, runner.who):
        return "exact", ""
    return "named", case.deviation(backend, runner.who)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", choices=observing.BACKENDS, required=True)
    parser.add_argument("--user", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("-v", dest="verbose", action="store_true")
    arguments = parser.parse_args()
    cases = table.read(HERE / "table")
    if arguments.only:
        wanted = arguments.only.split(",")
        cases = [case for case in cases if case.label in wanted or str(case.number) in wanted]
    # The runner of the tests leaves its log open.
    os.closerange(3, 64)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="roar-cases.")).resolve()
    scratch.chmod(0o755)
    try:
        return run_all(arguments, cases, scratch)
    finally:
        if not arguments.keep:
            subprocess.run(["rm", "-rf", str(scratch)], check=False)


if __name__ == "__main__":
    sys.exit(main())
