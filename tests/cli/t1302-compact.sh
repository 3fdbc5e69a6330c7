#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1
user=$ROAR_BUILD/tests/test_store_user

dump () {
	for name in obj oid ref reflog meta job uid step place act holder path edge alt digest
	do
		"$ROAR_BUILD/tests/test_store_table" .roar/objects list $name | sed "s/^/$name /" || return
	done
}

test_case 'every entry stays, and the file has no free pages' '
	"$user" .roar/objects write 200 >ids && dump >before && roar compact --json >out && cat out &&
	jq -e ".bytes_after < .bytes_before and .generation == \"gen-000002\"" out &&
	dump >after && cmp before after && roar fsck && "$user" .roar/objects check <ids &&
	test "$(stat -c %s .roar/objects/gen-000002/data.mdb)" = "$(jq .bytes_after out)" &&
	roar compact >out && cat out && grep "^[0-9.]* [KM]B became [0-9.]* [KM]B in gen-000003$" out
'

test_case 'a reader keeps what it sees' '
	mkfifo hold && { "$user" .roar/objects hold <hold >held & } && reader=$! && exec 8>hold &&
	while ! grep -q open held; do :; done && roar compact -q && roar run -q cp in out3 && exec 8>&- && wait $reader &&
	roar fsck
'

# The writer never stops, so that it waits for the lock of the generation that is being replaced.
test_case 'a writer goes on in the next generation' '
	: >acknowledged
	"$user" .roar/objects write >acknowledged & writer=$!
	for care in compact compact reindex compact
	do
		lines=$(($(wc -l <acknowledged) + 20))
		while test "$(wc -l <acknowledged)" -lt $lines; do kill -0 $writer || exit 1; done
		roar $care -q || exit 1
	done
	kill $writer; wait $writer; lines=$(wc -l <acknowledged) && test $lines -gt 80 &&
	head -n $lines acknowledged >whole && "$user" .roar/objects check <whole && roar fsck
'

test_case 'what an interrupted one left is removed' '
	mkdir .roar/objects/gen-000099 && echo x >.roar/objects/gen-000099/data.mdb && roar fsck && roar compact -q &&
	test "$(ls .roar/objects | wc -l)" = 2 && test "$(cat .roar/objects/CURRENT)" = gen-000100
'

test_case 'a damaged file: nothing changes, and nothing crashes' '
	current=$(cat .roar/objects/CURRENT) && cp -r .roar sound && file=.roar/objects/$current/data.mdb &&
	size=$(wc -c <$file) && page=2 && while test $((page * 4096)) -lt $size
	do
		rm -rf .roar && cp -r sound .roar && dd if=/dev/zero of=$file bs=4096 seek=$page count=1 conv=notrunc status=none &&
		{ roar compact >out 2>err; status=$?; } && { test $status = 0 || { test $status = 128 && grep "^fatal: " err &&
			test "$(cat .roar/objects/CURRENT)" = $current; }; } || { echo "page $page: $status"; cat err; exit 1; }
		page=$((page + 7))
	done
	rm -rf .roar && mv sound .roar
'

test_case 'usage errors' '
	expect_status 129 roar compact now && expect_status 129 roar compact -q --json
'

test_done
