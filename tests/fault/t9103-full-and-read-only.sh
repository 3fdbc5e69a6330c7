#!/bin/sh
# A store that cannot be written: the command's status is kept and the message says what is the matter.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
test "$(id -u)" = 0 || skip_all 'mounting needs root'
mkdir small && mount -t tmpfs -o size=3m tmpfs small 2>/dev/null || skip_all 'cannot mount a tmpfs here'
trap 'cd /; umount -l "$trash/work/small" 2>/dev/null' EXIT

project small/p || exit 1
echo alpha >in
roar run -q cp in out || exit 1

fill () {
	dd if=/dev/zero of=filler bs=4096 2>/dev/null
	: # ends with "no space", as it should
}

err=$trash/err
tries=40

# Runs a job that prints something new and exits 5, until one is not recorded. Small records may still
# fit into what the store has free.
until_lost () {
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

test_case 'a full disk: the status is kept, the message names it, the store stays whole' '
	fill && until_lost && test $status = 5 && grep "its record was lost: .*the disk is full" "$err" &&
	rm filler && roar fsck && roar run -q cp in after && roar show after
'

test_case 'with --require-record it is 125' '
	fill && until_lost --require-record && test $status = 125 && rm filler
'

test_case 'a read-only .roar: the status is kept, looking things up works' '
	mount -o remount,ro "$trash/work/small" &&
	expect_status 5 roar run -q sh -c "exit 5" 2>"$err" && grep "its record was lost: .*Read-only" "$err" &&
	roar show @1 && roar status &&
	mount -o remount,rw "$trash/work/small"
'

cd / && umount "$trash/work/small"
trap - EXIT
test_done
