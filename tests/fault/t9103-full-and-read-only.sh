#!/bin/sh
# A store that cannot be written: the command's status is kept, the message says what is the matter, and
# the job waits in the spool until it can.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
test "$(id -u)" = 0 || skip_all 'mounting needs root'
# A file system on a disk of its own, or, where there are no loop devices (as in containers), in memory.
loop_mounted () {
	truncate -s 8M disk && mkfs.ext4 -q -m 0 disk && mount -o loop disk small
}
mkdir small && { loop_mounted 2>/dev/null && echo '# the disk is a loop-mounted ext4'; } ||
	{ mount -t tmpfs -o size=3m tmpfs small 2>/dev/null && echo '# the disk is a tmpfs'; } ||
	skip_all 'cannot mount a file system here'
trap 'cd /; umount -l "$trash/work/small" 2>/dev/null' EXIT

project small/p || exit 1
echo alpha >in
roar run -q cp in out || exit 1

fill () {
	dd if=/dev/zero of=filler bs=4096 2>/dev/null
	dd if=/dev/zero bs=512 2>/dev/null >>filler
	: # ends with "no space", as it should
}

err=$trash/err
tries=40

# The uids of all jobs, a line each.
uids () {
	roar log --all --json 2>/dev/null | jq -r '.jobs[].job_uid' | sort
}

# Runs a job that prints something new and exits 5, until one is not recorded. Small records may still
# fit into what the store has free.
until_spooled () {
	n=0
	while test $n -lt $tries
	do
		roar run -q "$@" sh -c "echo $n; exit 5" >/dev/null 2>"$err"
		status=$?
		test ! -s "$err" || return 0
		n=$((n + 1))
	done
	echo "$n jobs were recorded on a full disk"
	return 1
}

test_case 'a full disk: the status is kept, the message names it, the job is in the spool' '
	fill && uids >"$trash/before" && until_spooled && test $status = 5 &&
	grep "recorded in the spool: .*the disk is full" "$err" && ! grep lost "$err" &&
	roar log >"$trash/out" 2>"$err" && grep "^warning: 1 job in the spool cannot be stored now: .*disk is full" "$err"
'

test_case 'room again: the next command imports it, once' '
	rm -f filler && n=$(wc -l <"$trash/before") && roar log >out 2>"$err" && grep "^roar: recorded 1 job" "$err" &&
	test "$(ls -A "$HOME/.local/state/roar/spool"/* .roar/spool 2>/dev/null | grep -c "job$")" = 0 &&
	test "$(uids | uniq -d | wc -l)" = 0 && roar fsck && roar run -q cp in after && roar show after
'

test_case 'what the spooled job did is all there' '
	fill && until_spooled && rm -f filler && roar status >out 2>"$err" &&
	grep "^roar: recorded 1 job from the spool" "$err" &&
	roar show --json "$(roar log --json | jq -r ".jobs[-1].job_uid")" >job &&
	jq -e ".exit.code == 5 and .complete" job && jq -e ".environment and .packages" job
'

test_case 'with --require-record a job in the spool counts' '
	fill && until_spooled --require-record && test $status = 5 && rm -f filler && roar status >out
'

test_case 'no room in the spool either: the trace stays, and comes when there is room' '
	fill && (export HOME=/proc/nowhere; until_spooled && test $status = 5 &&
	grep "recorded in the spool: .*disk is full.*; and in the spool: .*No space" "$err" &&
	grep "imports it from /dev/shm" "$err") && rm -f filler && roar status >"$trash/out" 2>"$err" &&
	grep "^roar: recorded 1 job from the spool" "$err" && roar fsck
'

test_case 'nowhere to go at all: said so, and with --require-record it is 125' '
	unshare -m true 2>/dev/null || skip_case "no mount namespaces here"
	fill && n=0 && while test $n -lt $tries
	do
		HOME=/proc/nowhere unshare -m sh -c "mount -t tmpfs -o size=1m tmpfs /dev/shm && exec roar run -q --require-record sh -c \"echo $n; exit 5\"" >"$trash/out" 2>"$err"
		status=$?
		test ! -s "$err" || break
		n=$((n + 1))
	done
	test $status = 125 && grep "its record was lost: .*disk is full" "$err" && rm -f filler && roar fsck
'

test_case 'a read-only .roar: looking things up works; writable again, the job is imported' '
	mount -o remount,ro "$trash/work/small" && uids >"$trash/before" &&
	expect_status 5 roar run -q sh -c "exit 5" 2>"$err" &&
	grep "recorded in the spool: .*Read-only" "$err" &&
	roar show @1 2>"$err" && grep "^warning: 1 job in the spool cannot be stored now" "$err" &&
	roar status 2>"$err" && uids | cmp - "$trash/before" &&
	mount -o remount,rw "$trash/work/small" &&
	roar show @1 2>"$err" && grep "^roar: recorded 1 job from the spool" "$err" &&
	uids | comm -13 "$trash/before" - >"$trash/new" && test "$(wc -l <"$trash/new")" = 1 &&
	roar show --json "$(cat "$trash/new")" | jq -e ".exit.code == 5" && roar status 2>"$err" && ! test -s "$err"
'

cd / && umount "$trash/work/small"
trap - EXIT
test_done
