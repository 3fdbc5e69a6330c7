"""What a disk may hold after a power cut, worked out from what a program wrote.

    crash_states.py LOG BEFORE STATES CHECK

LOG is what `strace -f -y -xx -s 1048576 -e trace=SYSTEM_CALLS` printed of the program, BEFORE a copy of
the store that it wrote to (its path as the program used it is in ROOT), STATES how many states are wanted
at the most, CHECK a command of sh. CHECK runs in a project whose store is in one state at a time, with
the lines that the program had printed by then on standard input, and fails if something that was
promised is not there.

The model is that of ALICE (Pillai et al., OSDI 2014), strictly: a write lasts when its file was synced
after it, a new name, a new file or a removal when its directory was, a write through a descriptor with
O_DSYNC when it returns. Of what does not last yet, any part may be there, in any order, and a write may be
torn at multiples of 512 bytes. At each call that changes something, states are: nothing of that, all of
it, all but a torn last one, and random choices.
"""

import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

SYSTEM_CALLS = ("openat,open,creat,close,dup,dup2,dup3,fcntl,write,writev,pwrite64,pwritev,pwritev2,"
                "lseek,fsync,fdatasync,ftruncate,truncate,rename,renameat,renameat2,unlink,unlinkat,"
                "mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,fallocate,copy_file_range")
SECTOR = 512
LINE = re.compile(r"^(?:(?P<pid>\d+) +)?(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)(?P<rest>.*)$")
DESCRIPTOR = re.compile(r"^(-?\d+|AT_FDCWD)(?:<(.*?)(?:\(deleted\))?>)?$")
NAMED = re.compile(r"<((?:\\x[0-9a-f]{2})+)>")  # some versions of strace write names so, too
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class Inode:
    def __init__(self, data=b"", directory=False):
        self.data = bytearray(data)
        self.directory = directory


class Change:
    """One call: what it changes, and what has to be synced for it to last."""

    def __init__(self, synced_by, apply, pieces=1, at_once=False):
        self.synced_by = synced_by  # an inode, or the path of a directory
        self.apply = apply  # (namespace, inodes' contents, which pieces)
        self.pieces = pieces
        self.at_once = at_once
        self.lasts_from = None  # number of the event that makes it last


def bytes_of(text):
    return bytes.fromhex(text.replace("\\x", ""))


def split(arguments):
    """At commas that are in no brackets and no string."""
    parts, depth, start, inside = [], 0, 0, False
    for place, c in enumerate(arguments):
        if c == '"':
            inside = not inside
        elif not inside and c in "([{<":
            depth += 1
        elif not inside and c in ")]}>":
            depth -= 1
        elif c == "," and depth == 0 and not inside:
            parts.append(arguments[start:place].strip())
            start = place + 1
    parts.append(arguments[start:].strip())
    return parts


class Recording:
    def __init__(self, log, before, root):
        self.root = root
        self.files = {}  # path -> inode, as the program sees it
        self.events = []  # (changes made, lines printed so far)
        self.positions = {}
        self.sync_at_once = {}
        self.printed = 0
        self.lines = []
        self.initial = {}
        for path in [before, *before.rglob("*")]:
            inode = Inode(b"" if path.is_dir() else path.read_bytes(), path.is_dir())
            self.files[str(root / path.relative_to(before))] = inode
        self.initial = {path: (inode, bytes(inode.data)) for path, inode in self.files.items()}
        self.pending = []
        unfinished = {}
        for line in open(log, errors="replace"):
            line = NAMED.sub(lambda name: f"<{bytes_of(name[1]).decode()}>", line.rstrip("\n"))
            begun = re.match(r"^(\d+) +(.*) <unfinished \.\.\.>$", line)
            if begun:
                unfinished[begun[1]] = begun[2]
                continue
            ended = re.match(r"^(\d+) +<\.\.\. \w+ resumed>(.*)$", line)
            if ended and ended[1] in unfinished:
                line = f"{ended[1]} {unfinished.pop(ended[1])}{ended[2]}"
            match = LINE.match(line)
            if match and int(match["result"]) >= 0:
                self.take(match["pid"], match["call"], split(match["arguments"]), match)

    def inside(self, path):
        return path is not None and (path == str(self.root) or path.startswith(f"{self.root}/"))

    def add(self, change):
        self.events.append(change)
        if not change.at_once:
            self.pending.append(change)
        else:
            change.lasts_from = len(self.events)

    def sync(self, what):
        left = []
        for change in self.pending:
            if change.synced_by is what or change.synced_by == what:
                change.lasts_from = len(self.events)
            else:
                left.append(change)
        self.pending = left

    def path_of(self, base, text):
        path = bytes_of(STRING.search(text)[1]).decode()
        if not path.startswith("/"):
            path = f"{DESCRIPTOR.match(base)[2]}/{path}" if base else str(pathlib.Path.cwd() / path)
        return os.path.normpath(path)

    def create(self, path, inode):
        self.files[path] = inode
        self.add(Change(os.path.dirname(path), lambda names, data, _: names.setdefault(path, inode)))

    def write(self, key, inode, offset, content):
        def apply(names, data, which):
            body = data.setdefault(inode, bytearray())
            for piece in which:
                begin = piece * SECTOR - offset % SECTOR
                part = content[max(begin, 0):begin + SECTOR]
                at = offset + max(begin, 0)
                if len(body) < at:
                    body.extend(bytes(at - len(body)))
                body[at:at + len(part)] = part
        pieces = (offset % SECTOR + len(content) + SECTOR - 1) // SECTOR
        self.add(Change(inode, apply, pieces, self.sync_at_once.get(key, False)))

    def resize(self, inode, size):
        def apply(names, data, _):
            body = data.setdefault(inode, bytearray())
            del body[size:]
            body.extend(bytes(size - len(body)))
        self.add(Change(inode, apply))

    def rename(self, old, new):
        self.files[new] = self.files.pop(old)

        def apply(names, data, _):
            if old in names:
                names[new] = names.pop(old)
        self.add(Change(os.path.dirname(new), apply))

    def remove(self, path):
        self.files.pop(path, None)
        self.add(Change(os.path.dirname(path), lambda names, data, _: names.pop(path, None)))

    def take(self, pid, call, arguments, match):
        first = DESCRIPTOR.match(arguments[0])
        path = first[2] if first else None
        key = (pid, first[1]) if first else None
        result = int(match["result"])
        if call in ("write", "writev") and key and key[1] == "1" and not self.inside(path):
            text = b"".join(bytes_of(part) for part in STRING.findall(match["arguments"]))
            self.lines += text.decode(errors="replace").splitlines()
            self.add(Change(None, lambda names, data, _: None, at_once=True))
            self.events[-1].lines = len(self.lines)
        elif call in ("openat", "open", "creat"):
            self.opened(pid, call, arguments, match)
        elif call == "lseek" and self.inside(path):
            self.positions[key] = result
        elif call in ("write", "writev", "pwrite64", "pwritev", "pwritev2") and self.inside(path):
            content = b"".join(bytes_of(part) for part in STRING.findall(match["arguments"]))[:result]
            assert len(content) == result, f"the log is cut off: {match[0][:200]}"
            if call.startswith("p"):
                offset = int(arguments[3])
            else:
                offset = self.positions.get(key, 0)
                self.positions[key] = offset + result
            self.write(key, self.files[path], offset, content)
        elif call in ("fsync", "fdatasync") and self.inside(path):
            self.sync(path if self.files[path].directory else self.files[path])
        elif call == "ftruncate" and self.inside(path):
            self.resize(self.files[path], int(arguments[1]))
        else:
            self.take_name(call, arguments)

    def opened(self, pid, call, arguments, match):
        found = re.search(r"<(.*)>", match["rest"])
        path = found[1] if found else None
        if not self.inside(path):
            return
        flags = "O_CREAT|O_TRUNC" if call == "creat" else arguments[2 if call == "openat" else 1]
        self.positions[(pid, match["result"])] = 0
        self.sync_at_once[(pid, match["result"])] = "O_DSYNC" in flags or "O_SYNC" in flags
        if path not in self.files and "O_CREAT" in flags:
            self.create(path, Inode())
        elif "O_TRUNC" in flags:
            self.resize(self.files[path], 0)

    def take_name(self, call, arguments):
        if call in ("rename", "renameat", "renameat2"):
            step = 1 if call == "rename" else 2
            old = self.path_of(None if step == 1 else arguments[0], arguments[step - 1])
            new = self.path_of(None if step == 1 else arguments[2], arguments[2 * step - 1])
            if self.inside(old) or self.inside(new):
                self.rename(old, new)
        elif call in ("unlink", "unlinkat", "rmdir"):
            path = self.path_of(arguments[0] if call == "unlinkat" else None,
                                arguments[1 if call == "unlinkat" else 0])
            if self.inside(path):
                self.remove(path)
        elif call in ("mkdir", "mkdirat"):
            path = self.path_of(arguments[0] if call == "mkdirat" else None,
                                arguments[1 if call == "mkdirat" else 0])
            if self.inside(path):
                self.create(path, Inode(directory=True))
        elif call in ("link", "linkat", "symlink", "symlinkat", "fallocate", "copy_file_range", "truncate"):
            assert str(self.root) not in str(arguments), f"{call} is not in the model"


def lay_down(recording, choices, target):
    """The state in which of each (change, pieces) just these are on the disk."""
    names = {path: inode for path, (inode, _) in recording.initial.items()}
    data = {inode: bytearray(content) for inode, content in recording.initial.values()}
    for change, pieces in choices:
        change.apply(names, data, pieces)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for path, inode in sorted(names.items()):
        place = target / pathlib.Path(path).relative_to(recording.root)
        if inode.directory:
            place.mkdir(exist_ok=True)
        elif place.parent.is_dir():
            place.write_bytes(data.get(inode, b""))


def states_at(recording, count, chance):
    """Choices of what is on the disk when the power fails at the call of this number."""
    made = recording.events[:count]
    def every(change):
        return (change, range(change.pieces))
    def lasts(change):
        return change.lasts_from is not None and change.lasts_from <= count - (change.at_once)
    pending = [change for change in made if not lasts(change)]
    yield [every(change) for change in made if lasts(change)]
    if not pending:
        return
    yield [every(change) for change in made]
    last = pending[-1]
    if last.pieces > 1:
        yield [every(change) if change is not last else (change, range(last.pieces // 2)) for change in made]
    for _ in range(2):
        some = []
        for change in made:
            if lasts(change):
                some.append(every(change))
            elif chance.random() < 0.6:
                whole = chance.random() < 0.7
                some.append(every(change) if whole else
                            (change, [p for p in range(change.pieces) if chance.random() < 0.5]))
        kept, torn = some, chance.random()
        if torn < 0.3:  # what is pending arrives in another order
            lasting = [entry for entry in some if lasts(entry[0])]
            others = [entry for entry in some if not lasts(entry[0])]
            chance.shuffle(others)
            kept = lasting + others
        yield kept


def main():
    log, before, wanted, check = sys.argv[1:5]
    root = pathlib.Path(os.environ["ROOT"])
    recording = Recording(log, pathlib.Path(before), root)
    chance = random.Random(1)
    target = pathlib.Path("state", ".roar", "objects").absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    events = len(recording.events)
    states = [(count, choice) for count in range(events + 1)
              for choice in states_at(recording, count, chance)]
    if len(states) > int(wanted):
        states = sorted(chance.sample(states, int(wanted)), key=lambda state: state[0])
    failures = 0
    for count, choice in states:
        lay_down(recording, choice, target)
        printed = max((getattr(event, "lines", 0) for event in recording.events[:count]), default=0)
        done = subprocess.run(["sh", "-c", check], cwd=target.parent.parent, text=True, check=False,
                              input="".join(line + "\n" for line in recording.lines[:printed]),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            failures += 1
            print(f"after call {count} of {events}: {done.stdout}")
            if failures == 1:
                shutil.copytree(target, "failed", dirs_exist_ok=True)
    print(f"{len(states)} states, {events} calls, {failures} failures")
    return failures != 0 or not states


if __name__ == "__main__":
    sys.exit(main())
