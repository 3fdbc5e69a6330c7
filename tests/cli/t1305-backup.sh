#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1
user=$ROAR_BUILD/tests/test_store_user

test_case 'the copy is a store that says the same' '
	roar cat-object --batch-all-objects --batch >all && roar log >log && roar backup ../saved >out && cat out &&
	grep "^copied the store to ../saved, and checked it$" out && mv .roar/objects away && cp -r ../saved .roar/objects &&
	roar fsck && roar cat-object --batch-all-objects --batch | cmp - all && roar log | cmp - log && roar run -q true &&
	rm -rf .roar/objects && mv away .roar/objects
'

test_case 'while others write, it is what was there at one time' '
	: >acknowledged && { "$user" .roar/objects write 150 >acknowledged & } && writer=$! &&
	while test "$(wc -l <acknowledged)" -lt 20; do :; done && head -n 20 acknowledged >before &&
	roar backup --json ../busy >out && wait $writer && jq -e ".damage == 0 and .verified" out &&
	"$user" ../busy check <before && "$user" .roar/objects check <acknowledged &&
	mkdir -p q/.roar && mv ../busy q/.roar/objects && cd q && roar fsck
'

test_case 'a store that is there is not touched' '
	roar backup -q ../again >out && test ! -s out && cp -r ../again ../kept && expect_status 128 roar backup ../again 2>err &&
	grep "there is a store at" err && diff -r ../again ../kept
'

test_case 'a damaged store: no copy, or one that is said to be damaged' '
	cp -r .roar sound && file=.roar/objects/gen-000001/data.mdb && size=$(wc -c <$file) && page=2 &&
	while test $((page * 4096)) -lt $size
	do
		rm -rf .roar copy && cp -r sound .roar && dd if=/dev/zero of=$file bs=4096 seek=$page count=1 conv=notrunc status=none &&
		{ roar backup copy >out 2>err; status=$?; } && case $status in
		0) (mkdir r && cd r && mkdir .roar && cp -r ../copy .roar/objects && roar fsck) && rm -r r ;;
		1) grep "^error " err ;;
		128) grep "^fatal: " err && test ! -e copy ;;
		*) false ;;
		esac || { echo "page $page: $status"; cat err; exit 1; }
		page=$((page + 7))
	done; rm -rf .roar && mv sound .roar
'

test_case 'usage errors' '
	expect_status 129 roar backup && expect_status 129 roar backup a b && expect_status 129 roar backup -q --json a &&
	expect_status 128 roar backup /proc/no && rm -rf .roar/objects && expect_status 128 roar backup ../none && test ! -e ../none
'

test_done
