#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
one=$(roar session list --json | jq -r '.sessions[0].session')
echo 1 >in.txt && roar run -q cp in.txt out.txt && roar run -q cp out.txt last.txt && roar build -q true &&
	roar reset >/dev/null || exit 1
two=$(roar session list --json | jq -r '.sessions[1].session')
roar run -q true

test_case 'list has all sessions, oldest first, and marks the active one' '
	roar session list >out && test $(wc -l <out) = 2 &&
	sed -n 1p out | grep "^  $(printf %.12s $one)  .*  3 jobs, 2 run steps, 1 build step$" &&
	sed -n 2p out | grep "^\* $(printf %.12s $two)  .*  1 job, 1 run step, 0 build steps$" &&
	roar session list --json | jq -e ".version == 1 and .type == \"sessions\" and
		[.sessions[].active] == [false, true] and [.sessions[].jobs] == [3, 1] and
		.sessions[0].run_steps == 2 and .sessions[0].build_steps == 1"
'

test_case 'show shows the active one, or the one that is named' '
	roar session show >out && roar show --session | diff - out &&
	roar session show $one >out && roar show session:$one | diff - out &&
	roar session show session:$one | diff - out && roar session show $(printf %.6s $one) | diff - out &&
	roar session show --json $one | jq -e ".session == \"$one\" and (.jobs | length) == 3"
'

test_case 'use makes one the active session: steps and new jobs are its' '
	roar session use $(printf %.8s $one) >out && echo "Active session: $(printf %.12s $one)" | diff - out &&
	roar show --json @2 | jq -e ".argv[0] == \"cp\"" && roar run -q echo new >/dev/null &&
	roar session list --json | jq -e "[.sessions[].jobs] == [4, 1]" &&
	roar session use $one && roar session use $two && roar show --json @1 | jq -e ".argv == [\"true\"]" &&
	roar fsck
'

test_case 'a name that is none, or of nothing' '
	for name in frob abc "" 00000000000000000000000000000000 session:zz @1
	do
		expect_status 128 roar session use "$name" 2>err || test -z "$name" || exit 1
	done && expect_status 128 roar session show frob 2>err &&
	grep "^fatal: .frob. names no session; give at least 4 digits" err
'

test_case 'the hash is 64 digits that depend on the work alone' '
	roar session hash $one >first && grep -xE "[0-9a-f]{64}" first && roar session hash session:$one | diff first - &&
	roar session use $one && roar session hash | diff first - && roar run -q @1 && roar session hash | diff first - &&
	echo 2 >in.txt && roar run -q @1 && ! roar session hash | diff first - && roar session use $two
'

test_case 'the same work elsewhere has the same hash' '
	roar session use $one && roar session hash >here && cd .. && cp -r p elsewhere && rm -rf elsewhere/.roar && cd elsewhere && roar init >/dev/null &&
	for n in 1 2; do roar run -q cp in.txt out.txt && roar run -q cp out.txt last.txt; done && roar build -q true && roar run -q echo new >/dev/null &&
	roar session hash >there; cd ../p && roar run -q @2 && roar session hash | diff - ../elsewhere/there
'

if command -v python3 >/dev/null
then
	test_case 'somebody else computes the same hash' '
		roar reset && commit=$(git rev-parse HEAD) && printf "caf\303\251 \360\237\246\226 \" \\\\ \t" >name &&
		echo x >"odd file" && roar run -q sh -c "cat \"odd file\" >o; : \"\$(cat name)\"" &&
		roar run -q cp o "$(cat name)" && roar run -q printf "%s" "a\\b" "it'\''s" "" >/dev/null &&
		cat >check.py <<-\EOF &&
		import hashlib, json, shlex, subprocess, sys
		def show(name):
		    return json.loads(subprocess.check_output(["roar", "show", "--json", name]))
		def files(edges):
		    out = [{"hash": f["hashes"][0]["digest"], "path": f["path"]} for f in edges]
		    return sorted(out, key=lambda f: (f["hash"], f["path"]))
		jobs = []
		for number in (1, 2, 3):
		    job = show("@%d" % number)
		    data = [f for f in job["inputs"] if f["class"] == "data"]
		    jobs.append({"command": shlex.join(job["argv"]), "job_type": "run", "step_number": number,
		                 "parent_step_number": None, "metadata": {}, "inputs": files(data),
		                 "outputs": files(job["outputs"])})
		text = json.dumps({"canonical_version": 1, "creator_identity": "anonymous",
		                   "git": {"repo": None, "commit": sys.argv[1], "branch": "main"}, "jobs": jobs},
		                  sort_keys=True, separators=(",", ":"))
		print(hashlib.sha256(text.encode()).hexdigest())
		EOF
		python3 check.py $commit >expect && roar session hash | diff expect -
	'
fi

test_case 'wrong operands are a usage error' '
	for operands in "" frob use "list x" "show a b" "hash --json" "use --json a"
	do
		expect_status 129 roar session $operands 2>err && grep "^usage: roar session" err || exit 1
	done
'

test_done
