#!/bin/sh
# One job that reads 100,000 distinct files: the time that roar takes after the command, per file, the
# hashing alone for comparison, and roar's peak memory.
# Usage: ROAR_BUILD=build/release sh tests/bench/many-files.sh [files]

set -eu
roar=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)/porcelain/roar
count=${1:-100000}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
python3 - "$count" <<-'END'
import os, sys
for i in range(int(sys.argv[1])):
    if i % 1000 == 0:
        os.makedirs("data/%03d" % (i // 1000))
    with open("data/%03d/file%06d" % (i // 1000, i), "w") as out:
        out.write("content of file %d\n" % i)
END
cat >read.py <<-'END'
import sys
for i in range(int(sys.argv[1])):
    with open("data/%03d/file%06d" % (i // 1000, i), "rb", buffering=0) as file:
        file.read()
END
"$roar" init >/dev/null
find data -type f >list
for round in first second
do
	/usr/bin/env python3 - "$roar" "$count" "$round" <<-'END'
	import os, resource, subprocess, sys, re
	roar, count, turn = sys.argv[1], int(sys.argv[2]), sys.argv[3]
	child = subprocess.Popen([roar, "run", "python3", "read.py", str(count)], stderr=subprocess.PIPE, text=True)
	err = child.stderr.read()
	_, status, usage = os.wait4(child.pid, 0)
	trace, post = re.search(r"trace ([0-9.]+m?s) \+ post ([0-9.]+m?s)", err).groups()
	seconds = lambda text: float(text[:-2]) / 1000 if text.endswith("ms") else float(text[:-1])
	print("%s: trace %s, post %s = %.1f us per file, peak memory %.0f MiB" % (
	    turn, trace, post, seconds(post) / count * 1e6, usage.ru_maxrss / 1024))
	sys.stdout.write("".join("   " + line + "\n" for line in err.splitlines()))
	END
done
python3 - "$roar" <<-'END'
import subprocess, sys, time
start = time.perf_counter()
subprocess.run("xargs -d '\\n' " + sys.argv[1] + " hash-file <list >/dev/null", shell=True, check=True)
print("hashing alone (hash-file): %.2f s" % (time.perf_counter() - start))
END
