#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo in >in
roar run -q cp in out || exit 1
roar run -q sh -c 'cat out >out2; seq 3000 >numbers' || exit 1
head -c 9000 /dev/urandom | base64 -w 0 | roar hash-object -t blob -w --stdin >/dev/null || exit 1
# logs: all that every log says. HEAD has been at two sessions, and one ref is gone but for its log.
logs () {
	roar reflog list >../logged &&
	while read -r ref
	do
		echo "$ref" && roar reflog show --json "$ref"
	done <../logged
}
first=$(roar symbolic-ref HEAD | sed 's|.*/||')
roar reset >/dev/null 2>&1 && roar run -q cp in out3 && roar session use "$first" >/dev/null 2>&1 || exit 1
roar update-ref refs/tags/gone @1 && roar update-ref -d refs/tags/gone && logs >logged || exit 1

roar cat-object --batch-all-objects --batch >all && roar log >log && roar backup -q ../saved || exit 1
roar bundle create ../saved.bundle --all >/dev/null 2>&1 || rm -f ../saved.bundle
cp -r .roar sound

file=.roar/objects/gen-000001/data.mdb
restore () {
	rm -rf .roar && cp -r sound .roar
}

test_case 'a sound store: everything is there again' '
	roar recover >out && cat out && grep "^recovered [0-9]* objects, 0 of them from elsewhere, to gen-000002$" out &&
	test -d .roar/objects/damaged-gen-000001 && roar fsck && roar cat-object --batch-all-objects --batch | cmp - all &&
	roar log | cmp - log && grep -x HEAD logged && grep -x refs/tags/gone logged && logs | diff logged - && roar run -q true && roar fsck
'

test_case 'any page wiped: what is said to be there is there, and a backup fills the rest' '
	size=$(wc -c <sound/objects/gen-000001/data.mdb) && page=0 && while test $((page * 4096)) -lt $size
	do
		restore && dd if=/dev/zero of=$file bs=4096 seek=$page count=1 conv=notrunc status=none &&
		{ roar recover --json >out; status=$?; } && test $status -le 1 &&
		{ roar fsck >problems; damage=$?; } && test $damage -lt 32 &&
		{ test $status = 1 || test $damage = 0; } &&
		restore && dd if=/dev/zero of=$file bs=4096 seek=$page count=1 conv=notrunc status=none &&
		{ roar recover --from ../saved >out || test "$(grep -c "^moved ref" out)" -gt 0; } && roar fsck ||
			{ echo "page $page: $status $damage"; cat out problems; exit 1; }
		page=$((page + ${ROAR_TEST_LONG:-5}))
	done
'

test_case 'cut off in the middle' '
	restore && truncate -s $(($(wc -c <$file) / 2)) $file && { roar recover --from ../saved >out; test $? -le 1; } && cat out &&
	roar fsck --connectivity-only
'

test_case 'a bundle fills what is missing' '
	test -f ../saved.bundle && restore && job=$(roar resolve @1) &&
	number=$("$ROAR_BUILD/tests/test_store_table" .roar/objects list oid | grep "^$job" | cut -d " " -f 2 | cut -c 1-16) &&
	"$ROAR_BUILD/tests/test_store_table" .roar/objects put obj $number 0005027b7d && roar compact -q &&
	cp -r .roar hurt &&
	expect_status 1 roar recover >out && grep "^lost object $job$" out && rm -rf .roar && mv hurt .roar &&
	roar recover --from ../saved.bundle >out && grep ", 1 of them from elsewhere" out && roar fsck
'

test_case 'CURRENT is gone' '
	restore && echo nonsense >.roar/objects/CURRENT && roar recover && roar fsck && roar log | cmp - log
'

test_case 'wrong input' '
	restore && expect_status 129 roar recover all && expect_status 128 roar recover --from none &&
	echo x >x && expect_status 128 roar recover --from x && roar fsck && rm -rf .roar/objects && expect_status 128 roar recover
'

test_done
