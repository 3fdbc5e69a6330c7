#!/bin/sh
# Facts without a record: what roar trace prints, and that the command is left alone.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v python3 >/dev/null || skip_all 'python3 is not installed'

echo data >in

# paths_of KIND FILE: below this directory, relative to it, sorted, on one line
paths_of () {
	jq -r --arg kind "$1" --arg here "$PWD/" \
		'select(.kind == $kind) | .path | select(startswith($here)) | ltrimstr($here)' "$2" |
		sort | paste -sd ' ' -
}

# has FILE FILTER: whether that is true of one of its lines. $here is this directory.
has () {
	jq -en --arg here "$PWD/" "any(inputs; $2)" "$1"
}

for tracer in preload ptrace
do
	test_case "$tracer: inputs, outputs, absent and listed" "
		mkdir -p d && rm -f out &&
		roar trace --tracer $tracer -o facts sh -c 'cat in >out; ls d; ! cat nowhere' &&
		test \"\$(paths_of input facts)\" = in && test \"\$(paths_of output facts)\" = out &&
		test \"\$(paths_of listed facts)\" = d &&
		paths_of absent facts | grep -w nowhere &&
		has facts '.type == \"trace\" and .version == 1 and .backend == \"$tracer\" and .argv[0] == \"sh\"' &&
		has facts '.type == \"end\" and .complete and .dropped == 0 and .exit == {code: 0}'
	"
	test_case "$tracer: processes and their parents" "
		roar trace --tracer $tracer -o facts sh -c 'sh -c \"cat in; true\"; true' &&
		jq -c 'select(.type == \"process\") | [.number, .parent, (.executable | split(\"/\")[-1])]' facts >got &&
		cat got && printf '%s\\n' '[0,null,\"dash\"]' '[1,0,\"dash\"]' '[2,1,\"cat\"]' | diff - got
	"
done

test_case 'stamps are those of stat' '
	roar trace -o facts cp in out2 &&
	for file in in out2
	do
		jq -r --arg path "$PWD/$file" "select(.path == \$path and .stamp != null) |
			[.stamp.device, .stamp.inode, .stamp.size, .stamp.modified[0], .stamp.changed[0], .mode] | map(tostring) | join(\" \")" facts >got &&
		stat -c "%d %i %s %Y %Z %f" $file | while read -r device inode size modified changed mode
		do
			echo "$device $inode $size $modified $changed $((0x$mode))"
		done | diff - got || return 1
	done
'

test_case 'what was replaced, where bytes still are, and where they are not' '
	echo one >old && echo two >gone &&
	roar trace -o facts sh -c "cat old; mv old moved; cat gone; rm gone; echo 1 >in" &&
	has facts ".kind == \"input\" and .path == \$here + \"old\" and .available_at == \$here + \"moved\"" &&
	has facts ".kind == \"input\" and .path == \$here + \"gone\" and .available_at == null" &&
	has facts ".kind == \"output\" and .path == \$here + \"in\" and .before.size == 5"
'

test_case 'every line is canonical JSON, the first and the last are what they should be' '
	roar trace -o facts ls &&
	python3 -c "
import json
lines = open(\"facts\", \"rb\").read().split(b\"\\n\")
assert lines.pop() == b\"\"
for line in lines:
    value = json.loads(line)
    assert json.dumps(value, sort_keys=True, separators=(\",\", \":\"), ensure_ascii=False).encode() == line
types = [json.loads(line)[\"type\"] for line in lines]
assert types[0] == \"trace\" and types[-1] == \"end\" and types == sorted(types, key=[\"trace\", \"access\", \"process\", \"gap\", \"end\"].index)
"
'

test_case 'hostile names' '
	python3 - <<-\EOF &&
	import base64, json, os, subprocess
	names = [b"a\xff\xfe", b"new\nline", b"\"quote\\", b"tab\t", "\u00e9\u2028".encode()]
	for name in names:
	    open(name, "wb").write(b"x")
	subprocess.run([b"roar", b"trace", b"-o", b"facts", b"cat", b"--"] + names, check=True, stdout=subprocess.DEVNULL)
	facts = [json.loads(line) for line in open("facts", encoding="utf-8").read().split("\n")[:-1]]
	here = os.getcwdb() + b"/"
	got = set()
	for fact in facts:
	    if fact.get("kind") == "input":
	        path = base64.b64decode(fact["path_b64"]) if "path_b64" in fact else fact["path"].encode()
	        if path.startswith(here):
	            got.add(path[len(here):])
	assert got == set(names), got
	argv = [base64.b64decode(w["b64"]) if isinstance(w, dict) else w.encode() for w in facts[0]["argv"]]
	assert argv == [b"cat", b"--"] + names, argv
	EOF
	true
'

test_case 'a time and an inode that numbers cannot hold' '
	touch -d @99999999999999999 far 2>/dev/null
	roar trace -o facts cat far && test "$(paths_of input facts)" = far
'

test_case 'the streams are those of the command' '
	printf "in\n" | roar trace -o facts sh -c "cat; echo err >&2" >stdout 2>stderr &&
	echo in | diff - stdout && echo err | diff - stderr
'

test_case 'without a file, on standard error and after the command' '
	roar trace sh -c "echo said; echo warned >&2" >stdout 2>stderr && echo said | diff - stdout &&
	head -1 stderr | grep -x warned && sed -n 2p stderr | jq -e ".type == \"trace\"" &&
	tail -1 stderr | jq -e ".type == \"end\""
'

test_case 'a descriptor of the caller, which the command does not have' '
	roar trace --fd 7 sh -c "test ! -e /proc/self/fd/7 && cat in" 7>facts >stdout &&
	diff in stdout && tail -1 facts | jq -e .complete &&
	test "$(paths_of output facts)" = stdout
'

test_case 'no project, no store, nothing left behind' '
	mkdir empty && cd empty && roar trace --fd 3 true 3>/dev/null && test -z "$(ls -A)" &&
	test -z "$(ls -A "$HOME")"
'

test_case 'in a job, which is told that it does not hear of the command' '
	project q && echo data >in && for tracer in preload ptrace
	do
		roar run -q --tracer $tracer sh -c "roar trace --tracer preload -o ../facts cp in out.$tracer; true" && cmp in out.$tracer &&
		roar show --json "job:$(roar log --json | jq -r ".jobs[-1].job_uid")" >job &&
		jq -e "(.tracing.gaps | map(.reason) | index(\"inner-tracer\") != null) or (.outputs | map(.path) | index(\"out.$tracer\") != null)" job || return 1
	done
'

test_case 'the status is the command'\''s' '
	for status in 0 1 3 125 126 127 128 255
	do
		expect_status $status roar trace -o facts sh -c "exit $status" || return 1
		tail -1 facts | jq -e ".exit.code == $status" || return 1
	done
'

test_case 'dies of the signal that ended the command, with the facts' '
	sh -c "roar trace -o facts sh -c \"kill -TERM \\\$\\\$\"; echo \$?" >status 2>/dev/null; grep -x 143 status &&
	tail -1 facts | jq -e ".exit == {signal: 15}"
'

test_case 'what was not started' '
	expect_status 127 roar trace -o facts nosuchcommand 2>err && grep "not found" err &&
	: >plain && expect_status 126 roar trace -o facts ./plain 2>err && test ! -s facts &&
	expect_status 125 roar trace 2>err && grep "no command given" err &&
	expect_status 125 roar trace --tracer none true 2>err && grep "there are auto, preload and ptrace" err &&
	expect_status 125 roar trace -o nowhere/facts touch started 2>err && grep "cannot open .nowhere/facts.: No such file" err &&
	expect_status 125 roar trace --fd 7 touch started 2>err && grep "descriptor 7" err &&
	expect_status 125 roar trace --fd -1 touch started && expect_status 125 roar trace --fd 3x touch started &&
	expect_status 125 roar trace --fd 2 -o facts touch started && test ! -e started
'

test_case 'facts that cannot be written do not change the status' '
	test -e /dev/full && expect_status 3 roar trace -o /dev/full sh -c "exit 3" 2>err &&
	grep "cannot write to ./dev/full.: No space left" err &&
	{ { roar trace --fd 7 sh -c "exit 3" 2>err; echo $? >status; } 7>&1 | :; } && grep -x 3 status
'

test_done
