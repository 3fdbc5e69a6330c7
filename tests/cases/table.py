"""Reads tests/cases/table; the file itself says what it holds."""

import re


WHERE_SAID = ("absent", "listed", "died", "orphans")


class Case:
    def __init__(self, label, name):
        self.label = label
        digits = re.match(r"\d*", label).group()
        self.number = int(digits or 0)
        self.variant = label[len(digits):]
        self.name = name
        self.needs = []
        self.setup = self.run = self.under = self.beside = self.after = ""
        self.varies = False
        self.record = ""
        self.sets = set()
        self.may = set()
        self.deviations = {}  # backend -> words
        self.excluded = {}  # backend -> why
        self.missed = {}  # likewise

    def expected(self, backend, who):
        for key in (f"{backend}:{who}", backend):
            if key in self.deviations:
                return self.deviations[key]
        return self.normal(backend)

    def normal(self, backend):
        sees_opens = backend == "ptrace"
        return {as_opened(word) for word in self.sets} if sees_opens else self.sets

    def reason_not_to(self, backend, who):
        return self.excluded.get(f"{backend}:{who}", self.excluded.get(backend, ""))

    def is_exact(self, backend, who):
        return without_evidence(self.expected(backend, who)) == without_evidence(self.sets)

    def deviation(self, backend, who):
        gaps = sorted(word for word in self.expected(backend, who) if word.startswith("gap:"))
        return " ".join(gaps) or "imprecise"


def as_opened(word):
    """What can be said from outside: that a file was opened, not that bytes were read."""
    match = re.fullmatch(r"(in:[^=]*=)([^@]*)(.*)", word)
    if not match:
        return word
    words = ["open" if part in ("read", "mapped") else part for part in match[2].split(",")]
    order = ("executed", "kept", "open", "inherited", "changed")
    return match[1] + ",".join(part for part in order if part in words) + match[3]


def without_evidence(words):
    return {re.sub(r"=[^@]*", "", word) if word.startswith("in:") else word for word in words}


def comparable(case, seen):
    """Absent paths, listed directories and processes count where the row speaks of them."""
    said = {word.split(":")[0] for words in (case.sets, *case.deviations.values()) for word in words}
    return {word for word in seen
            if word.split(":")[0] not in WHERE_SAID or word.split(":")[0] in said}


def expanded(word):
    """in:r{0..3} is four words."""
    match = re.search(r"\{(\d+)\.\.(\d+)\}", word)
    if not match:
        return {word}
    return {word[:match.start()] + str(i) + word[match.end():]
            for i in range(int(match[1]), int(match[2]) + 1)}


def words_of(text):
    words = set()
    for word in text.split():
        if word == "-":
            continue
        for repeated in (r"([\w.]+)\*(\d+)", r"\(([^()]*)\)\*(\d+)"):
            word = re.sub(repeated, lambda m: m[1] * int(m[2]), word)
        words |= expanded(word)
    return words


def set_key(case, key, value):
    if key in ("setup", "run", "under", "beside", "after"):
        setattr(case, key, (getattr(case, key) + "\n" + value).strip())
    elif key == "needs":
        case.needs = value.split()
    elif key == "record":
        case.record = value
    elif key == "varies":
        case.varies = True
    elif key == "sets":
        case.sets = words_of(value)
    elif key == "may":
        case.may = words_of(value)
    elif key == "but":
        backends, _, words = value.partition(" ")
        for backend in backends.split(","):
            case.deviations[backend] = words_of(words)
    elif key in ("not", "miss"):
        backends, _, why = value.partition(" ")
        for backend in backends.split(","):
            (case.excluded if key == "not" else case.missed)[backend] = why
    else:
        raise SystemExit(f"the table has no '{key}' (case {case.label})")


def read(path):
    cases = []
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        key, _, value = line.strip().partition(" ")
        if line[0].isspace():
            set_key(cases[-1], key, value.strip())
        else:
            cases.append(Case(key, value.strip()))
    for case in cases:
        case.run = case.run or f"libc {case.label}"
    labels = [case.label for case in cases]
    if len(set(labels)) != len(labels):
        raise SystemExit("a case is twice in the table")
    for case in cases:
        for backend, words in case.deviations.items():
            if words == case.normal(backend):
                raise SystemExit(f"case {case.label} deviates in nothing for {backend}")
    return cases
