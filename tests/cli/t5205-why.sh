#!/bin/sh
# Why a file is not what it was before, in one sentence.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
b3 () { b3sum --no-names "$1" | cut -c1-12; }
why () { roar why "$1" | head -n 1; }
answer () { roar why --json "$1" | jq -r .answer; }

echo raw >raw.csv && echo p >params && printf 'cat raw.csv >clean.csv\n' >clean.sh && git add clean.sh && git commit -qm code &&
	train='cat clean.csv params >model' && roar run -q -n clean sh clean.sh && roar run -q -n train sh -c "$train" || exit 1

test_case 'the first version has no before' '
	test "$(answer model)" = first && why model | grep "^model has one recorded version, made by @2 (sh -c" &&
	why raw.csv | grep "one recorded version, which no recorded job made"
'

test_case 'data, two steps away' '
	old=$(b3 model) && echo raw2 >raw.csv && roar run -q -n clean sh clean.sh && roar run -q -n train sh -c "$train" &&
	test "$(why model)" = "model changed because raw.csv changed (@1)." && roar why model >out && cat out &&
	grep "^was  $old  made by @2" out && grep "^is   $(b3 model)  made by @2" out &&
	grep -x "  @1 (sh clean.sh) made clean.csv" out &&
	roar why --json model | jq -e ".first == {kind: \"data\", subject: \"raw.csv\", job_after: .first.job_after} and [.chain[].path] == [\"clean.csv\"]"
'

test_case 'a source was changed by no recorded job' '
	test "$(answer raw.csv)" = outside && why raw.csv | grep "^raw.csv was changed by no recorded job: @1 was the first to find this version"
'

test_case 'code' '
	printf "cat raw.csv raw.csv >clean.csv\n" >clean.sh && git commit -qam double && roar run -q -n clean sh clean.sh &&
	roar run -q -n train sh -c "$train" && test "$(why model)" = "model changed because clean.sh changed (@1)."
'

test_case 'a parameter' '
	roar run -q -n train sh -c "$train; echo more >>model" && why model | grep "^model changed because of another parameter (@2): -c: "
'

test_case 'several things' '
	echo raw3 >raw.csv && roar run -q -n clean sh clean.sh && echo p2 >params && roar run -q -n train sh -c "$train; echo more >>model" &&
	why model | grep "^model changed because raw.csv changed (@1), and 1 other thing\.$"
'

test_case 'the last run before counts, not the last with other words' '
	roar run -q -n train sh -c "$train;  echo more >>model" && echo p3 >params && roar run -q -n train sh -c "$train;  echo more >>model" &&
	why model | grep "^model changed because params changed (@2)"
'

test_case 'an artifact is that version' '
	first=$(printf "raw\np\n" | b3sum --no-names) && roar why --json "$first" | jq -e ".answer == \"first\" and .newest == false" &&
	second=$(printf "raw2\np\n" | b3sum --no-names) && test "$(why "$second")" = "model changed because raw.csv changed (@1)."
'

test_case 'what is on disk now may be another one' '
	cp model kept && echo edited >>model && roar why model | grep "^On disk it is another one by now" && rm model &&
	roar why model | grep "^On disk it is gone" && mv kept model && ! roar why model | grep "^On disk"
'

test_case 'a command that is not deterministic' '
	roar run -q -n random sh -c "head -c 8 /dev/urandom >random" && roar run -q -n random sh -c "head -c 8 /dev/urandom >random" &&
	test "$(answer random)" = unexplained && roar why random >out && grep "^random changed, and nothing that was recorded" out && grep "the command is not deterministic, or it$" out
'

test_case 'a file that a job makes now, and nobody made before' '
	echo 1 >byhand && roar run -q -n reader cp byhand copy && roar run -q -n maker sh -c "echo 2 >byhand" && test "$(answer byhand)" = appeared &&
	why byhand | grep "^byhand was made by @5"
'

test_case 'wrong words' '
	expect_status 129 roar why 2>err && grep "^usage" err && expect_status 129 roar why @1 2>err && grep "roar diff" err && expect_status 128 roar why never
'

test_done
