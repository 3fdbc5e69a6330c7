# Handing a program over where the kernel refuses a listener, or everything; and where roar is killed.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

programs=$SOURCE_DIR/tests/programs
$cc -static -pthread -w -o "$trash/bin/entered" "$programs/entered.c" ||
	skip_all 'no static C library'
$cc -o "$trash/bin/refuse" "$programs/refuse.c" || skip_all 'headers of an older kernel'
"$trash/bin/refuse" busy true || skip_all 'no listener here at all'
echo data >in

# refused WHAT COMMAND: the job ends as it does without roar.
refused () {
	rm -f out && OBSERVED="$trash/seen" refuse "$1" "$observer" sh -c "entered $2; exit 7"
	test $? -eq 7 && cat "$trash/seen" && grep "^exit 7 signal 0" "$trash/seen"
}

for what in busy old
do
	test_case "$what: no listener, so it is traced" '
		refused $what "read write" && grep "^complete" "$trash/seen" &&
		grep "^input $PWD/in open" "$trash/seen" && grep "^output $PWD/out" "$trash/seen"'
	test_case "$what: what it executes is seen, too" '
		refused $what "\"run:cat in >out\"" && grep "^complete" "$trash/seen" &&
		grep "^input $PWD/in open" "$trash/seen" && grep "^output $PWD/out" "$trash/seen"'
done
test_case 'busy: the root itself is traced' '
	OBSERVED="$trash/seen" refuse busy "$observer" entered read write && cat "$trash/seen" &&
	grep "^backend ptrace" "$trash/seen" && grep "^complete" "$trash/seen"'
for what in filters all
do
	test_case "$what: it runs as it is, and is a gap" '
		refused $what "read write" && test -s out &&
		grep "^gap static-program $trash/bin/entered 1" "$trash/seen"'
	test_case "$what: also as the root" '
		rm -f out && OBSERVED="$trash/seen" refuse $what "$observer" entered read write &&
		test -s out && cat "$trash/seen" && grep "^gap static-program $trash/bin/entered 1" "$trash/seen"'
done
test_case 'in a sandbox of the job, whose rules roar does not know, it runs as it is' '
	rm -f out && OBSERVED="$trash/seen" "$observer" refuse kill entered read write && test -s out &&
	grep "^gap static-program $trash/bin/entered 1" "$trash/seen"'
test_case 'in a process name space with the /proc of another, it runs as it is' '
	test "$(id -u)" -eq 0 || skip_case "needs root"
	rm -f out && OBSERVED="$trash/seen" "$observer" unshare -p -f sh -c "entered read write; exit 0" &&
	test -s out && cat "$trash/seen" && grep "^gap static-program $trash/bin/entered 1" "$trash/seen"'
test_case 'no more processes: it runs as it is, and is a gap' '
	chmod 755 "$trash" "$trash/bin" && mkdir -m 777 "$trash/theirs" && cd "$trash/theirs" &&
	echo data >in && cat >few.py <<-\EOF &&
	import os, resource
	if os.geteuid() == 0:
	    os.setgid(65533)
	    os.setuid(65533)
	resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
	os.execvp("entered", ["entered", "read", "write"])
	EOF
	OBSERVED="$trash/theirs/seen" "$observer" python3 few.py && test -s out && cat seen &&
	grep "^gap static-program $trash/bin/entered 1" seen'
test_case 'roar is killed: the job goes on to its end' '
	rm -f late; mkfifo pipe && { "$observer" sh -c "echo \$\$ >shell; entered wait write; echo \$? >status" \
		<pipe & } && exec 7>pipe && until test -s shell && pgrep -P "$(cat shell)" entered; do :; done &&
	kill -9 $! && exec 7>&- && until test -s status; do :; done && cat status && grep "^0$" status &&
	test -s out'
test_case 'its supervisor is killed: what needs no path goes on, ends as ever, and it is said' '
	cat >waits.c <<-\EOF &&
	#include <unistd.h>
	int main(void) { char byte; return read(0, &byte, 1) < 0 ? 1 : 5; }
	EOF
	$cc -static -o "$trash/bin/waits-$$" waits.c && rm -f pipe && mkfifo pipe &&
	{ OBSERVED="$trash/seen" "$observer" "waits-$$" <pipe & } && exec 7>pipe &&
	supervisor= && until test -n "$supervisor" && pgrep -x "waits-$$"
	do
		# The program itself looks like this, too, before it is executed.
		for pid in $(pgrep -f "roar-enter r .*waits-$$ ")
		do
			test "$(cat "/proc/$pid/comm")" = roar-supervisor && grep -q State:.S "/proc/$pid/status" &&
				supervisor=$pid
		done
	done &&
	kill -9 "$supervisor" && exec 7>&-; wait $!; test $? -eq 5 && cat "$trash/seen" &&
	grep "^gap tracer-died" "$trash/seen"'

test_done
