"""What cases need of the machine: programs that are compiled here, and what may be missing."""

import ctypes.util
import os
import shutil
import subprocess

GO = ("go", "/usr/local/go/bin/go", "/usr/lib/go/bin/go")

# Name of the program: its source and how it is compiled.
C_PROGRAMS = {
    "acts": ("acts.c", ["-O1", "-pthread"]),
    "fortified": ("fortified.c", ["-O2", "-D_FORTIFY_SOURCE=2"]),
    "static": ("copy.c", ["-static"]),
    "dynamic": ("copy.c", []),
    "static32": ("copy.c", ["-m32", "-static"]),
    "dynamic32": ("copy.c", ["-m32"]),
    "uring": ("uring.c", []),
    "processes": ("processes.c", ["-pthread"]),
    "contents": ("contents.c", ["-lutil"]),
    "isolated": ("isolated.c", ["-ldl"]),
    "libc": ("libc.c", ["-ldl", "-lrt"]),
    "libaio.so": ("libaio.c", ["-shared", "-fPIC"]),
    "auditor.so": ("auditor.c", ["-shared", "-fPIC"]),
    "mallocs.so": ("mallocs.c", ["-shared", "-fPIC"]),
    "lmdb_put": ("lmdb_put.c", ["-llmdb"]),
    "checked": ("copy.c", ["-fsanitize=address"]),
}


def compile_quietly(command, verbose, **options):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    except FileNotFoundError:
        return False
    if done.returncode != 0 and verbose:
        print(done.stderr)
    return done.returncode == 0


def build_programs(sources, scratch, verbose, wanted=None):
    """Compiles into a directory below `scratch`; returns it and the names that could be built."""
    directory = scratch / "bin"
    directory.mkdir()
    compiler = os.environ.get("CC", "cc")
    built = set()
    for name, (source, flags) in C_PROGRAMS.items():
        if wanted is not None and name not in wanted:
            continue
        if compile_quietly([compiler, "-Wall", "-Wextra", str(sources / source), *flags, "-o",
                            str(directory / name)], verbose):
            built.add(name)
    if wanted is not None:
        return directory, built
    if compile_quietly(["musl-gcc", "-static", str(sources / "copy.c"), "-o",
                        str(directory / "muslcopy")], verbose):
        built.add("muslcopy")
    if build_go(sources, directory, scratch, verbose):
        built.add("gocopy")
    if os.geteuid() == 0:
        shutil.copy("/bin/cat", directory / "sucat")
        (directory / "sucat").chmod(0o4755)
        built.add("sucat")
    return directory, built


def build_go(sources, directory, scratch, verbose):
    environment = {**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOFLAGS": "",
                   "GOTOOLCHAIN": "local", "GOTELEMETRY": "off", "GOCACHE": str(scratch / "go"), "HOME": str(scratch)}
    for go in GO:
        if compile_quietly([go, "build", "-o", str(directory / "gocopy"), str(sources / "copy.go")],
                           verbose, env=environment):
            return True
    return False


class Needs:
    def __init__(self, built, user, scratch):
        self.built = built
        self.user = user
        self.scratch = scratch

    def lacking(self, needed):
        """The first of the needed things that is not there, or an empty string."""
        for need in needed:
            if not self.has(need):
                return need
        return ""

    def has(self, need):
        if need == "root":
            return not self.user
        if need == "user":
            return self.user
        if need == "io_uring":
            return libc_call(425, 4, b"\0" * 120)
        if need == "userns":
            return succeeds("unshare", "-rm", "true")
        if need == "reflink":
            (self.scratch / "clone").write_text("x")
            return succeeds("cp", "--reflink=always", str(self.scratch / "clone"),
                            str(self.scratch / "clone2"))
        if need in ALL_PROGRAMS:
            return need in self.built
        if need.startswith("lib"):
            return ctypes.util.find_library(need[3:]) is not None
        return shutil.which(need, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin") is not None


ALL_PROGRAMS = {*C_PROGRAMS, "muslcopy", "gocopy", "sucat"}


def succeeds(*command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def libc_call(number, *arguments):
    import ctypes
    result = ctypes.CDLL(None).syscall(number, *arguments)
    if result >= 0:
        os.close(result)
    return result >= 0
