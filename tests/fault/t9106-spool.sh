#!/bin/sh
# Jobs that wait in the spool: each is imported exactly once, in the order in which they ended, by
# whichever command comes first; a damaged file is set aside and blocks nothing.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo alpha >in
roar run -q cp in out || exit 1
err=$trash/err

# The store is away while the command runs, so that its job goes into the spool.
spooled_run () {
	mv .roar/objects "$trash/objects" && roar run -q "$@" 2>"$err"
	status=$?
	mv "$trash/objects" .roar/objects
	return $status
}
uids () {
	roar log --all --json | jq -r '.jobs[].job_uid'
}
jobs () {
	uids | wc -l
}

test_case 'a job that cannot be stored waits in .roar/spool, with its exit status' '
	expect_status 3 spooled_run sh -c "cat in >copy; exit 3" &&
	grep "^roar: recorded in the spool: no store at" "$err" &&
	grep "imports it from .*/.roar/spool/[0-9a-f]*.job" "$err" && ls .roar/spool/*.job
'

test_case 'the file is as its format says' '
	python3 - .roar/spool/*.job <<-\END
	import sys
	data = open(sys.argv[1], "rb").read()
	header, body = data.split(b"\n", 1)
	magic, version, size, digest = header.decode().split(" ")
	assert (magic, version) == ("roar-spool", "1") and len(digest) == 64, header
	assert len(body) <= int(size)
	END
'

test_case 'the next command imports it, and says so once' '
	roar log >out 2>"$err" && grep -x "roar: recorded 1 job from the spool" "$err" && ! ls .roar/spool/*.job &&
	roar log >out 2>"$err" && test ! -s "$err" && test "$(jobs)" = 2
'

test_case 'nothing of the job is lost' '
	roar show --json copy >artifact && jq -e ".hashes[0].digest == \"$(b3sum --no-names in)\"" artifact &&
	roar show --json @2 >job &&
	jq -e ".exit.code == 3 and .complete and ([.inputs[].path] | contains([\"in\"]))" job &&
	jq -e "[.outputs[].path] == [\"copy\"]" job && jq -e ".environment and .packages" job && roar fsck
'

test_case 'the same file once more: known, so removed' '
	spooled_run cp in again && cp .roar/spool/*.job "$trash/kept.job" && roar log >out &&
	n=$(jobs) && cp "$trash/kept.job" ".roar/spool/$(uids | tail -n 1).job" && roar log >out 2>"$err" &&
	test ! -s "$err" && test "$(jobs)" = $n && ! ls .roar/spool/*.job
'

test_case 'many, imported by many at once: each once, in order of their ends' '
	n=$(jobs) && mv .roar/objects "$trash/objects" &&
	for i in 1 2 3 4 5 6 7 8; do roar run -q cp in many$i 2>"$err" || exit 1; done
	mv "$trash/objects" .roar/objects && test "$(ls .roar/spool/*.job | wc -l)" = 8 &&
	for i in 1 2 3 4 5 6; do roar log >"$trash/log$i" 2>"$trash/err$i" & done; wait
	test "$(jobs)" = $((n + 8)) && test "$(uids | sort | uniq -d | wc -l)" = 0 &&
	test "$(cat "$trash"/err? | sed -n "s/.*recorded \([0-9]*\) job.*/\1/p" | awk "{ n += \$1 } END { print n }")" = 8 &&
	roar log --all --json | jq -r ".jobs[].argv[-1]" | grep many >order && sort order | cmp - order && roar fsck
'

test_case 'roar run imports what waits before its own job' '
	spooled_run cp in first && roar run cp in second 2>&1 | cat >"$err" && grep "recorded 1 job from the spool" "$err" &&
	roar log --all --json | jq -r ".jobs[-2:][].argv[-1]" >order && test "$(paste -sd, order)" = first,second
'

test_case 'jobs inside a job: both wait, and the outer one has the edges of the inner' '
	spooled_run roar run -q cp in nested && roar log >out 2>"$err" && grep "recorded 2 jobs" "$err" &&
	roar show --json "$(roar log --json | jq -r ".jobs[-1].job_uid")" >outer &&
	jq -e "[.outputs[] | select(.path == \"nested\").via | length] == [32]" outer
'

test_case 'cut off anywhere, or with a byte changed: set aside with a message, and nothing else happens' '
	spooled_run cp in victim && file=$(ls .roar/spool/*.job) && mv $file "$trash/victim.job" &&
	size=$(stat -c %s "$trash/victim.job") && n=$(jobs) &&
	for at in 0 1 10 11 13 40 90 $((size / 2)) $((size - 1))
	do
		head -c $at "$trash/victim.job" >$file && roar status >out 2>"$err" || exit 1
		grep -q "^warning: cannot import .*damaged: spooled job is damaged" "$err" || { cat "$err"; exit 1; }
		test -e $file.damaged && ! test -e $file && rm $file.damaged || exit 1
		python3 -c "
import sys
data = bytearray(open(sys.argv[1], \"rb\").read())
data[int(sys.argv[3])] ^= 4
open(sys.argv[2], \"wb\").write(data)" "$trash/victim.job" $file $at && roar status >out 2>"$err"; status=$?
		test $status = 0 && grep -q "^warning: " "$err" || { echo "byte $at"; cat "$err"; exit 1; }
		rm -f $file $file.damaged
	done; test "$(jobs)" = $n
'

test_case 'a file of a later version stays where it is' '
	file=.roar/spool/later.job && (printf "roar-spool 2 " && tail -c +14 "$trash/victim.job") >$file && roar log >out 2>"$err" &&
	grep "^warning: 1 job in the spool cannot be stored now: .*another version" "$err" && test -e $file && rm $file
'

test_case 'whole again, it is imported' '
	file=.roar/spool/whole.job && cp "$trash/victim.job" $file && roar log >out 2>"$err" &&
	grep "recorded 1 job" "$err" && roar show victim
'

# What a later version of the program would write into the store: that this one must not do WHAT.
needs_newer () {
	python3 -c '
import sys
name, old, new = sys.argv[2].encode(), sys.argv[3].encode(), sys.argv[4].encode()
data = open(sys.argv[1], "rb").read()
assert name + old in data
open(sys.argv[1], "wb").write(data.replace(name + old, name + new))' .roar/objects/gen-000001/data.mdb "$@"
}

test_case 'a store that a newer version wrote: looking things up works, a job waits, and is imported once' '
	n=$(jobs) && needs_newer min_writer 4 5 && expect_status 6 roar run -q sh -c "cat in >newer; exit 6" 2>"$err" &&
	grep "recorded in the spool: .*newer version of roar" "$err" && roar show @1 2>"$err" &&
	grep "^warning: 1 job in the spool cannot be stored now: .*newer version" "$err" && test "$(jobs 2>/dev/null)" = $n &&
	needs_newer min_writer 5 4 && roar log 2>"$err" && grep "recorded 1 job from the spool" "$err" &&
	test "$(jobs)" = $((n + 1)) && roar show newer
'

test_case 'one that this version cannot even read: the same for a job' '
	n=$(jobs) && needs_newer min_reader 4 5 && expect_status 7 roar run -q sh -c "cat in >newest; exit 7" 2>"$err" &&
	grep "recorded in the spool: .*newer version of roar" "$err" && expect_status 128 roar show @1 2>"$err" &&
	grep "^fatal: .*newer version of roar; update roar" "$err" &&
	needs_newer min_reader 5 4 && roar log 2>"$err" && test "$(jobs)" = $((n + 1)) && roar show newest
'

test_case 'a user who may not write to .roar any more' '
	command -v setpriv >/dev/null && test "$(id -u)" = 0 || skip_case "needs root"
	mkdir ../shared && chmod 755 "$trash" "$trash/work" && cd ../shared && project q && echo alpha >in &&
	chown -R 65534 . && chmod 777 "$HOME" && chown -R 0 .roar || exit 1
	setpriv --reuid=65534 --clear-groups roar run -q sh -c "cat in >out; exit 4" 2>"$err"; status=$?; cat "$err"; test $status = 4 &&
	grep "recorded in the spool: .*Permission denied" "$err" && ls "$HOME"/.local/state/roar/spool/*/*.job &&
	ls -l .roar && chown -R 65534 .roar && setpriv --reuid=65534 --clear-groups roar log 2>"$err" &&
	grep "recorded 1 job from the spool" "$err" && setpriv --reuid=65534 --clear-groups roar show out
'

test_done
