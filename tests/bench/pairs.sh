# Sourced by the benchmarks: times two commands in turn and prints the medians of the raw pairs, which
# stay in $ROAR_BUILD/bench/<name>.tsv.
#
#   bench_pairs NAME RUNS 'COMMAND A' 'COMMAND B'
#
# Both are run by sh with standard output and error thrown away. Printed: the medians in milliseconds,
# and the medians of the pairwise difference A - B and ratio A / B.

bench_pairs () {
	mkdir -p "$ROAR_BUILD/bench"
	python3 - "$ROAR_BUILD/bench/$1.tsv" "$@" <<-'END'
	import os, statistics, subprocess, sys, time
	raw, name, runs, a, b = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
	def timed(command):
	    start = time.perf_counter()
	    subprocess.run(["sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
	    return (time.perf_counter() - start) * 1000
	for command in (a, b):
	    timed(command)  # warm-up, not counted
	pairs = [(timed(a), timed(b)) for _ in range(runs)]
	with open(raw, "w") as out:
	    for pair in pairs:
	        print("%.3f\t%.3f" % pair, file=out)
	median = statistics.median
	print("%s: A %.2f ms, B %.2f ms, A-B %.2f ms, A/B %.3f (medians of %d pairs; %s)" % (
	    name, median(p[0] for p in pairs), median(p[1] for p in pairs),
	    median(p[0] - p[1] for p in pairs), median(p[0] / p[1] for p in pairs), runs, raw))
	END
}
