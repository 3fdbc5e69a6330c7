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
roar run -q cp in out || exit 1
cp -a .roar ../sound
restore () {
	rm -rf .roar out && cp -a ../sound .roar
}
# How many calls a recording makes varies by a few: those count that each of five recordings makes. Its execve is
# strace's own.
for recording in 1 2 3 4 5
do
	restore && strace -qq -o recorded roar run -q cp in out || exit 1
	sed -n '/^execve(/d; s/^\([a-z0-9_]*\)(.*/\1/p' recorded | awk '{ print $1, ++times[$1] }' >../calls.$recording
	test $recording = 1 && cp ../calls.1 calls
	awk 'NR == FNR { made[$0]; next } $0 in made' ../calls.$recording calls >both && mv both calls
done
restore
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
# How many are in the store as the kill left it: where it is now, nobody finds the traces.
mkdir ../elsewhere
stored_jobs () {
	rm -rf ../elsewhere/.roar && cp -a .roar ../elsewhere && (cd ../elsewhere && roar log --all --json) | jq '.jobs | length'
}

# killed CALL N: a recording is killed at that call. Which one comes when is a matter of time: three attempts, and
# then a look whether a recording still makes so many; 2 if not.
killed () {
	for attempt in 1 2 3
	do
		restore
		strace -qq -o /dev/null -e "inject=$1:signal=KILL:when=$2" roar run -q cp in out 2>/dev/null
		status=$?
		test $status -ne 137 || return 0
		settled_jobs >/dev/null
	done
	restore && strace -qq -o recorded roar run -q cp in out || return 1
	test "$(grep -c "^$1(" recorded)" -ge $2 || return 2
	echo "$1 $2: not killed, status $status"
	return 1
}

# round CALL N: kill, then look. Prints what is wrong, and counts the state that the kill left.
round () {
	killed $1 $2
	case $? in
	0) kills=$((kills + 1)) ;;
	2) echo "$1 $2: no longer made" && missed=$((missed + 1)) && return 0 ;;
	*) return 1 ;;
	esac
	roar fsck >fsck.out 2>&1 || { echo "$1 $2: fsck: $(cat fsck.out)"; return 1; }
	stored=$(stored_jobs)
	after=$(settled_jobs)
	case $((stored - jobs)),$((after - jobs)) in
	0,0) test ! -e out && before=$((before + 1)) || { echo "$1 $2: it ran, but there is no job"; return 1; } ;;
	0,1) between=$((between + 1)) ;;
	1,1) recorded=$((recorded + 1)) ;;
	*) echo "$1 $2: of $jobs jobs the kill made $stored, and the next command $after"; return 1 ;;
	esac
	test ! -e out || cmp -s in out || { echo "$1 $2: the command was disturbed"; return 1; }
}
# rounds: one for each line of standard input.
rounds () {
	before=0 between=0 recorded=0 kills=0 missed=0
	while read -r call when
	do
		round $call $when </dev/null || return 1
	done
	echo "$kills kills: $before before the command ran, $between before its job was stored, $recorded after"
}

test_case "killed at every ${step}. of $total system calls, the store is whole" '
	sed -n "1~${step}p" calls >some && rounds <some && test $((kills + missed)) = $(grep -c . some) && test $kills -gt 10 && test $((20 * missed)) -le $kills &&
	test $before -gt 0 && test $between -gt 0 && test $recorded -gt 0
'

# The last call is the first that finds all done.
test_case 'killed around each write, sync and rename' '
	grep -E "^(pwrite64|pwritev|fdatasync|fsync|msync|rename|ftruncate|exit_group) " calls >some && rounds <some &&
	test $kills = $(grep -c . some) && for call in pwrite64 fdatasync ftruncate exit_group
	do
		grep "^$call " some || exit 1
	done && test $before -gt 0 && test $between -gt 0 && test $recorded -gt 0
'

test_case 'and works as before' '
	roar run -q cp in final && roar show final && roar fsck && roar log --all --json >log &&
	test -z "$(jq -r ".jobs[].job_uid" log | sort | uniq -d)"
'

test_done
