#!/bin/sh
# Every derived table is damaged in each way: fsck names the table and what is wrong, and reindex, from
# objects and refs alone, makes all tables what they were.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
long=$(printf '%0200d/%0220d' 1 2)
mkdir -p "$(dirname "$long")" && echo long >"$long"
echo in >in
roar run -q --hash sha256 cp in out || exit 1
roar run -q sh -c "cat out '$long' >out2" || exit 1
roar build -q sh -c 'cp out2 built' || exit 1
roar run -q cp in out || exit 1
roar session new >/dev/null 2>&1 || roar reset -y >/dev/null 2>&1
roar run -q cp in out || exit 1

table () {
	"$ROAR_BUILD/tests/test_store_table" .roar/objects "$@"
}
tables='oid job uid step place act holder path edge alt digest'
dump () {
	for name in obj ref reflog meta $tables
	do
		table list $name | sed "s/^/$name /" || return
	done
}
restore () {
	rm -rf .roar && cp -r sound .roar
}
cp -r .roar sound
dump >expected || exit 1

test_case 'every table has entries' '
	for name in $tables
	do
		grep "^$name " expected >/dev/null || { echo "$name is empty"; exit 1; }
	done && roar fsck
'

# damage MISSING|EXTRA|STALE TABLE: the first and the last entry in turn.
missing () {
	key=$(table list $1 | sed -n "$2p" | cut -d " " -f 1) && table delete $1 $key
}
extra () {
	row=$(table list $1 | sed -n "$2p") && key=${row%% *} value=${row#* } &&
		case $2 in
		1) key=$(printf %s "$key" | sed 's/.$//; s/.$/01/')ee ;;
		*) key=$(printf %s "$key" | sed 's/ee$/ed/; t; s/..$/ee/') ;;
		esac && test ${#key} -gt 2 && table put $1 $key $value
}
stale () {
	row=$(table list $1 | sed -n "$2p") && key=${row%% *} value=${row#* } &&
		case $value in
		-) value=00 ;;
		*01) value=$(printf %s "$value" | sed 's/..$/02/') ;;
		*) value=$(printf %s "$value" | sed 's/..$/01/') ;;
		esac && table put $1 $key $value
}

# A wrong number for an id, which may be any, is told of the ref at that object, too.
for name in $tables
do
	for kind in missing extra stale
	do
		test_case "$kind in $name is found and repaired" "
			for line in 1 \\$
			do
				restore && $kind $name \"\$line\" && { roar fsck >out; status=\$?; } && cat out &&
				test \$((status & 4)) = 4 && grep \"^error ${kind}IndexEntry index $name: .\" out &&
				test \"\$(grep -v 'its content belongs to another object' out | grep -vc 'index $name')\" = 0 &&
				roar reindex && roar fsck && dump >now && diff expected now || exit 1
			done"
	done
done

test_case 'all of them emptied at once' '
	restore && for name in $tables
	do
		for key in $(table list $name | cut -d " " -f 1); do table delete $name $key || exit 1; done
	done && { roar fsck >out; test $(($? & 4)) = 4; } && grep -c . out && roar reindex -q >quiet && test ! -s quiet &&
	roar fsck && dump >now && diff expected now && roar show @1 && roar log
'

test_case 'the next generation takes the place of the one before' '
	restore && roar reindex --json >out && cat out &&
	jq -e ".generation == \"gen-000002\" and .unreadable == 0 and .version == 1 and .rows > 100" out &&
	test "$(cat .roar/objects/CURRENT)" = gen-000002 && test "$(ls .roar/objects)" = "$(printf "CURRENT\ngen-000002")" &&
	roar reindex && test "$(cat .roar/objects/CURRENT)" = gen-000003 && roar run -q true && roar fsck
'

test_case 'a job that was taken back stays out' '
	restore && roar pop -y && dump >before && roar reindex -q && dump >after && diff before after && roar fsck
'

test_case 'an object that is lost: the rest is indexed, and it is named' '
	restore && node=$(roar cat-object -p @1 | jq -r ".data_oid // .edges.data_oid // (.. | .data_oid? // empty)" | head -n 1) &&
	test -n "$node" && row=$(table list oid | grep "^$node ") && sequence=$(echo "$row" | cut -d " " -f 2 | cut -c 1-16) &&
	table delete obj $sequence && table delete oid $node &&
	expect_status 1 roar reindex 2>err && cat err && grep "^warning: .*$node" err && expect_status 2 roar fsck >out &&
	cat out && ! grep Index out && roar log
'

test_case 'usage errors' '
	restore && expect_status 129 roar reindex all && expect_status 129 roar reindex -q --json && rm -rf .roar/objects &&
	expect_status 128 roar reindex
'

test_done
