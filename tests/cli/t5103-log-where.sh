#!/bin/sh
# roar log --where, and parameters.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
roar run -q -n a sh -c 'exit 0' x --lr 0.1 --layers=3 --verbose && roar label set @1 acc=0.95 stage=final || exit 1
roar run -q -n b sh -c 'exit 3' x lr=0.2 -n 5
roar run -q -n c sh -c 'exit 0' x +model.lr=0.1 && roar label set @3 acc=0.5 || exit 1
roar build -q -n d true || exit 1

# where QUERY: the steps that it is true of.
where () {
	roar log --json --where "$1" | jq -r '[.jobs[].step] | join(" ")'
}

# is QUERY STEPS
is () {
	got=$(where "$1") && test "$got" = "$2" || { echo "$1: $got"; return 1; }
}

test_case 'labels, parameters and what the job says' '
	is "label.acc > 0.9" "@1" && is "label.acc" "@1 @3" && is "param.lr" "@1 @2" && is "param.lr = 0.1 or param.model.lr = 0.1" "@1 @3" && is "param.verbose" "@1" &&
	is "exit = 3" "@2" && is "status = fail" "@2" && is "kind = build" "@B1" && is "step = @B1 or step < 2" "@1 @B1" && is "name = b" "@2" && is "command ~ layers" "@1" && is "label.name != b" "@1 @3 @B1" &&
	is "duration < 1h and time > yesterday and ended > yesterday" "@1 @2 @3 @B1" && is "not label.acc" "@2 @B1" && is "branch = main and not dirty and complete and inputs = 0" "@1 @2 @3 @B1" && is "exit > 300" ""
'

test_case 'text, JSON and the newest first; limits count what matches' '
	roar log --where "label.acc" >out && grep -c "@[13]" out | grep -x 2 && grep -x "Job Log (2 jobs)" out && roar log -n 1 --where label.acc >out && grep "@3" out && ! grep "@1" out && grep "the latest 1 job" out &&
	roar log --reverse --where label.acc | sed -n 3p | grep "@3" && roar log --reverse -n 1 --where "exit = 3" | grep "@2" && roar log --where "exit > 300" | grep -x "No log entries found."
'

test_case 'log --json and show have labels and parameters' '
	roar log --json | jq -e ".jobs[0].labels == [{key: \"acc\", value: \"0.95\"}, {key: \"name\", value: \"\\\"a\\\"\"}, {key: \"stage\", value: \"\\\"final\\\"\"}] and (.jobs[3] | has(\"parameters\") | not)" &&
	roar log --json | jq -e ".jobs[0].parameters == [{name: \"lr\", value: \"0.1\"}, {name: \"layers\", value: \"3\"}, {name: \"verbose\", value: \"true\"}]" &&
	roar show --json @1 | jq -e ".parameters[1] == {name: \"layers\", value: \"3\"}" && roar show @1 | grep -x "  layers=3" && ! roar show @B1 | grep Parameters
'

test_case 'a wrong query: 129, line, column and a mark' '
	expect_status 129 roar log --where "exit = 0 and (label.acc > )" >out 2>err && test ! -s out && grep "line 1, column 27: expected a value" err && tail -n 1 err | grep -x "                            ^" &&
	expect_status 129 roar log --where "" && expect_status 129 roar log --where "exit = 0
	and foo = 1" 2>err && grep "line 2, column 6: there is no field .foo.; there are label.KEY" err && expect_status 129 roar log --where "name ~ (" && expect_status 129 roar log --where
'

test_case 'a parameter that is a secret is a placeholder' '
	secret=ghp_$(printf %036d 9 | tr 0 k) && roar run -q -n s sh -c "exit 0" x --token $secret --lr 1 && roar show "HEAD^{job}" | grep "^  token=<redacted:" && roar log --json --where "param.lr = 1" >out && ! grep -F $secret out &&
	is "param.token ~ \"^<redacted:\"" "$(roar log --json -n 1 | jq -r .jobs[0].step)" && ! grep -raF $secret .roar
'

test_case 'no active session' '
	mkdir ../empty && cd ../empty && roar init >/dev/null 2>&1; roar log --where "exit = 0" >out 2>&1; cat out; grep -E "No log entries found|no active session" out
'

test_done
