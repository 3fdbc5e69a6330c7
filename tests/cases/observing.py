"""How a command is run under the tracer, and what it saw is read: the one place that knows."""

import base64
import json
import os
import shlex

BACKENDS = ("preload", "ptrace", "auto", "strict")

KINDS = {"input": "in", "output": "out", "absent": "absent", "listed": "listed"}
# Never a file of the job, wherever it is.
PSEUDO = (b"/proc/", b"/sys/", b"/dev/", b"/memfd:", b"/SYSV", b"/run/")


class Observer:
    def __init__(self, build, backend):
        self.program = build / "porcelain" / "roar"
        self.backend = backend

    def usable(self):
        return os.access(self.program, os.X_OK)

    def prefix(self, report):
        """Words of the shell before the command."""
        how = "--strict" if self.backend == "strict" else f"--tracer {self.backend}"
        return f"{self.program} trace {how} -o {shlex.quote(str(report))}"

    def seen(self, report, root):
        """A set of words as in the table: in:PATH=EVIDENCE, gap:REASON=PROGRAM, ..."""
        return words_of_lines(lines_of(report), os.fsencode(root))


def lines_of(report):
    return [json.loads(line) for line in report.read_text().splitlines()]


def words_of_lines(lines, root):
    words = set()
    for line in lines:
        if line["type"] == "access":
            add_access(words, line, root)
        elif line["type"] == "process" and "signal" in line.get("exit", {}) and line["number"]:
            words.add(f"died:{line['exit']['signal']}")
        elif line["type"] == "gap":
            program = os.path.basename(path_in(line, "program"))
            words.add("gap:" + line["reason"] + ("=" + shown(program) if program else ""))
    orphans = sum(line["type"] == "process" and line["number"] > 0 and "parent" not in line
                  for line in lines)
    words.add(f"orphans:{orphans}")
    end = lines[-1]
    if end["type"] != "end":
        words.add("gap:no-end")
    elif end["temporaries"]:
        words.add(f"tmp:{end['temporaries']}")
    if end.get("complete", False) != (not any(word.startswith("gap:") for word in words)):
        words.add("gap:complete-is-wrong")
    return words


def path_in(line, key):
    """Bytes; empty if it is not there."""
    encoded = line.get(key + "_b64")
    return base64.b64decode(encoded) if encoded is not None else line.get(key, "").encode()


def shown(path):
    """As one word: what is not printable ASCII is written as \\xNN."""
    return "".join(chr(byte) if 0x20 < byte < 0x7f and byte != 0x5c else f"\\x{byte:02x}"
                   for byte in path)


def below(path, root):
    return path[len(root) + 1:] if path.startswith(root + b"/") else path


def add_access(words, line, root):
    path = path_in(line, "path")
    if not path.startswith((root + b"/", *PSEUDO)) and not path.endswith(b" (deleted)"):
        return
    evidence = list(line.get("evidence", []))
    if line.get("changed"):
        evidence.append("changed")
    word = f"{KINDS[line['kind']]}:{shown(below(path, root))}"
    if evidence:
        word += "=" + ",".join(evidence)
    spelled = path_in(line, "spelled")
    words.add(word + ("@" + shown(below(spelled, root)) if spelled else ""))
