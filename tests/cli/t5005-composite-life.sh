#!/bin/sh
# Composites among other things: their labels, how long they stay, how they come to other projects.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_composite.sh"

# shards.sh DIRECTORY: writes two that only this directory has.
cat >shards.sh <<'END'
mkdir -p "$1" && echo "$1 0" >"$1/0.tar" && echo "$1 1" >"$1/1.tar"
END
git add shards.sh && git commit -q -m shards

# By the files alone.
digest_of () {
	independent digest "$1" | cut -d " " -f 2
}
found () {
	roar resolve "composite-blake3:$1"
}
lost () {
	expect_status 128 roar resolve "composite-blake3:$1"
}

test_case 'a composite has labels, by any of its names' '
	roar run -q sh shards.sh a && digest=$(digest_of a) && roar label set composite "$digest" owner=alice eval.acc=0.9 &&
	roar label show a/ >out && cat out && grep "owner.*alice" out && roar label set a split=train && roar label show --json "$digest" >json && grep train json &&
	roar show a >out && grep split out && roar label unset a owner && ! roar label show a | grep owner && test "$(roar label history a | grep -c "^version")" = 4 &&
	expect_status 129 roar label set composite @1 x=1 && expect_status 129 roar label set job "$digest" x=1
'

test_case 'what only a popped job had is not found any more, and goes with the job' '
	roar run -q sh shards.sh b && digest=$(digest_of b) && oid=$(found "$digest") && roar pop -y && lost "$digest" && roar fsck && roar gc --prune now --force && roar cat-object -e oid:$oid &&
	roar reflog expire --expire=now --all && roar gc --prune now --force && ! roar cat-object -e oid:$oid && roar fsck
'

test_case 'what another job has, or a person wanted, stays' '
	roar run -q sh shards.sh c && digest=$(digest_of c) && roar run -q sh -c "cat c/*.tar >sum" && roar pop -y && found "$digest" &&
	roar composite create c >/dev/null && roar pop -y && found "$digest" &&
	roar run -q sh shards.sh d && digest=$(digest_of d) && roar label set d keep=yes && roar pop -y && found "$digest" && roar fsck
'

test_case 'what a person said of a popped job stays, and what roar said alone does not' '
	roar run -q sh shards.sh h && job=$(roar log --json -n 1 | jq -r ".jobs[0].job_oid") && roar show-ref | grep "refs/labels/$job" && roar pop -y &&
	! roar show-ref | grep "refs/labels/$job" && roar run -q sh shards.sh h && job=$(roar log --json -n 1 | jq -r ".jobs[0].job_oid") &&
	roar label set job "$job" note=keep && roar pop -y && roar show-ref | grep "refs/labels/$job" && roar label show "$job" | grep note=keep
'

test_case 'inherited tags go with a popped composite' '
	roar run -q --add-tag license=MIT sh shards.sh e && digest=$(digest_of e) && oid=$(found "$digest") && roar tag show $oid | grep license=MIT && roar pop -y && lost "$digest" &&
	! roar show-ref | grep "refs/labels/$oid" && roar run -q sh shards.sh e && test "$(found "$digest")" = "$oid"
'

test_case 'a session that is put aside keeps its composites, one that is deleted does not' '
	roar run -q sh shards.sh f && digest=$(digest_of f) && session=$(roar symbolic-ref HEAD) && at=$(roar show-ref "$session" | cut -d " " -f 1) && roar reset -y && found "$digest" &&
	roar update-ref -d "$session" && lost "$digest" && roar update-ref "$session" "$at" && found "$digest" && roar fsck
'

test_case 'a bundle of one session has its composites' '
	roar run -q sh shards.sh g && digest=$(digest_of g) && roar bundle create ../one.bundle "$(roar symbolic-ref HEAD)" && roar bundle create ../all.bundle --all &&
	mkdir ../q && cd ../q && git init -q . && roar init && roar bundle unbundle ../one.bundle &&
	found "$digest" && roar ls-composite --name-only "$digest" | wc -l | grep -x 2 && test "$(roar show --json "$digest" | jq -r .digest)" = "$digest" && roar fsck &&
	mkdir ../r && cd ../r && git init -q . && roar init && roar bundle unbundle ../all.bundle && found "$digest" && roar fsck
'

test_done
