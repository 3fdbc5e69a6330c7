#!/bin/sh
# roar label: what people say about sessions, jobs and artifacts.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v python3 >/dev/null || skip_all 'python3 is not installed'
project p || exit 1
printf 'in\nout\n' >.gitignore && git add .gitignore && git commit -qm ignore && echo 1 >in || exit 1
roar run -q -n copy cp in out && roar run -q -n other true || exit 1

document () {
	roar label show --all --json "$@" | jq -cS .document
}

test_case 'values have the types that they look like' '
	roar label set out a=true b=false c=12 d=-3 e=0.50 f=1e3 g=text h=01 i=1.2.3 j= k=-0 l=1e999 m=inf n=12345678901234567890123 o=. &&
	roar label show --json out | python3 -c "
import json, sys
d = json.load(sys.stdin)[\"document\"]
assert d == dict(a=True, b=False, c=12, d=-3, e=0.5, f=1000.0, g=\"text\", h=\"01\", i=\"1.2.3\", j=\"\", k=0, l=\"1e999\", m=\"inf\", n=12345678901234567890123, o=\".\"), d
assert isinstance(d[\"f\"], float) and isinstance(d[\"c\"], int)"
'

test_case 'after := stands JSON, and objects are keys of their own' '
	roar label set session current "x:={\"b\": [1, 2.50, null, \"\\u00e9\"], \"a\": {\"c\": \"1\"}}" y:=\"1\" z:=null &&
	test "$(document session current)" = "{\"x\":{\"a\":{\"c\":\"1\"},\"b\":[1,2.5,null,\"é\"]},\"y\":\"1\",\"z\":null}" &&
	roar label show >out.txt && printf "%s\n" "  x.a.c:=\"1\"" "  x.b:=[1,2.5,null,\"é\"]" "  y:=\"1\"" "  z=null" | sed "s/z=null/z:=null/" >expect && tail -n 4 out.txt | diff expect - &&
	for wrong in "q:=" "q:={" "q:=[1,]" "q:=01" "q:=1 2" "q:={\"a\":1,\"a\":2}" "q:=1e999" "q:=\"\\ud800\""
	do
		expect_status 129 roar label set @1 "$wrong" 2>err && grep "value of .q.: no JSON value at byte" err || exit 1
	done
'

test_case 'what is shown can be set again' '
	roar label show session current | sed -n "s/^  //p" >lines && roar label unset session current x y z && xargs -d "\n" roar label set session current <lines &&
	test "$(document session current)" = "{\"x\":{\"a\":{\"c\":\"1\"},\"b\":[1,2.5,null,\"é\"]},\"y\":\"1\",\"z\":null}"
'

test_case 'each change is a version with the whole document; what changes nothing is none' '
	roar label set @2 acc=0.9 m.f1=1 >told && grep -x "  acc=0.9" told && roar label set @2 m.f2=2 && roar label set @2 acc=0.9 >told && grep "^No change" told &&
	roar label history --json @2 | jq -e ".versions | map(.label_version) == [1, 2, 3] and (.[2].document == {name: \"other\", acc: 0.9, m: {f1: 1, f2: 2}}) and (.[0].document == {name: \"other\"})" &&
	roar label history @2 | grep -x "  + m.f2=2" && test "$(roar reflog refs/labels/$(roar resolve @2) | wc -l)" -eq 3
'

test_case 'a value takes the place of what was at and below its key' '
	roar label set @2 m=7 && test "$(document @2)" = "{\"acc\":0.9,\"m\":7,\"name\":\"other\"}" && roar label set @2 m.deep.er=1 &&
	test "$(document @2)" = "{\"acc\":0.9,\"m\":{\"deep\":{\"er\":1}},\"name\":\"other\"}" && roar label set @2 "m:={}" | grep "^No change" &&
	roar label unset @2 m && test "$(document @2)" = "{\"acc\":0.9,\"name\":\"other\"}"
'

test_case 'a key that is not set: nothing changes' '
	expect_status 1 roar label unset @2 acc none >out.txt 2>err && grep -x "label not set: none" err && test ! -s out.txt && document @2 | grep acc &&
	roar label unset @2 acc && roar label unset @2 name && test "$(document @2)" = "{}" && roar label show @2 | grep -x "  (no labels)"
'

test_case 'targets: step, uid, path, hash, session; with and without a kind' '
	uid=$(roar show --json @1 | jq -r .job_uid) && hash=$(b3sum --no-names out 2>/dev/null || roar hash-file out | cut -c1-64) &&
	roar label set job @1 t=1 && roar label set job $uid t=2 && roar label set $(echo $uid | cut -c1-8) t=3 && document @1 | grep "\"t\":3" &&
	roar label set artifact ./out t=1 && roar label set artifact $hash t=2 && roar label set "$(echo $hash | cut -c1-10)" t=3 && document out | grep "\"t\":3" && document in | grep "\"t\":3" &&
	session=$(roar session list --json | jq -r .sessions[0].session) && roar label set dag current t=1 && roar label set session $session t=2 && roar label set dag $(echo $session | cut -c1-6) t=3 && roar label set HEAD t=4 &&
	document | grep "\"t\":4" && expect_status 129 roar label set job out t=1 2>err && grep "is of type artifact, not job" err &&
	expect_status 128 roar label set artifact nowhere t=1 2>err && expect_status 128 roar label set job @9 t=1 && expect_status 128 roar label set dag 99999999 t=1 &&
	expect_status 129 roar label set "@1^{env}" t=1 2>err && grep "labels are for sessions, jobs, artifacts and composites" err
'

test_case 'cp merges; the source stays, and what is reserved is left out' '
	oid=$(roar resolve out) && before=$(document out) && roar label cp @2 out | grep "^No change" && roar label set @2 u=1 && roar label cp job @2 artifact out && document out | grep "\"u\":1" &&
	test "$(document @2)" = "{\"u\":1}" && roar label cp @2 out | grep "^No change" && expect_status 129 roar label cp @2 && expect_status 129 roar label cp @1 @2 out
'

test_case 'reserved keys are refused, with the reason' '
	for key in roar roar.x tag tag.license attach.a dataset.id dataset.type.x dataset.modality
	do
		expect_status 129 roar label set @1 $key=1 2>err && grep "^reserved label keys cannot be set by hand: .$key. is for " err && expect_status 129 roar label unset @1 $key || exit 1
	done
	expect_status 129 roar label set @1 "dataset:={\"id\":1}" && roar label set @1 dataset.owner=me rows.roar=1 tags=1 && expect_status 129 roar label set @1 "roar:={}"
'

test_case 'keys that are none are refused' '
	for word in x =1 a..b=1 .a=1 a.=1 "a b=1" "a\"=1" "$(printf "a\377=1")" "$(printf "%0256d=1" 0)" "$(printf "v=\377")"
	do
		expect_status 129 roar label set @1 "$word" 2>err || { echo "$word"; exit 1; }
	done
	expect_status 129 roar label set @1 && expect_status 129 roar label set && expect_status 129 roar label && expect_status 129 roar label show a b c && expect_status 129 roar label none @1
'

test_case 'a name of a step is the label name of its job' '
	roar label show --json @1 | jq -e ".document.name == \"copy\"" && roar label history --json @1 | jq -e ".versions[0].document == {name: \"copy\"}"
'

test_case 'shown by show; facts below roar only with --all' '
	roar show @1 | grep -x "  name=copy" && roar show out | grep -x "  u=1" && roar show --session | grep -x "  t=4" &&
	oid=$(roar resolve @2) && new=$(printf "{\"document\":[[\"roar.x\",\"1\"],[\"y\",\"2\"]],\"origin\":\"system\",\"previous_oid\":\"%s\",\"target_oid\":\"%s\",\"v\":1,\"when\":[1,0]}" $(roar resolve refs/labels/$oid) $oid | roar hash-object -w -t label --stdin) &&
	roar update-ref refs/labels/$oid $new && roar show @2 | grep -x "  y=2" && ! roar show @2 | grep roar.x && ! roar label show @2 | grep roar.x && roar label show --all @2 | grep -x "  roar.x=1" && roar show --all @2 | grep -x "  roar.x=1" &&
	expect_status 129 roar label unset @2 roar && roar label cp @2 @1 && ! document @1 | grep roar.x
'

test_case 'two writers at a time lose nothing' '
	writer () { i=0; while test $i -lt 15; do roar label set @1 "w.$1.n$i=$i" >/dev/null || exit 1; i=$((i + 1)); done; } &&
	before=$(roar label history --json @1 | jq ".versions | length") && { writer a & writer b; } && wait && roar label show --json @1 | jq -e ".document.w | (.a | length == 15) and (.b | length == 15)" &&
	test "$(roar label history --json @1 | jq ".versions | length")" -eq $((before + 30))
'

test_case 'a secret is kept as a placeholder' '
	secret=ghp_$(printf %036d 7 | tr 0 k) && roar label set @1 note="see $secret" "list:=[\"$secret\"]" 2>err && grep "warning: the value of .note. holds a secret" err && roar label show @1 | grep "note=see <redacted:github-token:" &&
	document @1 | jq -e ".list[0] | startswith(\"<redacted:\")" && ! grep -raF "$secret" .roar
'

test_case 'gc keeps them, and a bundle carries them' '
	before=$(document @1) && roar gc --prune=now >/dev/null 2>&1 || roar gc >/dev/null; test "$(document @1)" = "$before" && roar fsck && roar bundle create all.bundle --all &&
	project ../q && roar bundle unbundle ../p/all.bundle && uid=$(roar -C ../p show --json @1 | jq -r .job_uid) && test "$(roar label show --all --json job $uid | jq -cS .document)" = "$before" && roar fsck
'

test_case 'the hook reference-transaction may refuse' '
	mkdir -p .roar/hooks && printf "#!/bin/sh\ncat >>refs\nexit 1\n" >.roar/hooks/reference-transaction && chmod +x .roar/hooks/reference-transaction &&
	uid=$(roar -C ../p show --json @1 | jq -r .job_uid) && before=$(document job $uid) && expect_status 128 roar label set job $uid refused=1 2>err && grep "refs/labels/" refs && test "$(document job $uid)" = "$before"
'

test_done
