#!/bin/sh
# SIGKILL at the n-th system call of roar, for n from the first to the last of a recording. Expected,
# whatever n: the store is whole; once the command has started, the next command finds its job or makes it
# of the trace, exactly once; and the command, once started, is not disturbed.
#
# By default every n-th call of a prime step is hit; ROAR_TEST_LONG=1 hits every single one.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
command -v b3sum >/dev/null || skip_all 'b3sum is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

project p || exit 1
echo alpha >in
roar run -q cp in out || exit 1
strace -qq -o calls roar run -q cp in out || exit 1
total=$(grep -c . calls)
jobs=$(roar log --all --json | jq '.jobs | length')
step=${ROAR_TEST_LONG:+1}
step=${step:-13}

key=$(printf %s "$PWD" | b3sum --no-names | cut -c1-16)
# How many jobs there are, once the command of the last round has ended.
settled_jobs () {
	rounds=0
	while ls /dev/shm/roar-"$(id -u)"/$key-*.trace "$HOME"/.local/state/roar/traces/$key-*.trace 2>/dev/null | grep -q . &&
		test $rounds -lt 200
	do
		roar log >/dev/null 2>&1
		rounds=$((rounds + 1))
	done
	roar log --all --json | jq '.jobs | length'
}

# One round: kill at call $1 of those listed, then look. Prints what is wrong. strace counts the calls of
# each name apart.
round () {
	rm -f out
	call=$(sed -n "${1}s/(.*//p" calls)
	when=$(head -n "$1" calls | grep -c "^$call(")
	strace -qq -o /dev/null -e "inject=$call:signal=KILL:when=$when" roar run -q cp in out 2>/dev/null
	status=$?
	roar fsck >fsck.out 2>&1 || { echo "call $1: fsck: $(cat fsck.out)"; return 1; }
	after=$(settled_jobs)
	case $((after - jobs)) in
	0) test $status -ne 0 && test ! -e out || { echo "call $1: it ran, but there is no job"; return 1; } ;;
	1) ;;
	*) echo "call $1: $jobs jobs became $after"; return 1 ;;
	esac
	jobs=$after
	test ! -e out || cmp -s in out || { echo "call $1: the command was disturbed"; return 1; }
}

test_case "killed at every ${step}. of $total system calls, the store is whole" '
	n=1; hit=0
	while test $n -le $total
	do
		round $n || return 1
		n=$((n + step)) hit=$((hit + 1))
	done
	echo "$hit kills" && test $hit -gt 10
'

test_case 'killed around each write, sync and rename' '
	jobs=$(settled_jobs)
	for call in pwrite64 pwritev fdatasync fsync msync rename ftruncate
	do
		times=$(grep -c "^$call(" calls)
		n=1
		while test $n -le $times
		do
			strace -qq -o /dev/null -e "inject=$call:signal=KILL:when=$n" roar run -q cp in out 2>/dev/null
			roar fsck || { echo "$call $n"; return 1; }
			settled_jobs >after && test "$(cat after)" -ge $jobs && test "$(cat after)" -le $((jobs + 1)) ||
				{ echo "$call $n: $jobs jobs became $(cat after)"; return 1; }
			jobs=$(cat after)
			n=$((n + 1))
		done
	done
'

test_case 'and works as before' '
	roar run -q cp in final && roar show final && roar fsck && roar log --all --json >log &&
	test -z "$(jq -r ".jobs[].job_uid" log | sort | uniq -d)"
'

test_done
