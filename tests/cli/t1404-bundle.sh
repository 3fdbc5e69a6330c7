#!/bin/sh
# Bundles: what was recorded in one project is found in another.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_pack.sh"

three_jobs p || exit 1
roar bundle create ../all.bundle --all || exit 1

objects () {
	roar cat-object --batch-all-objects --batch-check
}
refs () {
	roar for-each-ref
}
# sealed FILE: makes the digest of a bundle's lines, up to "=", right again.
sealed () {
	sed '/^=/,$d' "$1" >lines && cat lines && echo "=$(b3sum --no-names <lines)" && echo
}

test_case 'a fresh project has all of it' '
	project ../fresh && roar bundle verify ../all.bundle && roar bundle unbundle ../all.bundle >out &&
	roar bundle list-heads ../all.bundle | diff - out && roar fsck &&
	(cd ../p && refs) >theirs && refs >ours && ! grep -vxFf ours theirs &&
	test "$(roar resolve HEAD)" = "$(roar -C ../p resolve HEAD)" &&
	(cd ../p && objects) >all && objects >here && ! grep -vxFf here all
'

test_case 'names stand for the same there' '
	cd ../fresh && for name in @1 @2 @3 path:in1 path:out3 HEAD
	do
		test "$(roar resolve $name)" = "$(roar -C ../p resolve $name)" || { echo $name; exit 1; }
	done &&
	sum=$(sha256sum <../p/out2 | cut -d" " -f1) &&
	test "$(roar resolve sha256:$sum)" = "$(roar -C ../p resolve sha256:$sum)" &&
	sum=$(b3sum --no-names <../p/in3) && test "$(roar resolve $sum)" = "$(roar -C ../p resolve $sum)" &&
	for uid in $(roar -C ../p log --all --json | jq -r ".jobs[].job_uid")
	do
		test "$(roar resolve job:$uid)" = "$(roar -C ../p resolve job:$uid)" || exit 1
	done &&
	roar log --all --json | jq ".jobs | map(.job_uid)" >ours &&
	roar -C ../p log --all --json | jq ".jobs | map(.job_uid)" | diff - ours &&
	of_disk="walk(if type == \"object\" then del(.root, .reasons, .state, .is_stale, .stale, .stale_count, .stale_artifact_count) else . end)" &&
	roar dag --json | jq -S "$of_disk" >ours && roar -C ../p dag --json | jq -S "$of_disk" | diff - ours
'

test_case 'work goes on there' '
	cd ../fresh && cp ../p/in1 . && roar run -q sh -c "cat in1 >out1" && roar show @1 >shown &&
	test "$(roar log --all --json | jq ".jobs | length")" = 4 && roar show @3 && roar fsck
'

test_case 'the same bytes from there' '
	project ../again && roar bundle unbundle ../all.bundle >/dev/null &&
	set -- $(roar bundle list-heads ../all.bundle | cut -d" " -f2) &&
	roar bundle create - "$@" | cmp ../all.bundle - && (cd ../p && roar bundle create - --all) | cmp ../all.bundle -
'

test_case 'a second time nothing changes' '
	cd ../again && objects >before && refs >refs.before && roar bundle unbundle --json ../all.bundle >json &&
	jq -e ".new == 0 and all(.refs[]; .outcome == \"same\")" json && objects | diff before - && refs | diff refs.before -
'

test_case 'what is new' '
	cd ../p && old=$(roar resolve HEAD) && echo 4 >in4 && roar run -q sh -c "cat in4 >out4" &&
	roar bundle create ../new.bundle --all --not $old && roar bundle list-heads ../new.bundle | grep HEAD &&
	grep -ac "^-" ../new.bundle >count && test "$(cat count)" -le 4 && grep -a "^-$old$" ../new.bundle &&
	test $(wc -c <../new.bundle) -lt $(wc -c <../all.bundle) &&
	cd ../again && roar bundle verify ../new.bundle && roar bundle unbundle --json ../new.bundle >json &&
	jq -e "any(.refs[]; .outcome == \"moved\")" json && roar fsck &&
	test "$(roar resolve @4)" = "$(roar -C ../p resolve @4)" && test "$(roar resolve path:out4)" = "$(roar -C ../p resolve path:out4)" &&
	roar bundle unbundle --json ../all.bundle >json && jq -e "any(.refs[]; .outcome == \"ahead\")" json &&
	test "$(roar resolve HEAD)" = "$(roar -C ../p resolve HEAD)"
'

test_case 'what it builds on must be there' '
	project ../poor && objects >before && refs >refs.before &&
	expect_status 128 roar bundle unbundle ../new.bundle 2>err && grep "lacks what the bundle builds on" err &&
	grep -E "^  [0-9a-f]{64}$" err && objects | diff before - && refs | diff refs.before - &&
	expect_status 1 roar bundle verify ../new.bundle 2>err && grep "not in the store" err &&
	cd .. && expect_status 1 roar bundle verify new.bundle 2>err && grep "in a project" err
'

test_case 'a chosen ref, and none' '
	ref=$(roar bundle list-heads ../all.bundle | grep -o "refs/sessions/.*" | head -n 1) &&
	project ../chosen && roar bundle unbundle ../all.bundle $ref >out && test $(wc -l <out) = 1 && roar for-each-ref | grep $ref &&
	expect_status 128 roar bundle unbundle ../all.bundle refs/tags/x 2>err && grep "has no ref .refs/tags/x" err &&
	project ../none && refs >before && roar bundle unbundle --no-refs ../all.bundle && refs | diff before - &&
	test $(objects | wc -l) -gt 10 && roar bundle unbundle -n ../all.bundle && refs | diff before -
'

test_case 'a session that went another way' '
	project ../apart && roar bundle unbundle ../all.bundle >/dev/null && echo 5 >in5 && roar run -q cp in5 out5 && refs >before &&
	expect_status 128 roar bundle unbundle ../new.bundle 2>err && grep "leads elsewhere" err && refs | diff before - &&
	roar fsck && roar bundle unbundle --force ../new.bundle && roar fsck && test "$(roar resolve HEAD)" = "$(roar -C ../p resolve HEAD)" &&
	expect_status 128 roar resolve path:out5
'

test_case 'a symbolic ref that leads to the same is as it is to be' '
	project ../symbolic && echo 1 >a && roar run -q cp a b && roar update-ref refs/tags/c @1 && roar symbolic-ref refs/tags/a refs/tags/c &&
	roar symbolic-ref refs/tags/now "$(roar symbolic-ref HEAD)" && roar bundle create ../symbolic.bundle --all && refs >before &&
	roar bundle unbundle --json ../symbolic.bundle >json && jq -e "all(.refs[]; .outcome == \"same\")" json && refs | diff before - &&
	test "$(roar symbolic-ref refs/tags/a)" = refs/tags/c && roar run -q cp b c && roar bundle create ../later.bundle --all &&
	roar bundle unbundle --json ../symbolic.bundle >json && jq -e "any(.refs[]; .ref == \"refs/tags/now\" and .outcome == \"ahead\")" json &&
	project ../follows && roar bundle unbundle ../symbolic.bundle && session=$(roar symbolic-ref HEAD) && roar update-ref -d refs/tags/now &&
	roar symbolic-ref refs/tags/now "$session" && roar bundle unbundle --json ../later.bundle >json && jq -e "any(.refs[]; .ref == \"refs/tags/now\" and .outcome == \"moved\")" json &&
	test "$(roar symbolic-ref refs/tags/now)" = "$session" && test "$(roar resolve refs/tags/now)" = "$(roar -C ../symbolic resolve HEAD)" &&
	roar update-ref refs/tags/other @1 && roar symbolic-ref refs/tags/c refs/tags/now && expect_status 128 roar bundle unbundle ../later.bundle 2>err &&
	grep "ref .refs/tags/[ac]. leads elsewhere" err && roar fsck
'

test_case 'a dry run makes the same checks, tells the same and changes nothing' '
	project ../rehearsed && roar bundle unbundle ../all.bundle >/dev/null && roar update-ref refs/tags/x @1 && refs >before && objects >objects.before &&
	(cd ../p && roar update-ref refs/tags/x @2 && roar bundle create ../tagged.bundle --all && roar update-ref -d refs/tags/x) &&
	for dry in -n ""
	do
		expect_status 128 roar bundle unbundle $dry ../tagged.bundle 2>err && grep "ref .refs/tags/x. leads elsewhere" err || exit 1
	done &&
	roar bundle unbundle -n --json --force ../tagged.bundle >foretold && jq -e "any(.refs[]; .ref == \"refs/tags/x\" and .outcome == \"moved\")" foretold &&
	roar bundle unbundle -n --no-refs ../tagged.bundle && refs | diff before - && objects | diff objects.before - &&
	roar bundle unbundle --json --force ../tagged.bundle | diff foretold - &&
	project ../rehearsed2 && roar update-ref refs/tags/x/y "$(printf x | roar hash-object -w --stdin)" &&
	for dry in -n ""
	do
		expect_status 128 roar bundle unbundle $dry ../tagged.bundle 2>err && grep "cannot create ref .refs/tags/x." err || exit 1
	done && refs >before && roar bundle unbundle -n --json ../all.bundle >foretold && refs | diff before - &&
	roar bundle unbundle --json ../all.bundle | diff foretold - && roar fsck
'

test_case 'the labels of what it carries go along, and no others' '
	project ../said && echo 1 >a && roar run -q cp a b && roar label set @1 k=old && roar reset -y && echo 2 >c && roar run -q -n named cp c d &&
	roar label set @1 k=1 && roar label set @1 k=2 && roar label set session current s=1 && roar label set d gold=true && roar label set b gold=false &&
	roar bundle create ../said.bundle HEAD && roar bundle list-heads ../said.bundle >heads && test "$(grep -c refs/labels/ heads)" = 3 && roar bundle create - --all >../said-all.bundle && test "$(roar bundle list-heads ../said-all.bundle | grep -c refs/labels/)" = 5 &&
	project ../heard && roar bundle unbundle ../said.bundle >/dev/null && roar fsck && for target in "job @1" "session current" "artifact d"
	do
		roar -C ../said label history --json $target >expect && roar label history --json $target | diff expect - || exit 1
	done && roar label history @1 | grep "^version 3" && expect_status 128 roar label show b
'

test_case 'labels that went another way; but what roar finds out about data sets gives way' '
	cd ../said && roar label set @1 k=3 && roar bundle create ../more.bundle HEAD && cd ../heard && roar label set @1 k=4 && expect_status 128 roar bundle unbundle ../more.bundle 2>err && grep "ref .refs/labels/.* leads elsewhere" err &&
	for project in ones twos threes
	do
		(project ../$project && roar run -q sh -c "mkdir w && echo 1 >w/0.tar && echo 2 >w/1.tar" && roar label show --json w | jq -e .document.dataset.id) || exit 1
	done &&
	cd ../ones && roar bundle create ../ones.bundle HEAD && roar label set w mine=1 && roar bundle create ../mine.bundle HEAD &&
	cd ../twos && roar label show --json w >ours && roar bundle unbundle --json ../ones.bundle | jq -e "any(.refs[]; .outcome == \"ahead\")" && roar label show --json w | diff ours - && roar fsck &&
	roar bundle unbundle --json ../mine.bundle | jq -e "any(.refs[]; .outcome == \"moved\")" && roar label show --json w | jq -e ".document | .mine == 1 and (.dataset.id | endswith(\"/ones/w\"))" && roar fsck &&
	cd ../threes && roar label set w mine=3 && roar bundle unbundle ../ones.bundle && roar label show --json w | jq -e ".document.mine == 3" && expect_status 128 roar bundle unbundle ../mine.bundle
'

test_case 'pipes' '
	project ../piped && (cd ../p && roar bundle create - HEAD) | roar bundle unbundle - >out && grep HEAD out && roar fsck &&
	roar bundle verify - <../all.bundle && roar bundle list-heads - <../all.bundle | grep HEAD
'

test_case 'a pipe that is cut off' '
	project ../cut && size=$(wc -c <../all.bundle) && objects >before && for n in 0 1 10 100 300 $((size / 2)) $((size - 41)) $((size - 1))
	do
		head -c $n ../all.bundle >cut && expect_status 128 roar bundle unbundle - <cut 2>err || { echo $n; exit 1; }
		expect_status 1 roar bundle verify cut 2>err || { echo $n; exit 1; }
	done && objects | diff before - && ls -A .roar/objects/gen-000001 .roar/objects >files && ! grep tmp files
'

test_case 'what is no bundle is refused, and named' '
	project ../foreign && refuse () {
		for action in verify list-heads unbundle
		do
			roar bundle $action "$1" >out 2>err && exit 1
			grep "$2" err && test ! -s out || exit 1
		done
	} &&
	refuse .roar/objects/gen-000001/data.mdb "LMDB store (data.mdb), which is never opened" &&
	sqlite3 x.db "create table t(a)" && refuse x.db "an SQLite database" &&
	git bundle create -q x.git HEAD && refuse x.git "a bundle of git" &&
	(cd ../p && roar pack-objects - @1) >x.pack && refuse x.pack "a pack without refs" &&
	refuse /dev/null "it is empty" && refuse /bin/sh "this is no bundle" &&
	sed "1s/v1/v9/" ../all.bundle >v9 && refuse v9 "unknown version" &&
	expect_status 128 roar bundle verify none
'

test_case 'lines that are wrong' '
	project ../lines && sed "/^$/,\$d" ../all.bundle >head && pack () {
		tail -c +$(($(sed "/^$/q" ../all.bundle | wc -c) + 1)) ../all.bundle
	} &&
	attempt () {
		{ sealed edited; pack; } >x && expect_status 128 roar bundle unbundle x 2>err && grep "$1" err
	} &&
	cp head edited && { sealed edited; pack; } | cmp - ../all.bundle &&
	sed "s,refs/sessions/,refs/ses..sions/,; /HEAD/d" head >edited && attempt "names no ref" &&
	{ head -n 1 head; tail -n +2 head | tac | sed 1d; } >edited && attempt "out of order" &&
	sed "2s/^./g/" head >edited && attempt "has no id" &&
	{ head -n 1 head; head -c 2000 /dev/zero | tr "\0" a; echo; } >edited && attempt "too long" &&
	{ sed "2s/HEAD/refs\/a/" head; echo; pack; } >x && expect_status 128 roar bundle unbundle x 2>err && grep "do not have their digest" err &&
	{ head -n 1 head; echo "$(printf %064d 7) refs/tags/x"; } >edited && { sealed edited; pack; } >x &&
	expect_status 1 roar bundle verify x 2>err && grep "which it does not have" err && expect_status 128 roar bundle unbundle x
'

test_case 'a ref that may not be there' '
	cd ../lines && label=$(roar -C ../p resolve @1) && { head -n 1 head; echo "$label refs/sessions/$(printf %032d 7)"; } >edited &&
	{ sealed edited; tail -c +$(($(sed "/^$/q" ../all.bundle | wc -c) + 1)) ../all.bundle; } >x &&
	roar for-each-ref >before && expect_status 128 roar bundle unbundle x 2>err && grep "can only be at an entry of that session" err &&
	roar for-each-ref | diff before - && roar fsck
'

test_case 'files that cannot be written, and a reader that goes away' '
	cd ../p && expect_status 128 roar bundle create /dev/full --all 2>err && grep "No space" err && test -c /dev/full &&
	expect_status 128 roar bundle create - --all >/dev/full 2>err && grep "cannot write" err &&
	head -c 400000 /dev/urandom >noise && roar run -q cp noise louder &&
	expect_status 128 roar bundle create none/x --all && test ! -e none &&
	mkdir -p full && (ulimit -f 8; expect_status 128 roar bundle create full/x --all 2>err) && cat err && test -z "$(ls -A full)" &&
	echo old >full/x && (ulimit -f 8; expect_status 128 roar bundle create full/x --all) && test "$(cat full/x)" = old
'

# The pipe has no reader from the start, so that it does not matter who is faster.
test_case 'who reads a bundle goes away: it ends by SIGPIPE, without a word' '
	command -v python3 >/dev/null || skip_case "python3 is not installed"
	python3 -c "
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
done = subprocess.run(sys.argv[1:], stdout=w, stderr=subprocess.PIPE)
print(done)
sys.exit(done.returncode != -13 or done.stderr != b\"\")" roar bundle create - --all
'

test_case 'nothing to bundle' '
	cd ../p && expect_status 128 roar bundle create x @1 2>err && grep "without refs" err &&
	expect_status 128 roar bundle create x --all --not HEAD 2>err && grep "nothing is new" err && test ! -e x &&
	expect_status 128 roar bundle create x refs/heads/none && expect_status 129 roar bundle create x &&
	expect_status 129 roar bundle && expect_status 129 roar bundle create && expect_status 129 roar bundle burn x
'

test_done
