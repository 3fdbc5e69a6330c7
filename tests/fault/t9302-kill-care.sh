#!/bin/sh
# SIGKILL at each write, sync, rename and removal of what rewrites or copies the store. Expected,
# whichever call it is: CURRENT names a complete generation, everything that refs lead to is there, and
# the next try succeeds. By default every third call, or fewer; ROAR_TEST_LONG=1 hits each.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

project p || exit 1
echo in >in
roar run -q cp in out || exit 1
roar run -q cp out out2 || exit 1
for i in 1 2 3 4 5; do echo $i | roar hash-object -t blob -w --stdin || exit 1; done >blobs
roar cat-object --batch-all-objects --batch-check | grep -vFf blobs >reached
cp -r .roar sound
origin=sound
step=${ROAR_TEST_LONG:+1}
step=${step:-3}

restore () {
	rm -rf .roar copy && cp -r sound .roar
}
# What must be true after a kill, and then when the command has been run once more.
killed_is_sound () {
	roar fsck >problems || { cat problems; return 1; }
	roar cat-object --batch-all-objects --batch-check >now
	! grep -vxFf now reached
}
next_is_sound () {
	roar fsck && test "$(ls .roar/objects | wc -l)" = 2 || { ls .roar/objects; return 1; }
}

# What a kill has left: the generation is the old one and alone, a new one is begun, or CURRENT names the new one.
phase () {
	if ! cmp -s .roar/objects/CURRENT "$origin/objects/CURRENT"
	then
		echo after
	elif test "$(ls -d .roar/objects/gen-* | wc -l)" -gt 1
	then
		echo between
	else
		echo before
	fi
}

# killed COMMAND: at the n-th $call of any of its processes. strace counts the calls of each apart.
killed () {
	restore
	strace -f -qq -e "trace=$call" -o killed -e "inject=$call:signal=KILL:when=$n" "$@" >/dev/null 2>&1
	grep -q "killed by SIGKILL" killed
}
# kill_at COMMAND: at each call of each kind, by turns.
kill_at () {
	hits=0
	: >phases
	for call in mkdir pwrite64 pwritev write writev fdatasync fsync msync rename renameat2 ftruncate unlink unlinkat rmdir
	do
		restore
		strace -f -qq -e "trace=$call" -o calls "$@" >/dev/null 2>&1
		times=$(awk -v call="$call(" 'index($2, call) == 1 && ++made[$1] > most { most = made[$1] } END { print 0 + most }' calls)
		n=1
		while test $n -le "$times"
		do
			killed "$@" || killed "$@" || { echo "$call $n: not killed"; return 1; }
			phase >>phases
			killed_is_sound || { echo "$call $n"; return 1; }
			"$@" >said 2>&1
			test $? -le ${status_most:-0} && next_is_sound || { echo "$call $n: the next try"; cat said; return 1; }
			hits=$((hits + 1)) n=$((n + step))
		done
	done
	sort phases | uniq -c && echo "$hits kills" && test "$(sort -u phases | tr "\n" " ")" = "after before between "
}

# What it removes it removes in one transaction.
test_case 'gc' '
	phase () {
		if ! roar cat-object --batch-check <blobs | grep -q blob
		then
			echo after
		elif cmp -s .roar/objects/gen-000001/data.mdb sound/objects/gen-000001/data.mdb
		then
			echo before
		else
			echo between
		fi
	}
	kill_at roar gc --prune now --force
'
test_case 'compact' '
	kill_at roar compact
'
test_case 'reindex' '
	kill_at roar reindex
'


# The source is not touched; where the copy has a name for its generation, it is complete. The
# directory is there before, or what the killed child left would be removed by its parent.
is_copied () {
	mkdir -p reader && rm -rf reader/.roar && mkdir reader/.roar && cp -r copy reader/.roar/objects &&
		(cd reader && roar fsck && roar cat-object --batch-all-objects --batch-check) >now && cmp now whole
}
roar cat-object --batch-all-objects --batch-check >whole
test_case 'backup' '
	step=1
	killed_is_sound () {
		cmp .roar/objects/gen-000001/data.mdb sound/objects/gen-000001/data.mdb && { test ! -e copy/CURRENT || is_copied; }
	}
	next_is_sound () {
		is_copied && cmp .roar/objects/gen-000001/data.mdb sound/objects/gen-000001/data.mdb
	}
	phase () {
		test ! -e copy/CURRENT || { echo after; return; }
		ls copy 2>/dev/null | grep -q . && echo between || echo before
	}
	printf "%s\n" "#!/bin/sh" "mkdir -p copy; test -e copy/CURRENT || roar backup copy" >backup && chmod +x backup &&
	kill_at ./backup
'

test_case 'recover' '
	restore && dd if=/dev/zero of=.roar/objects/gen-000001/data.mdb bs=4096 seek=9 count=1 conv=notrunc status=none &&
	rm -rf hurt && cp -r .roar hurt && origin=hurt && { roar recover >/dev/null; status_most=$?; } && test $status_most -le 1 &&
	roar cat-object --batch-all-objects --batch-check >recovered && cat recovered &&
	restore () {
		rm -rf .roar && cp -r hurt .roar
	}
	killed_is_sound () {
		test -e ".roar/objects/$(cat .roar/objects/CURRENT)/data.mdb"
	}
	next_is_sound () {
		{ test $status_most = 1 || roar fsck; } && roar cat-object --batch-all-objects --batch-check | cmp - recovered
	}
	kill_at roar recover
'

# If only the old generation was still to be removed, the next compaction does that.
test_case 'upgrade' '
	step=$((step == 1 ? 1 : 7))
	rm -rf .roar old && tar xzf "$SOURCE_DIR/tests/stores/format-1.tar.gz" && cp -r .roar old && origin=old && roar log >log &&
	roar cat-object --batch-all-objects --batch-check >reached &&
	restore () {
		rm -rf .roar && cp -r old .roar
	}
	next_is_sound () {
		roar fsck && roar upgrade -n && roar log | cmp - log && roar compact -q && test "$(ls .roar/objects | wc -l)" = 2
	}
	kill_at roar upgrade
'

test_done
