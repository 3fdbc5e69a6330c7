# Sourced by benchmarks of stores with long histories, which set $directory, $ROAR_BUILD, $roar, and $before if
# another roar is to be measured in turn.

# history NAME SHAPE N: leaves us in a project with such a history
history () {
	mkdir "$directory/$1" && cd "$directory/$1" && git init -q && "$roar" init >/dev/null
	"$ROAR_BUILD/tests/test_make_history" . "$2" "$3"
}

# The time of short commands, to the tenth of a millisecond: fine 'ARGUMENTS...'...
fine () {
	python3 - "${before:-}" "$roar" "$@" <<-'EOF'
	import subprocess, sys, time
	programs = [program for program in sys.argv[1:3] if program]
	for arguments in sys.argv[3:]:
	    times = {program: [] for program in programs}
	    for _ in range(20):
	        for program in programs:
	            start = time.perf_counter()
	            subprocess.run([program, *arguments.split()], stdout=subprocess.DEVNULL, check=True)
	            times[program].append(time.perf_counter() - start)
	    for program in programs:
	        best, *_ = ordered = sorted(times[program])
	        print(f"{best * 1e3:.1f} ms at best, {ordered[10] * 1e3:.1f} ms in the middle  {program} {arguments}")
	EOF
}
