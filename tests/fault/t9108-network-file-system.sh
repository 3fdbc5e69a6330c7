#!/bin/sh
# A project on a network file system: jobs wait in the spool, ROAR_STORE_DIR puts the store elsewhere, and
# then they are imported. The mount is FUSE under a name that says network.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v bindfs >/dev/null || skip_all 'bindfs is not installed'
mkdir "$trash/real" mnt && bindfs -o subtype=sshfs "$trash/real" mnt 2>/dev/null || skip_all 'FUSE cannot mount here'
trap 'cd /; umount -l "$trash/work/mnt" 2>/dev/null' EXIT
grep -q " - fuse.sshfs .*$trash/real" /proc/self/mountinfo || skip_all 'bindfs does not take a type of its own'
err=$trash/err

git init -q -b main mnt/p && cd mnt/p && : >.keep && git add .keep && git commit -qm start || exit 1
echo alpha >in

test_case 'roar init says what is the matter and what to do' '
	expect_status 128 roar init 2>"$err" && grep "network file system" "$err" && grep "^hint: .*ROAR_STORE_DIR" "$err"
'

test_case 'a command runs all the same, and its job waits in the spool' '
	expect_status 4 roar run -q sh -c "cat in >out; exit 4" 2>"$err" &&
	grep "recorded in the spool: .*" "$err" && test "$(ls .roar/spool/*.job | wc -l)" = 1
'

export ROAR_STORE_DIR="$trash/local"

test_case 'with ROAR_STORE_DIR the store is there, and the job is imported' '
	roar init && test -e "$trash/local/objects/CURRENT" && test ! -e .roar/objects/CURRENT &&
	test "$(cat "$trash/local/PROJECT")" = "$PWD" && roar log 2>"$err" && grep "recorded 1 job from the spool" "$err" &&
	roar show --json out >artifact && jq -e ".hashes[0].digest == \"$(b3sum --no-names in)\"" artifact
'

test_case 'jobs are recorded there' '
	roar run cp in copy 2>&1 | cat >"$err" && ! grep spool "$err" && roar show copy && roar fsck &&
	roar init
'

test_case 'another project may not use it' '
	(unset ROAR_STORE_DIR; project ../../q) && cd ../../q && expect_status 128 roar status 2>"$err" && grep "belongs to the project .*mnt/p" "$err" &&
	expect_status 125 roar run true 2>"$err" && expect_status 128 roar init
'

test_case 'nor may it be a directory of somebody else, or a relative path' '
	cd ../../q && ROAR_STORE_DIR=$PWD/.roar expect_status 128 roar status 2>"$err" && grep "not this project" "$err" &&
	ROAR_STORE_DIR=local expect_status 129 roar status 2>"$err" && grep "absolute" "$err"
'

cd / && umount "$trash/work/mnt"
trap - EXIT
test_done
