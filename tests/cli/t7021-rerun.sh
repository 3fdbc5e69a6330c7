#!/bin/sh
# roar run @N: a step once more.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
mkdir sub
cat >train.sh <<'EOS'
for argument; do printf '[%s]' "$argument"; done >"${OUT:-model.txt}"
EOS
git add train.sh && git commit -qm train || exit 1
printf 'a\n' >data.csv
roar run -q sh train.sh --epochs=10 --name 'two words' &&   # @1
	roar run -q sh -c 'cat data.csv >copy.csv' &&            # @2
	roar run -q cp copy.csv last.csv || exit 1               # @3

jobs_of () {
	roar log --json --all | jq -r ".jobs[] | select(.step == \"$1\") | .job_uid" | wc -l
}

test_case 'a step is run again with the same words, and stays the same step' '
	rm model.txt && before=$(jobs_of @1) && roar run @1 2>err &&
	test "$(cat model.txt)" = "[--epochs=10][--name][two words]" &&
	grep -x "roar: re-running @1: sh train.sh --epochs=10 --name .two words." err &&
	test "$(jobs_of @1)" = $((before + 1)) && roar dag | grep "^Pipeline: 3 steps"
'

test_case 'it runs the code of today' '
	cp train.sh old.sh.txt && echo "echo new >>model.txt" >>train.sh &&
	expect_status 125 roar run @1 2>err && grep "^fatal: run blocked: working tree is dirty" err &&
	roar run -q --allow-dirty @1 && grep new model.txt && git checkout -q train.sh
'

test_case '--key=value edits whole arguments' '
	roar run -q @1 --epochs=20 && test "$(cat model.txt)" = "[--epochs=20][--name][two words]" &&
	roar run -q @1 "--name=x y" --new=1 &&
	test "$(cat model.txt)" = "[--epochs=10][--name][x y][--new=1]" &&
	roar show --json @1 | jq -e ".argv == [\"sh\", \"train.sh\", \"--epochs=10\", \"--name\", \"two words\"]"
'

test_case 'an edited command is the same step only by its name or its outputs' '
	roar run -q -n fit sh train.sh --lr 1 && step=$(roar log --json | jq -r ".jobs[-1].step") &&
	roar run -q $step --lr=2 && test "$(cat model.txt)" = "[--lr][2]" &&
	test "$(roar log --json | jq -r ".jobs[-1].step")" = $step &&
	steps=$(roar dag --json | jq ".nodes | length") &&
	roar run -q @1 --epochs=77 && test "$(roar dag --json | jq ".nodes | length")" = $((steps + 1))
'

test_case 'it starts where the step started, from anywhere in the project' '
	(cd sub && roar run -q sh -c "pwd -P >where.txt") &&
	step=$(roar log --json | jq -r ".jobs[-1].step") && rm sub/where.txt &&
	roar run -q $step && echo "$PWD/sub" | diff - sub/where.txt && test ! -e where.txt &&
	test "$(roar log --json | jq -r ".jobs[-1].step")" = $step &&
	(cd sub && roar run -q @1 && test ! -e model.txt) &&
	rm -r sub && expect_status 125 roar run $step 2>err &&
	grep "^fatal: cannot change to .$PWD/sub.: No such file" err && mkdir sub
'

test_case 'the exit status and the streams are those of the command' '
	expect_status 3 roar run -q sh -c "cat; exit 3" </dev/null &&
	step=$(roar log --json | jq -r ".jobs[-1].step") &&
	echo in >in.txt && expect_status 3 roar run -q $step <in.txt >out.txt && diff in.txt out.txt
'

test_case 'files of the shell that the step had are named' '
	roar run -q sort <data.csv >sorted.csv && step=$(roar log --json | jq -r ".jobs[-1].step") &&
	roar run $step </dev/null 2>err >/dev/null &&
	grep "^roar: it then had data.csv as a standard stream to read" err &&
	grep "^roar: it then had sorted.csv as a standard stream to write" err
'

test_case 'build steps run again as build steps' '
	roar build -q touch built && rm built && roar run -q @b1 && test -e built &&
	roar log --json | jq -e ".jobs[-1].kind == \"build\" and .jobs[-1].step == \"@B1\""
'

test_case 'what it depends on and is stale is named' '
	last () { roar log --json | jq -r ".jobs[-1].step"; } &&
	echo 1 >src.txt && roar run -q cp src.txt a.txt && a=$(last) && roar run -q cp a.txt b.txt &&
	b=$(last) && roar run -q cp b.txt c.txt && c=$(last) &&
	roar run $c 2>err && ! grep "^warning" err &&
	echo 2 >src.txt && roar run -q $a && roar run $b 2>err && ! grep "^warning" err &&
	roar run -q $c && echo 3 >src.txt && roar run -q $a && roar run $c 2>err &&
	grep "^warning: step $c depends on stale steps: $b; run those first" err
'

test_case 'a step that is not there, or no step at all' '
	expect_status 125 roar run @99 2>err && grep "^fatal: the active session has no step @99" err &&
	for word in @ @x @0 @1x @B @-1
	do
		expect_status 125 roar run $word 2>err &&
		grep "^invalid DAG reference .*$word.*; use @N or @BN where N is a number" err || exit 1
	done
'

test_case 'other words after a step are refused, and nothing runs' '
	rm -f model.txt &&
	for word in x --epochs -e=1 --=1
	do
		expect_status 125 roar run @1 $word 2>err &&
		grep "^after a step only --<key>=<value> may stand" err || exit 1
	done && test ! -e model.txt
'

test_case 'an option inside a script is not guessed at' '
	roar run -q sh -c "sh train.sh --deep=1" && step=$(roar log --json | jq -r ".jobs[-1].step") &&
	expect_status 125 roar run $step --deep=2 2>err &&
	grep "^fatal: cannot edit --deep: it is part of the argument" err
'

test_case 'a program whose name begins with @ is run by its path' '
	printf "#!/bin/sh\necho at\n" >@1 && chmod +x @1 && git add @1 && git commit -qm at &&
	test "$(roar run -q ./@1)" = at
'

test_done
