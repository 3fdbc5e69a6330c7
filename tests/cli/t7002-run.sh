#!/bin/sh
# The main job, from outside: what `roar run` keeps as it was, and what it records.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

project p || exit 1
echo alpha >in
work=$PWD

# inputs_of @1: the paths of its inputs, sorted, on one line
inputs_of () {
	roar show --json "$1" | jq -r '[.inputs[].path] | sort | join(" ")'
}
outputs_of () {
	roar show --json "$1" | jq -r '[.outputs[].path] | sort | join(" ")'
}

test_case 'records what was read and written' '
	roar run cp in out 2>err && cmp in out &&
	test "$(inputs_of @1)" = in && test "$(outputs_of @1)" = out
'

test_case 'the report is short, last and on standard error' '
	roar run cp in out >out.txt 2>/dev/null && test ! -s out.txt &&
	roar run sh -c "echo said; echo warned >&2" 2>&1 >stdout | cat >stderr &&
	echo said | diff - stdout &&
	head -1 stderr | grep -x warned &&
	test "$(grep -c . stderr)" -le 4 && tail -1 stderr | grep "^roar: done"
'

test_case 'quiet says nothing' '
	roar run -q true 2>&1 | cat >all && test ! -s all
'

test_case 'verbose lists files, twice verbose all of them' '
	roar run -v cp in out 2>&1 | cat >all && grep "read  in" all && grep "wrote out" all &&
	! grep libc all &&
	roar run -vv cp in out 2>&1 | cat >all && grep "libc.so.6  (system)" all
'

test_case 'quiet and verbose exclude each other' '
	expect_status 125 roar run -q -v true 2>err && grep "cannot combine" err
'

test_case 'the exit status is the command'\''s' '
	for status in 0 1 3 125 126 127 255
	do
		expect_status $status roar run -q sh -c "exit $status" || return 1
	done
'

test_case 'dies of the signal that ended the command' '
	sh -c "roar run -q sh -c \"kill -TERM \\\$\\\$\"; echo \$?" >status 2>/dev/null; grep -x 143 status &&
	roar show --json "$(roar log --json | jq -r ".jobs[-1].job_uid")" | jq -e ".exit.signal == 15"
'

test_case 'a command that is not there is 127 and no job' '
	before=$(roar log --all --json | jq ".jobs | length") &&
	expect_status 127 roar run no-such-command 2>err && grep "no-such-command" err &&
	: >plain && expect_status 126 roar run ./plain 2>err && grep plain err &&
	test "$(roar log --all --json | jq ".jobs | length")" = "$before"
'

test_case 'a failed command is recorded with its status' '
	expect_status 3 roar run -q sh -c "cat in >partial; exit 3" &&
	roar show --json partial | jq -e ".uses[0].job.exit.code == 3"
'

test_case 'what the shell opens for the command counts' '
	roar run -q cat <in >copy && roar show --json copy >shown &&
	jq -e ".uses[0].role == \"output\"" shown &&
	job=$(jq -r ".uses[0].job.job_oid" shown) &&
	test "$(inputs_of $job)" = in
'

test_case 'a log is no output' '
	roar run -q sh -c "echo x" >>appended.log 2>&1 &&
	! roar show appended.log 2>err && grep "no job read or wrote" err
'

test_case 'both tracers see a redirection inside a shell' '
	for tracer in preload ptrace
	do
		roar run -q --tracer $tracer bash -c "echo $tracer > redirected-$tracer" &&
		roar show --json redirected-$tracer | jq -e ".uses[0].role == \"output\"" || return 1
	done
'

test_case 'an output that is written with the same bytes is unchanged' '
	roar run -q cp in same && touch -d "1 hour ago" in && roar run -q cat same &&
	roar run -q cp in same &&
	roar show --json @$(roar log --json | jq -r ".jobs[-1].step" | tr -d @) |
	jq -e ".outputs[0].path == \"same\""
'

test_case 'digests: more with --hash, only those with --hash-only, none unknown' '
	roar run -q --hash sha256 cp in hashed && roar show --json hashed >shown &&
	test "$(jq -r ".hashes[] | select(.algorithm == \"sha256\").digest" shown)" = "$(sha256sum <hashed | cut -d" " -f1)" &&
	test "$(jq -r ".hashes[] | select(.algorithm == \"blake3\").digest" shown)" = "$(b3sum --no-names hashed)" &&
	echo only >only.txt && roar run -q --hash-only md5 cp only.txt only.out &&
	job=$(roar show --json only.out | jq -r ".uses[0].job.job_oid") &&
	test "$(roar show --json $job | jq -r "[.outputs[0].hashes[].algorithm] | join(\" \")")" = md5 &&
	expect_status 125 roar run --hash crc32 touch never 2>err && grep "invalid hash algorithm: .crc32" err &&
	test ! -e never
'

test_case 'a name names the step, and a second run of it is the same step' '
	roar run -q -n first cp in named && roar run -q -n first cp in named2 &&
	test "$(roar log --json | jq -r "[.jobs[-1].step, .jobs[-2].step] | unique | length")" = 1
'

test_case 'ROAR_JOB_ID is the uid of the job' '
	roar run -q sh -c "printf %s \$ROAR_JOB_ID >uid" &&
	roar show --json job:$(cat uid) | jq -e --arg uid "$(cat uid)" ".job_uid == \$uid"
'

test_case 'roar run inside roar run: the inner job has the edges, the outer one has them via it' '
	roar run -q sh -c "roar run -q cp in nested" &&
	roar show --json nested >shown && test "$(jq ".uses | length" shown)" = 2 &&
	inner=$(jq -r ".uses[0].job.job_uid" shown) && outer=$(jq -r ".uses[1].job.job_uid" shown) &&
	roar show --json job:$inner | jq -e --arg outer $outer ".parent_uid == \$outer" &&
	roar show --json job:$outer | jq -e --arg inner $inner ".outputs[0].via == \$inner" &&
	test "$(inputs_of job:$outer)" = in &&
	roar show --json job:$outer | jq -e ".tracing.complete"
'

test_case 'roar run of another project inside roar run: the outer job says what it does not know' '
	(cd .. && project other && echo data >in && git add in && git commit -qm other) &&
	roar run -q sh -c "cp in before; cd ../other && roar run -q cp in out" && cmp ../other/in ../other/out &&
	uid=$(roar log --json | jq -r ".jobs[-1].job_uid") && roar show --json job:$uid >job &&
	jq -e --arg other "$(cd ../other && pwd -P)" ".tracing.gaps == [
		{count: 1, program: \$other, reason: \"other-project\"}]" job &&
	test "$(jq -r ".outputs[].path" job)" = before &&
	inner=$(cd ../other && roar log --json | jq -r ".jobs[-1].job_uid") &&
	(cd ../other && roar show --json job:$inner) | jq -e ".tracing.complete and .outputs[0].path == \"out\""
'

test_case 'paths are bytes' '
	name=$(printf "new\nline") && cp in "$name" && roar run -q cp "$name" "quo\"te" &&
	roar show "quo\"te" | grep "^Path: *\"quo" &&
	bad=$(printf "bad\377name") && roar run -q cp in "$bad" &&
	roar show --json "path:$bad" | jq -e ".path_b64 == \"$(printf %s "$bad" | base64)\""
'

test_case 'a path of 4,095 bytes' '
	deep=$(printf "%0250d" 0) && dir=$work/deep &&
	mkdir "$dir" && cd "$dir" &&
	while test $((${#PWD} + 252)) -lt 3900; do mkdir $deep && cd -P $deep || return 1; done &&
	left=$((4095 - ${#PWD} - 1)) && while test $left -gt 250; do
		mkdir $(printf "%0100d" 0) && cd -P $(printf "%0100d" 0) && left=$((4095 - ${#PWD} - 1)) || return 1
	done &&
	name=$(printf "%0${left}d" 0) && path=$PWD/$name && test ${#path} = 4095 &&
	roar run -q sh -c "echo x >$name" &&
	roar show --json "path:$name" | jq -e ".uses[0].role == \"output\""
'

test_case 'a dirty tree is refused with the fix, before anything runs' '
	echo "print(1)" >new.py && expect_status 125 roar run touch never 2>err &&
	test ! -e never && grep "working tree is dirty" err && grep "untracked code: new.py" err &&
	grep "git add new.py" err && grep "roar run --allow-dirty touch never" err &&
	roar run -q --allow-dirty true &&
	roar show --json "$(roar log --json | jq -r ".jobs[-1].job_uid")" | jq -e ".git.dirty" &&
	git add new.py && git commit -qm new && roar run -q true &&
	roar show --json "$(roar log --json | jq -r ".jobs[-1].job_uid")" | jq -e ".git.dirty | not"
'

test_case 'untracked data and known outputs do not make it dirty' '
	echo 1 >fresh.csv && roar run -q sh -c "echo \"x = 1\" >generated.py" && roar run -q true
'

test_case 'a locked policy cannot be loosened by a flag' '
	printf "[git]\ndirty = \"refuse\"\ndirty_locked = true\n" >roar.toml && git add roar.toml &&
	git commit -qm lock && echo 2 >more.py &&
	expect_status 125 roar run --allow-dirty true 2>err && grep "git.dirty_locked" err &&
	rm more.py && git rm -q roar.toml && git commit -qm unlock
'

test_case 'runs from a sub-directory, and outside of a project not at all' '
	mkdir -p sub && cd sub && roar run -q cp ../in below && roar show --json below | jq -e ".path == \"sub/below\"" &&
	cd / && expect_status 125 roar run true 2>"$trash/err" && grep "not initialized" "$trash/err"
'

test_case 'no descriptor of ours reaches the command' '
	roar run -q ls -l /proc/self/fd >fds && ! grep -E "mdb|\.roar|memfd" fds
'

test_case 'credential files are counted and never listed' '
	echo secret >.netrc && roar run -q cat .netrc >/dev/null &&
	roar show --json --all "$(roar log --json | jq -r ".jobs[-1].job_uid")" >shown &&
	! jq -c ".inputs, .outputs, .absent, .listed" shown | grep netrc && jq -e ".tracing.credentials == 1" shown
'

test_done
