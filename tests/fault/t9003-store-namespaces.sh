#!/bin/sh
# Two containers share a project, and in each the process has the number 1. A reader's lock is at the
# offset of its number, so the second one must find another way to read.

. "$SOURCE_DIR/tests/cli/lib.sh"

user=$ROAR_BUILD/tests/test_store_user
store=.roar/objects
unshare --pid --fork true 2>/dev/null || skip_all 'cannot make process namespaces'
project p || exit 1
"$user" $store write 5 >ids || exit 1

test_case 'the second reads while the first holds a snapshot' '
	mkfifo hold && { unshare --pid --fork "$user" $store hold <hold >held & } &&
	exec 8>hold && while ! grep -q open held; do :; done &&
	unshare --pid --fork "$user" $store check <ids &&
	unshare --pid --fork "$user" $store write 5 >more &&
	unshare --pid --fork "$user" $store check <more; status=$?;
	exec 8>&-; wait; test $status = 0
'

# Each of them is process 1 in a name space of its own, with /proc to match.
inside () {
	unshare --pid --fork --mount-proc "$@"
}
test_case 'the store is compacted again and again in one while the other commits' '
	inside true || skip_case "cannot mount /proc in a process namespace"
	rounds=${ROAR_TEST_LONG:+30} && rounds=${rounds:-3} && : >ids && : >more && { inside "$user" $store write $((rounds * 40)) >ids & } && writer=$! &&
	while test "$(wc -l <ids)" -lt 3; do :; done &&
	i=0 && while test $i -lt $rounds; do
		inside roar compact -q && inside "$user" $store write 5 >>more && inside "$user" $store check <more && inside roar gc --prune now -q || exit 1
		i=$((i + 1))
	done && wait $writer && test "$(wc -l <ids)" = $((rounds * 40)) && inside "$user" $store check <ids && "$user" $store check <more &&
	test "$(ls $store | wc -l)" = 2 && roar fsck
'

test_done
