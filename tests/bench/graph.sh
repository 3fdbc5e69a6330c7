#!/bin/sh
# What the questions about the graph cost in a session of 100,000 jobs, in time and memory: in one of chains
# of ten steps, as pipelines are, and in a single chain.
# Usage: ROAR_BUILD=build/release sh tests/bench/graph.sh

set -eu
ROAR_BUILD=$(cd "${ROAR_BUILD:?the build tree, such as build/release}" && pwd)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
roar=$ROAR_BUILD/porcelain/roar
cd "$directory"

# history NAME SHAPE N: leaves us in a project with such a history
history () {
	mkdir "$directory/$1" && cd "$directory/$1" && git init -q && "$roar" init >/dev/null
	"$ROAR_BUILD/tests/test_make_history" . "$2" "$3"
}

# measure ARGUMENTS...: three times
measure () {
	for _ in 1 2 3
	do
		/usr/bin/time -f "%e s  %M KiB  roar $*" "$roar" "$@" >/dev/null || :
	done
}

# The time of one such command alone, to the tenth of a millisecond.
fine () {
	python3 - "$roar" "$@" <<-'EOF'
	import subprocess, sys, time
	times = []
	for _ in range(20):
	    start = time.perf_counter()
	    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
	    times.append(time.perf_counter() - start)
	times.sort()
	print(f"{times[0] * 1e3:.1f} ms at best, {times[10] * 1e3:.1f} ms in the middle  roar {' '.join(sys.argv[2:])}")
	EOF
}

history steps steps 100000
fine show path:steps/50005.csv
fine inputs path:steps/50005.csv
fine lineage path:steps/50005.csv
fine why path:steps/99999.csv
fine diff @50001 @60001
fine status
measure dag --json
measure dag --stale-only
measure status --exit-code
measure inputs --all session:current
history chain chain 100000
measure inputs path:chain/99999.csv
measure inputs --all path:chain/99999.csv
measure dag --json
measure diff @99998 @99999
