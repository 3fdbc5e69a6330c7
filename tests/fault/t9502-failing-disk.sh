#!/bin/sh
# The n-th call that writes or syncs fails, with an input/output error or for want of space, for n from
# the first to the last. The command says so and fails, or gets by; the store is sound, what was there
# is there, and what was acknowledged too.
#
# By default every third call fails, of both kinds in turn, and the last of both; ROAR_TEST_LONG=1 has
# every call fail of both.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace cannot trace here'

user=$ROAR_BUILD/tests/test_store_user
calls=pwrite64,pwritev,writev,fdatasync,fsync,ftruncate,rename,renameat,renameat2
project p || exit 1
echo a >in
"$user" .roar/objects write 30 >before || exit 1
cp -a .roar ../whole
step=${ROAR_TEST_LONG:+1}
step=${step:-3}

# failing N ERROR COMMAND: call N of those listed fails. Its status is in `status`, what it says in said.
# strace counts the calls of each name, and of each process, apart.
failing () {
	call=$(sed -n "${1}p" ../calls)
	when=$(head -n "$1" ../calls | grep -cx "$call")
	call=${call#* }
	error=$2
	shift 2
	strace $follow -qq -o /dev/null -e "trace=$calls" -e "inject=$call:error=$error:when=$when" "$@" >printed 2>said
	status=$?
}
whole () {
	roar fsck >found 2>&1 && "$user" .roar/objects check <before || { cat found; return 1; }
}

# each_call COMMAND: with `check`, a command that looks at one outcome.
each_call () {
	rm -rf .roar made && cp -a ../whole .roar || return
	strace $follow -qq -o ../log -e "trace=$calls" sh -c "exec $1" >printed
	sed -n "s/^\([0-9]* *\)\([a-z0-9_]*\)(.*/\1 \2/p" ../log | sed "s/  */ /" >../calls
	total=$(wc -l <../calls) n=1 hit=0
	while test $n -le "$total"
	do
		for error in EIO ENOSPC
		do
			test -n "${ROAR_TEST_LONG-}" || test $n = "$total" || test $((n / step % 2)) -eq $(test $error = EIO && echo 0 || echo 1) || continue
			rm -rf .roar made && cp -a ../whole .roar && failing $n $error sh -c "exec $1"
			eval "$check" && whole || { echo "call $n of $total, $error: status $status: $(cat said)"; return 1; }
			hit=$((hit + 1))
		done
		test $n -ge "$total" || test $((n + step)) -le "$total" || n=$((total - step))
		n=$((n + step))
	done
	echo "$hit failures" && test $hit -gt 0
}
follow=
says_why='{ test $status -eq 0 || { test -s said && grep -E "error|full|cannot" said; }; }'

test_case 'objects: what was acknowledged is there' '
	check="test \$status -ne 0 && test -s said && \"\$user\" .roar/objects check <printed"
	each_call "$user .roar/objects write 8"'
test_case 'a job: the command ends as it does, and the job is recorded now or later' '
	check="test \$status -eq 7 && test -e made && roar log >listed 2>&1 && grep made listed"
	each_call "roar run -q --allow-dirty sh -c \"cp in made; exit 7\""'
test_case 'a ref' '
	check="$says_why"
	each_call "roar update-ref refs/notes/one $(head -1 before)"'
test_case 'a compaction' '
	follow=-f
	check="$says_why"
	each_call "roar compact"'
test_case 'a recovery' '
	follow=-f
	check="$says_why"
	each_call "roar recover"'
test_case 'an import' '
	(cd .. && project other && echo b >in && roar run -q --allow-dirty cp in out && roar bundle create ../theirs --all) &&
	check="$says_why"
	each_call "roar bundle unbundle ../theirs"'

# From here on with stores of their own.
test_case 'an upgrade' '
	(mkdir ../old && cd ../old && tar xzf "$SOURCE_DIR/tests/stores/format-1.tar.gz") && rm -rf ../whole && cp -a ../old/.roar ../whole &&
	rm -rf .roar && cp -a ../whole .roar && roar log >../log_before &&
	whole () {
		roar fsck >found 2>&1 && roar log | cmp - ../log_before || { cat found; return 1; }
	}
	follow=-f
	check="$says_why"
	each_call "roar upgrade"'
test_case 'a backup' '
	rm -rf .roar && cp -a ../whole .roar && roar cat-object --batch-all-objects --batch-check >../all &&
	whole () {
		roar fsck || return
		test ! -e made/CURRENT || { mkdir -p q && rm -rf q/.roar && mkdir q/.roar && cp -r made q/.roar/objects && (cd q && roar fsck && roar cat-object --batch-all-objects --batch-check | cmp - ../../all); }
	}
	follow=-f
	check="$says_why"
	each_call "roar backup made"'
test_case 'a removal' '
	rm -rf .roar && cp -a ../whole .roar && "$user" .roar/objects write 30 >before && echo in >in && roar run -q --allow-dirty cp in out && rm -rf ../whole && cp -a .roar ../whole && roar cat-object -e @1 &&
	whole () {
		roar fsck && roar log >found
	}
	follow=-f
	check="$says_why"
	each_call "roar gc --prune now --force"'
test_done
