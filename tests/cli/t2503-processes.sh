#!/bin/sh
# What is recorded of a job's processes, and roar show --processes.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'

project p || exit 1
echo data >in

# last: the newest job's uid
last () {
	roar log --json | jq -r '.jobs[-1].job_uid'
}

# recorded: the payload of its processes
recorded () {
	roar cat-object -p "$(roar cat-object -p "$(roar show --json "job:$(last)" | jq -r .job_oid)" | jq -r .processes_oid)"
}

for tracer in preload ptrace
do
	test_case "$tracer: the tree, and which process used what" "
		rm -f a b c &&
		roar run -q --tracer $tracer sh -c 'cp in a; (cat a >b); sort -o c in a' &&
		roar show --json --processes @1 >shown && jq -c '.processes[] | [.number, .parent, .argv, .exit.code, .read, .written]' shown >got &&
		cat got && cat >expect <<-\\EOF && diff expect got
		[0,null,[\"sh\",\"-c\",\"cp in a; (cat a >b); sort -o c in a\"],0,null,null]
		[1,0,[\"cp\",\"in\",\"a\"],0,[\"in\"],[\"a\"]]
		[2,0,[\"cat\",\"a\"],0,[\"a\"],[\"b\"]]
		[3,0,[\"sort\",\"-o\",\"c\",\"in\",\"a\"],0,[\"a\",\"in\"],[\"c\"]]
		EOF
	"
done

test_case 'for people' '
	roar show @1 --processes >shown && cat shown && grep "^Processes (4):" shown &&
	grep "^ *1 .* exit 0 .* cp in a$" shown && grep -A2 " cp in a$" shown | grep "wrote  a$" &&
	! grep "^Inputs" shown && grep "^Tracer: .* complete .* 4 processes$" shown
'

test_case 'the object is what docs/formats says, and the store is sound' '
	recorded >payload && python3 -c "
import json
text = open(\"payload\", encoding=\"utf-8\").read().rstrip(\"\\n\")
value = json.loads(text)
assert json.dumps(value, sort_keys=True, separators=(\",\", \":\"), ensure_ascii=False) == text
assert [file[\"path\"] for file in value[\"files\"]] == [\"a\", \"b\", \"c\", \"in\"]
assert all(p[\"ended_ns\"] >= p[\"started_ns\"] >= 0 for p in value[\"processes\"])
" && roar fsck
'

test_case 'secrets in the arguments of any process are redacted, those cut off too' '
	token=ghp_$(head -c 27 /dev/zero | base64 | tr / A | cut -c1-36) &&
	roar run -q sh -c "true; env true --token $token; (true) # $token" && recorded >payload &&
	grep "redacted:github-token:" payload && ! grep "$token" payload &&
	long=$(head -c 4082 /dev/zero | tr "\0" x) &&
	roar run -q env true $long $token >/dev/null && recorded >payload && ! grep "ghp_" payload &&
	jq -e ".processes[0] | .argv[0] == \"true\" and (.argv | length) == 2 and .argv_cut" payload
'

test_case 'a path with a token in it' '
	token=ghp_$(head -c 27 /dev/zero | base64 | tr / A | cut -c1-36) && echo x >"$token" &&
	roar run -q cat "$token" >/dev/null && recorded >payload && ! grep "$token" payload &&
	jq -e ".files[0].path | startswith(\"<redacted:github-token:\")" payload && rm "$token"
'

test_case 'a signal, a status, and a program of the parent' '
	roar run -q sh -c "(exit 3); (sh -c \"kill -9 \\\$\\\$\"); true" 2>/dev/null; roar show --json --processes "job:$(last)" >shown &&
	jq -c "[.processes[] | [has(\"argv\"), .exit]]" shown >got && cat got &&
	grep "\[false,{\"code\":3}\]" got && grep "{\"signal\":9}" got &&
	roar show "job:$(last)" --processes | grep " signal 9 " && roar show "job:$(last)" --processes | grep "exit 3 .*(dash)"
'

test_case 'of many processes, the first are shown' '
	roar run -q sh -c "i=0; while test \$i -lt 150; do (true) & i=\$((i + 1)); done; wait" &&
	name=job:$(last) && roar show $name --processes | grep "51 more processes" &&
	roar show $name --processes --all >shown && test $(grep -c "(dash)" shown) = 150 &&
	roar show $name --processes --json | jq -e ".processes | length == 151"
'

test_case 'a large tree is bounded and says so' '
	command -v bash >/dev/null || skip_case "bash is not installed"
	roar run -q bash -c "for ((i = 0; i < 10100; i++)); do (:); done" && recorded >payload &&
	test $(wc -c <payload) -lt 2000000 &&
	jq -e "(.processes | length) == 10000 and .omitted_processes == 101" payload &&
	roar show --json "job:$(last)" | jq -e ".tracing.processes == 10101" &&
	roar show "job:$(last)" --processes | grep "not recorded: 101 processes"
'

test_case 'names of files that are no text' '
	roar run -q sh -c "cat in >$(printf "a\\377")" && recorded | jq -e "[.files[] | .path_b64] | index(\"Yf8=\") != null"
'

test_case 'what waits in the spool keeps its processes' '
	chmod 500 .roar/objects; mv .roar/objects .roar/away && : >.roar/objects
	roar run -q cp in spooled 2>/dev/null; rm .roar/objects && mv .roar/away .roar/objects && chmod 700 .roar/objects
	roar show --json --processes "job:$(last)" | jq -e ".processes[0].argv == [\"cp\", \"in\", \"spooled\"] and .processes[0].written == [\"spooled\"]"
'

test_case 'equal runs share their trees of edges' '
	roar run -q sh -c "cat in in; cat in" >/dev/null && one=$(last) && roar run -q sh -c "cat in in; cat in" >/dev/null && other=$(last) &&
	for job in $one $other
	do
		roar cat-object -p "$(roar show --json job:$job | jq -r .job_oid)" | jq -c .edges
	done | uniq | wc -l >count && grep -x 1 count
'

test_case 'no processes: of something else, or not recorded' '
	expect_status 129 roar show --processes in 2>err && grep "is for a job" err &&
	expect_status 129 roar show --processes 2>err && grep "is for a job" err
'

test_case 'absent and listed paths are dependencies of their own' '
	mkdir -p d && roar run -q sh -c "ls d; cat nowhere; true" >/dev/null 2>&1; name=job:$(last)
	roar show --json --all $name | jq -e "(.listed | map(.path) | index(\"d\") != null) and (.absent | map(.path) | index(\"nowhere\") != null) and (.inputs | map(.path) | index(\"d\") == null)" &&
	roar show $name --all | sed -n "/^absent (/,/^\$/p" | grep "^  nowhere$" &&
	roar show $name --all | sed -n "/^listed (/,/^\$/p" | grep "^  d$" &&
	roar show $name | grep " absent .* listed "
'

test_done
