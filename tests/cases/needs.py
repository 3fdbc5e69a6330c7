"""What cases need of the machine: programs that are compiled here, and what may be missing."""

import ctypes.util
import fcntl
import os
import pathlib
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
    "inline": ("inline.c", ["-O1"]),
    "inline_number": ("inline.c", ["-O1", "-DNUMBER_FROM_CALLER"]),
    "libc": ("libc.c", ["-ldl", "-lrt"]),
    "libaio.so": ("libaio.c", ["-O1", "-shared", "-fPIC"]),
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
    """Compiles what is not there yet; returns the directory and the names that could be built."""
    directory = place_for_programs(scratch)
    with open(directory / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = compile_programs(sources, directory, verbose, wanted)
    if os.geteuid() == 0 and wanted is None:
        # Not left lying about: with it, everybody reads everything.
        shutil.copy("/bin/cat", scratch / "sucat")
        (scratch / "sucat").chmod(0o4755)
        built.add("sucat")
    return directory, built


def place_for_programs(scratch):
    """Beside the build, where other runs find them, if this user may write there."""
    shared = pathlib.Path(os.environ["ROAR_BUILD"]) / "tests" / "cases" / "bin"
    for directory in (shared, scratch / "bin"):
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(directory, os.W_OK):
            return directory
    raise SystemExit("there is no place for programs")


def is_new(target, sources):
    return target.exists() and all(target.stat().st_mtime > source.stat().st_mtime
                                   for source in sources)


def compile_programs(sources, directory, verbose, wanted):
    compiler = os.environ.get("CC", "cc")
    built = set()

    def make(name, source, command, **options):
        if wanted is not None and name not in wanted:
            return
        target = directory / name
        if (is_new(target, [sources / source, sources / "case.h"])
                or compile_quietly([*command, "-o", str(target)], verbose, **options)):
            built.add(name)

    for name, (source, flags) in C_PROGRAMS.items():
        make(name, source, [compiler, "-Wall", "-Wextra", str(sources / source), *flags])
    make("muslcopy", "copy.c", ["musl-gcc", "-static", str(sources / "copy.c")])
    environment = {**os.environ, "CGO_ENABLED": "0", "GO111MODULE": "off", "GOFLAGS": "",
                   "GOTOOLCHAIN": "local", "GOCACHE": str(directory / "go-cache"),
                   "HOME": str(directory)}
    for go in GO:
        if "gocopy" not in built:
            make("gocopy", "copy.go", [go, "build"], env=environment, cwd=sources)
    return built


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
