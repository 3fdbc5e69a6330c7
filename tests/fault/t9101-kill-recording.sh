#!/bin/sh
# SIGKILL at the n-th system call of roar, for n from the first to the last of a recording. Expected,
# whatever n: the store is whole; the job is in it or not, as one; if roar's exit status was seen, it is;
# and the command, once started, is not disturbed.
#
# By default every n-th call of a prime step is hit; ROAR_TEST_LONG=1 hits every single one.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
command -v jq >/dev/null || skip_all 'jq is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

project p || exit 1
echo alpha >in
roar run -q cp in out || exit 1
strace -qq -o calls roar run -q cp in out || exit 1
total=$(grep -c . calls)
jobs=$(roar log --all --json | jq '.jobs | length')
step=${ROAR_TEST_LONG:+1}
step=${step:-7}

# One round: kill at call $1, then look. Prints what is wrong.
round () {
	rm -f out
	strace -qq -o /dev/null -e "inject=all:signal=KILL:when=$1" roar run -q cp in out 2>/dev/null
	status=$?
	roar fsck >fsck.out 2>&1 || { echo "call $1: fsck: $(cat fsck.out)"; return 1; }
	after=$(roar log --all --json | jq '.jobs | length')
	case $((after - jobs)) in
	0) test $status -ne 0 || { echo "call $1: acknowledged, but not there"; return 1; } ;;
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
	for call in pwrite64 pwritev fdatasync fsync msync rename ftruncate
	do
		times=$(grep -c "^$call(" calls)
		n=1
		while test $n -le $times
		do
			strace -qq -o /dev/null -e "inject=$call:signal=KILL:when=$n" roar run -q cp in out 2>/dev/null
			roar fsck || { echo "$call $n"; return 1; }
			n=$((n + 1))
		done
	done
'

test_case 'and works as before' '
	roar run -q cp in final && roar show final && roar fsck
'

test_done
