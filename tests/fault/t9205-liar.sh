#!/bin/sh
# A job that writes into the log of its own tracer what is not true, or not possible.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

cat >liar.py <<'END_OF_LIAR'
import mmap, os, struct, sys
NEXT, RECORD = 16, 40 + 2 * 56  # tracer/wire.h
START, EXIT, GAP, ARGUMENTS = 1, 3, 15, 17
def tell(kind, pid=0, parent=0, result=0, flags=0, path=b"", path2=b"", time=0):
    at, = struct.unpack_from("<Q", memory, NEXT)
    size = (RECORD + len(path) + len(path2) + 15) // 16 * 16
    struct.pack_into("<Q", memory, NEXT, at + size)
    struct.pack_into("<BBHIiiiIHHQ", memory, at + 4, kind, flags, 0, 0, pid or os.getpid(), parent,
                     result, 0, len(path), len(path2), time)
    memory[at + RECORD:at + RECORD + len(path) + len(path2)] = path + path2
    struct.pack_into("<I", memory, at, size)
with open(os.environ["ROAR_TRACE_LOG"].split(":")[0], "r+b") as log:
    memory = mmap.mmap(log.fileno(), 1 << 24)
me = os.getpid()
{
    "gap": lambda: tell(GAP, path=b"\xff\x1b[2J\n", path2=b"/\xfe"),
    "number": lambda: tell(START, pid=-5, parent=me),
    "arguments": lambda: tell(ARGUMENTS, path=b"\xff\xfe\x00\x00\x00\x1b\n\x00"),
    "end": lambda: tell(EXIT, flags=64, result=-1),
    "time": lambda: tell(START, pid=77, parent=me, time=(1 << 64) - 1),
    "paths": lambda: tell(START, pid=78, parent=me, path=b"\x00\x01" * 3000, path2=b"\xff" * 5000),
}[sys.argv[1]]()
END_OF_LIAR
git add liar.py && git commit -q -m liar || exit 1

for lie in gap number arguments end time paths
do
	test_case "a lie about its $lie: the job is recorded, and can be shown" '
		roar run -q python3 liar.py $lie 2>err && cat err && test ! -s err &&
		roar show --json @1 >job && roar show --json --processes @1 | jq -e ".processes | length > 0" &&
		jq -e ".argv[2] == \"$lie\"" job &&
		case $lie in gap | number) jq -e "[.tracing.gaps[].reason] == [\"unknown-fact\"]" job ;; esac &&
		roar show --processes @1 >shown && ! LC_ALL=C grep "$(printf "\\033")" shown &&
		roar fsck && roar reset -y'
done

test_done
