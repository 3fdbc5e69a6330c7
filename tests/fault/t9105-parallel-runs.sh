#!/bin/sh
# 64 runs at once in one project: 64 jobs, each with its own edges, all steps and one chain.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
i=1
while test $i -le 64
do
	echo "content $i" >in$i
	i=$((i + 1))
done

test_case '64 parallel runs' '
	i=1; while test $i -le 64
	do
		roar run -q cp in$i out$i 2>err$i &
		i=$((i + 1))
	done; wait &&
	cat err* >errors && test ! -s errors &&
	roar log --all --json >log && test "$(jq ".jobs | length" log)" = 64 &&
	test "$(jq -r "[.jobs[].step] | unique | length" log)" = 64 &&
	test "$(jq -r "[.jobs[].step[1:] | tonumber] | max" log)" = 64
'

test_case 'each job has its own edges' '
	i=1; while test $i -le 64
	do
		job=$(roar show --json out$i | jq -r ".uses[0].job.job_oid") &&
		roar show --json $job >job &&
		test "$(jq -r "[.inputs[].path, .outputs[].path] | join(\" \")" job)" = "in$i out$i" &&
		test "$(jq -r ".outputs[0].hashes[0].digest" job)" = "$(b3sum --no-names out$i)" || { echo $i; cat job; return 1; }
		i=$((i + 1))
	done
'

test_case 'the chain of the session is whole' '
	id=$(roar resolve HEAD) && n=0 &&
	while previous=$(roar cat-object -p $id | jq -r .previous_oid) && test -n "$previous" && test "$previous" != null
	do
		n=$((n + 1)) id=$previous
	done; test $n = 64 && roar fsck
'

test_done
