#!/bin/sh
# Another process has the store locked for writing and keeps it so: commands that write give up after ten
# seconds, with an exit status of its own that scripts can try again upon. (All at once: it is long.)

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_pack.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
three_jobs p || exit 1
roar pack-objects ../all.pack --all >/dev/null && roar bundle create ../all.bundle --all >/dev/null || exit 1
printf x | roar hash-object -w --stdin >/dev/null || exit 1
first=$(roar symbolic-ref HEAD | sed 's|.*/||')
roar reset -y >/dev/null 2>&1 && roar run -q true && roar cat-object --batch-all-objects --batch-check >../objects || exit 1
roar for-each-ref >../refs || exit 1

python3 -c '
import fcntl, os, sys, time
lock = open(".roar/objects/gen-000001/write.lock", "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(600)' >../holds &
holder=$!
timeout 30 sh -c 'until grep -q locked ../holds; do sleep 0.05; done' || exit 1

# started COMMAND [ARGUMENT...]: in the background, with $input; its status goes to ../ends.
started () {
	{ "$@" <"$input" >/dev/null 2>"../err.$1.$2"; echo "$? $*" >>../ends; } &
}
: >../ends && echo y >../y && input=../all.pack
started roar unpack-objects
input=../y
for command in 'update-ref refs/tags/x @1' 'symbolic-ref refs/tags/s refs/tags/x' 'hash-object -w ../y' 'compact' 'reindex' 'recover' \
	'gc --force --prune now' 'bundle unbundle ../all.bundle' 'bundle unbundle -n ../all.bundle' 'reflog expire --expire all --all' \
	'pop -y' 'reset -y' "session use $first" 'label set @1 a=1' 'tag add license=x @1'
do
	# shellcheck disable=SC2086  # words
	started roar $command
done
started roar run -q sh -c 'exit 7'
started roar run -q --require-record true
started roar log
started roar fsck
timeout 120 sh -c 'until test "$(wc -l <../ends)" = 20; do sleep 0.1; done'

test_case 'who wants to write ends with 4, and is told who has the lock' '
	cat ../ends && test $(grep -c "^4 roar " ../ends) = 16 && for command in update-ref compact gc pop hash-object
	do
		grep "^fatal: cannot write to the store .* another process has it locked .*fuser -v" ../err.roar.$command || exit 1
	done
'

test_case 'who reads is not concerned; a command that is run ends as it does' '
	grep -x "0 roar log" ../ends && grep -x "0 roar fsck" ../ends && grep -x "7 roar run -q sh -c exit 7" ../ends &&
	grep "recorded in the spool" ../err.roar.run
'

test_case 'nothing was changed, and afterwards all goes on' '
	kill $holder; mkdir ../spool && mv .roar/spool/* ../spool && roar cat-object --batch-all-objects --batch-check | cmp - ../objects &&
	roar for-each-ref | cmp - ../refs && mv ../spool/* .roar/spool && roar update-ref refs/tags/x @1 && roar compact -q && roar fsck
'

test_done
