"""How a command is run under the tracer, and what it saw is read: the one place that knows."""

import os
import re
import shlex

BACKENDS = ("preload", "ptrace", "auto")

KINDS = {"input": "in", "output": "out", "absent": "absent", "listed": "listed"}
WORDS = ("read", "mapped", "executed", "kept", "open", "inherited")
# Never a file of the job, wherever it is.
PSEUDO = ("/proc/", "/sys/", "/dev/", "/memfd:", "/SYSV", "/run/")


class Observer:
    def __init__(self, build, backend):
        self.program = build / "tests" / "test_observe"
        self.backend = backend

    def usable(self):
        return os.access(self.program, os.X_OK)

    def prefix(self, report):
        """Words of the shell before the command."""
        return f"env OBSERVED={shlex.quote(str(report))} {self.program} --tracer {self.backend}"

    def seen(self, report, root):
        """A set of words as in the table: in:PATH=EVIDENCE, gap:REASON=PROGRAM, ..."""
        words = set()
        for line in report.read_text().splitlines():
            kind, _, rest = line.partition(" ")
            if kind in KINDS:
                add_access(words, KINDS[kind], rest.split(" "), str(root))
            elif kind == "temporaries":
                words.add(f"tmp:{rest}")
            elif kind == "gap":
                reason, program, _ = rest.rsplit(" ", 2) if rest.count(" ") > 1 else (rest, "", 0)
                words.add(f"gap:{reason}" + (f"={os.path.basename(program)}" if program else ""))
        return words


def below(path, root):
    return path[len(root) + 1:] if path.startswith(root + "/") else path


def add_access(words, kind, parts, root):
    path = parts[0]
    if not path.startswith(root + "/"):
        if not path.startswith(PSEUDO) and not re.search(r"\\x20\(deleted\)$", path):
            return
    evidence = [part for part in parts[1:] if part in WORDS or part == "changed"]
    word = f"{kind}:{below(path, root)}"
    if evidence:
        word += "=" + ",".join(evidence)
    if "as" in parts[1:]:
        word += "@" + below(parts[parts.index("as") + 1], root)
    words.add(word)
