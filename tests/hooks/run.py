#!/usr/bin/env python3
"""Deleting any one hook of the preload library must turn its case red.

    run.py [HOOK...]

tests/hooks/table has a case for every hook, and for nothing else. A case is run with the library as
it is, when it must be as the table says, and with a copy of it in which the name of the hook is taken
away, so that programs find libc's function: then it must not be. Runs as whoever runs it; what is for
root alone is skipped by others.
"""

import argparse
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "cases"
sys.path.insert(0, str(CASES))
import needs  # noqa: E402
import table  # noqa: E402
from run import Failure, Runner, compare  # noqa: E402

LIBRARY = "tracer/preload/libroar-preload.so"
DYNSYM, SYMBOL_BYTES = 11, 24
FUNCTION, UNDEFINED = 2, 0


class Library:
    """An ELF file of 64 bits whose exported names can be taken away."""

    def __init__(self, path):
        self.bytes = path.read_bytes()
        start, = struct.unpack_from("<Q", self.bytes, 40)
        size, count = struct.unpack_from("<HH", self.bytes, 58)
        sections = [struct.unpack_from("<IIQQQQII", self.bytes, start + i * size)
                    for i in range(count)]
        symbols = next(section for section in sections if section[1] == DYNSYM)
        self.symbols = range(symbols[4], symbols[4] + symbols[5], SYMBOL_BYTES)
        self.strings = sections[symbols[6]][4]

    def name(self, symbol):
        start = self.strings + struct.unpack_from("<I", self.bytes, symbol)[0]
        return self.bytes[start:self.bytes.index(0, start)].decode()

    def hooks(self):
        return {self.name(symbol): symbol for symbol in self.symbols
                if self.bytes[symbol + 4] & 15 == FUNCTION
                and struct.unpack_from("<H", self.bytes, symbol + 6)[0] != UNDEFINED}

    def without(self, hook):
        changed = bytearray(self.bytes)
        struct.pack_into("<I", changed, self.hooks()[hook], 0)
        return bytes(changed)


class Tree:
    """A build tree whose library can be exchanged."""

    def __init__(self, build, root):
        self.root = root
        for name in ("porcelain/roar", "tracer/preload/roar-enter", "tests/test_log_dump"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            if (build / name).exists():
                shutil.copy(build / name, root / name)

    def use(self, library):
        (self.root / LIBRARY).unlink(missing_ok=True)
        (self.root / LIBRARY).write_bytes(library)


def record_verdict(runner, tree, case):
    facts = runner.scratch / "facts"
    runner.once(case, f"{tree.root}/tests/test_log_dump -l {tree.root / LIBRARY} -o {facts}")
    return "" if re.search(case.record, facts.read_text(), re.MULTILINE) else "no such record"


def verdict(runner, tree, case):
    """Why the case is not as the table says, or an empty string."""
    if case.record:
        return record_verdict(runner, tree, case)
    try:
        seen = runner.run(case)
        if runner.verbose:
            print("\n".join(sorted(seen)))
        compare(case, "preload", runner.who, table.comparable(case, seen))
    except Failure as failure:
        return str(failure)
    return ""


def check(runner, tree, library, met, case):
    lacking = met.lacking(case.needs)
    if lacking:
        print(f"skipped {case.label}: needs {lacking}")
        return True
    tree.use(library.bytes)
    wrong = verdict(runner, tree, case)
    if not wrong:
        tree.use(library.without(case.label))
        wrong = "" if verdict(runner, tree, case) else "nothing changes without it"
    print(f"{'not ok' if wrong else 'ok'} {case.label}{': ' + wrong if wrong else ''}", flush=True)
    return not wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", dest="verbose", action="store_true")
    parser.add_argument("hooks", nargs="*")
    arguments = parser.parse_args()
    arguments.backend = "preload"
    build = pathlib.Path(os.environ["ROAR_BUILD"])
    library = Library(build / LIBRARY)
    cases = table.read(HERE / "table")
    failed = 0
    for hook in sorted(library.hooks().keys() ^ {case.label for case in cases}):
        failed += 1
        print(f"not ok {hook}: " + ("has no case" if hook in library.hooks() else "is no hook"))
    os.closerange(3, 64)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="roar-hooks.")).resolve()
    try:
        tree = Tree(build, scratch / "tree")
        chosen = [case for case in cases if not arguments.hooks or case.label in arguments.hooks]
        programs, built = needs.build_programs(CASES, scratch, arguments.verbose,
                                               {"libc", "isolated", "checked", "libaio.so"})
        os.environ["ROAR_BUILD"] = str(tree.root)
        runner = Runner(arguments, scratch, programs)
        met = needs.Needs(built, runner.user, scratch)
        failed += sum(not check(runner, tree, library, met, case) for case in chosen)
    finally:
        subprocess.run(["rm", "-rf", str(scratch)], check=False)
    print(f"{len(library.hooks())} hooks, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
