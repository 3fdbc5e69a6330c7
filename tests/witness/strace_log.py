"""What strace -ff -ttt -y saw, call by call, in the order in which the calls began."""

import os
import re

CALLS = ("open,openat,openat2,creat,execve,execveat,rename,renameat,renameat2,link,linkat,unlink,"
         "unlinkat,truncate,ftruncate,fallocate,chdir,fchdir,clone,clone3,fork,vfork,"
         "read,pread64,readv,preadv,preadv2,write,pwrite64,writev,pwritev,pwritev2,mmap,"
         "sendfile,copy_file_range,splice")

LINE = re.compile(r"(\d+\.\d+) (\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?:<(.*?)>)?(?: .*)?$")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
DESCRIPTOR = re.compile(r"(?:^|, )(-?\d+|AT_FDCWD)(?:<([^>]*)>)?")


class Call:
    def __init__(self, pid, time, name, arguments, result, opened):
        self.pid, self.time, self.name = pid, time, name
        self.arguments, self.result, self.opened = arguments, result, opened

    def strings(self):
        return [text.encode().decode("unicode_escape") for text in STRING.findall(self.arguments)]

    def descriptors(self):
        """Paths of the arguments that are descriptors, in order; empty where it is no file."""
        outside = STRING.sub('""', self.arguments)
        return [path for number, path in DESCRIPTOR.findall(outside) if path or number]


def calls_of(directory):
    calls = []
    for entry in os.scandir(directory):
        pid = int(entry.name.rsplit(".", 1)[1])
        with open(entry.path, errors="replace") as log:
            for line in log:
                match = LINE.match(line)
                if match:
                    calls.append(Call(pid, float(match[1]), match[2], match[3],
                                      int(match[4], 0), match[5] or ""))
    calls.sort(key=lambda call: call.time)
    return calls


def images_of(path):
    """The program, and what the kernel loads for it by itself: interpreters and the loader."""
    images = []
    while path and len(images) < 5:
        path = os.path.realpath(path)
        images.append(path)
        with open(path, "rb") as file:
            head = file.read(4096)
        if head.startswith(b"#!"):
            path = head[2:].split(b"\n")[0].split()[0].decode()
            continue
        loader = re.search(rb"/lib[0-9a-z/_-]*/ld[0-9a-z._-]*\.so\.[0-9]", head)
        path = loader.group().decode() if loader and head.startswith(b"\x7fELF") else ""
    return images


class Witness:
    """The rules of the tracer, applied once more, to what strace saw: by path, not by file."""

    READS = {"read", "pread64", "readv", "preadv", "preadv2"}
    WRITES = {"write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "fallocate"}

    def __init__(self, before):
        self.before = before  # regular files that were there before, below the directory
        self.own = set()  # created, written or named by the job
        self.read = set()  # their content from before was read
        self.opened = set()  # perhaps
        self.where = {}

    def follow(self, calls, directory):
        for call in calls:
            self.where.setdefault(call.pid, directory)
            if call.result < 0:
                continue
            handler = getattr(self, "on_" + call.name, None)
            if call.name in self.READS:
                self.on_read(call)
            elif call.name in self.WRITES:
                self.on_write(call)
            elif handler:
                handler(call)

    def named(self, call, index, path):
        """The path as the kernel has it; `index` counts the descriptors of the call."""
        if not path.startswith("/"):
            descriptors = call.descriptors()
            base = descriptors[index] if index is not None and len(descriptors) > index else ""
            path = os.path.join(base or self.where[call.pid], path)
        return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))

    def use(self, path):
        if path.startswith("/") and not path.endswith("(deleted)") and path not in self.own:
            self.read.add(path)

    def on_read(self, call):
        if not call.arguments.endswith(", 0"):
            self.use(next(iter(call.descriptors()), ""))

    def on_write(self, call):
        self.change(next(iter(call.descriptors()), ""))

    def change(self, path):
        if path.startswith("/"):
            if path not in self.own and self.before.get(path, 0) > 0:
                self.read.add(path)  # what is not overwritten is kept
            self.own.add(path)

    def on_mmap(self, call):
        path = next(filter(None, call.descriptors()), "")
        if "MAP_SHARED" in call.arguments and "PROT_WRITE" in call.arguments:
            self.use(path)
            self.change(path)
        else:
            self.use(path)

    def on_sendfile(self, call):
        paths = call.descriptors()
        self.change(paths[0])
        self.use(paths[1])

    def on_copy_file_range(self, call):
        paths = call.descriptors()
        self.use(paths[0])
        self.change(paths[1])

    on_splice = on_copy_file_range

    def on_open(self, call):
        path = call.opened
        if "O_PATH" in call.arguments or not path.startswith("/"):
            return
        self.opened.add(path)
        created = "O_CREAT" in call.arguments and path not in self.before and path not in self.own
        if created or "O_TRUNC" in call.arguments:
            self.own.add(path)

    on_openat = on_openat2 = on_open

    def on_creat(self, call):
        self.own.add(call.opened)

    def on_execve(self, call):
        path = os.path.realpath(self.named(call, None, call.strings()[0]))
        for image in images_of(path):
            self.opened.add(image)
            self.use(image)

    def on_rename(self, call):
        names = call.strings()
        descriptors = call.descriptors()
        old = self.named(call, 0 if descriptors else None, names[0])
        new = self.named(call, 1 if descriptors else None, names[1])
        for path in [path for path in self.own if path.startswith(old + "/")]:
            self.own.discard(path)
            self.own.add(new + path[len(old):])
        for path in [path for path in self.before if path.startswith(old + "/")]:
            self.opened.add(path)
            self.read.add(path)
            self.own.add(new + path[len(old):])
        if old not in self.own and old in self.before:
            self.read.add(old)
            self.opened.add(old)
        self.own.discard(old)
        self.own.add(new)

    on_renameat = on_renameat2 = on_rename

    def on_link(self, call):
        names = call.strings()
        descriptors = call.descriptors()
        old = self.named(call, 0 if descriptors else None, names[0])
        if old not in self.own:
            self.read.add(old)
            self.opened.add(old)
        self.own.add(self.named(call, 1 if descriptors else None, names[1]))

    on_linkat = on_link

    def on_truncate(self, call):
        self.change(self.named(call, None, call.strings()[0]))

    def on_unlink(self, call):
        names = call.strings()
        descriptors = call.descriptors()
        self.own.discard(self.named(call, 0 if descriptors else None, names[0]))

    on_unlinkat = on_unlink

    def on_chdir(self, call):
        self.where[call.pid] = os.path.join(self.where[call.pid], call.strings()[0])

    def on_fchdir(self, call):
        self.where[call.pid] = call.descriptors()[0]

    def on_clone(self, call):
        self.where.setdefault(call.result, self.where[call.pid])

    on_clone3 = on_fork = on_vfork = on_clone

    def outputs(self):
        return {path for path in self.own
                if os.path.isfile(path) and not os.path.islink(path)}
