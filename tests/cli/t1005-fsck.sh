#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

project p || exit 1
echo in >in
roar run -q cp in out || exit 1
cp -r .roar sound

# damaged WHAT: a fresh copy of the sound store in .roar, and its file in $store.
restore () {
	rm -rf .roar && cp -r sound .roar
}
store=.roar/objects/gen-000001/data.mdb

test_case 'a sound store' '
	roar fsck >out && test ! -s out
'

test_case 'it is not changed by the check' '
	cmp $store sound/objects/gen-000001/data.mdb
'

# put TYPE: stores standard input as that, unchecked.
put () {
	"$ROAR_BUILD/tests/test_store_user" .roar/objects put "$1"
}

for type in artifact digest environment job label node packages processes session
do
	test_case "a payload that is no $type" '
		restore && id=$(printf "{\"cpu_count\":\"many\",\"v\":1}" | put $type) &&
		expect_status 1 roar fsck >out && cat out &&
		grep "^$type object $id: " out && test "$(wc -l <out)" = 1 &&
		{ roar doctor >doctor || :; } && ! grep "$id" doctor'
done

test_case 'an object of a job that is not there, or is something else' '
	restore && roar cat-object -p "$(roar show --json @1 | jq -r .job_oid)" >payload && cat payload && echo &&
	sed "s/\"environment_oid\":\"[0-9a-f]*\"/\"environment_oid\":\"$(printf "%064d" 1)\"/; s/\"uid\":\"[0-9a-f]*\"/\"uid\":\"$(printf "%032d" 7)\"/" payload |
		tr -d "\n" | put job &&
	expect_status 2 roar fsck >out && cat out &&
	grep "^environment of job 00000000: object 0*1 is missing" out &&
	restore && id=$(printf other | put blob) &&
	sed "s/\"processes_oid\":\"[0-9a-f]*\"/\"processes_oid\":\"$id\"/" payload | tr -d "\n" | put job &&
	expect_status 1 roar fsck >out && cat out && grep "^processes of job .*: object $id is of another type" out
'

test_case 'a file that is cut off' '
	restore && truncate -s 9000 $store && expect_status 32 roar fsck >out &&
	grep "cut off at 9000 bytes" out
'

test_case 'a file that is something else' '
	restore && head -c 65536 "$ROAR_BUILD/porcelain/roar" >$store && expect_status 32 roar fsck
'

test_case 'a page that is wiped' '
	restore && size=$(wc -c <$store) && page=2 &&
	while test $((page * 4096)) -lt $size
	do
		restore && dd if=/dev/zero of=$store bs=4096 seek=$page count=1 conv=notrunc status=none &&
		{ roar fsck >out; status=$?; } && echo "page $page: $status" &&
		test $status -lt 64 || exit 1
		page=$((page + 1))
	done >statuses && cat statuses && grep ": 32" statuses
'

test_case 'a store of a newer version' '
	restore && printf "gen-2\n" >.roar/objects/CURRENT && expect_status 128 roar fsck
'

test_case 'no store' '
	rm -rf .roar/objects && expect_status 128 roar fsck
'

test_case 'usage errors' '
	restore && expect_status 129 roar fsck now && expect_status 129 roar fsck --full
'

test_done
