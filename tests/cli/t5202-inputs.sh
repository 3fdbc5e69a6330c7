#!/bin/sh
# What something was made from.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo raw >raw.csv && echo p >params && roar run -q -n gen sh -c 'echo gen >gen.csv' &&
	roar run -q -n clean sh -c 'cat raw.csv gen.csv >clean.csv' &&
	roar run -q -n train sh -c 'cat clean.csv params >model' &&
	roar run -q -n eval sh -c 'cat model clean.csv >report' || exit 1

# paths OPTIONS...: of roar inputs, on one line.
paths () { roar inputs -z "$@" | tr '\0' ' '; }

test_case 'where it began: what nobody made, and what was made from nothing' '
	test "$(paths report)" = "gen.csv params raw.csv " && roar inputs report >out &&
	grep -x "raw.csv  blake3:$(b3sum --no-names raw.csv | cut -c1-12)\.\.\." out &&
	grep -x "gen.csv  blake3:$(b3sum --no-names gen.csv | cut -c1-12)\.\.\.  from @1" out
'

test_case 'its own job, all on the way, and what was made or not' '
	test "$(paths --direct report)" = "clean.csv model " &&
	test "$(paths --all report)" = "clean.csv gen.csv model params raw.csv " &&
	test "$(paths --sourced report)" = "gen.csv " && test "$(paths --unsourced report)" = "params raw.csv " &&
	test "$(paths --all --sourced report)" = "clean.csv gen.csv model "
'

test_case 'names of all kinds mean the same' '
	for name in @4 "$(b3sum --no-names report)" "--path report" "--artifact $(b3sum --no-names report)" "--job @4" \
		"--job $(roar show @4 --json | jq -r .job_uid)"
	do test "$(paths $name)" = "gen.csv params raw.csv " || { echo "$name"; return 1; }; done &&
	test "$(paths session:current)" = "gen.csv params raw.csv " && (mkdir -p sub && cd sub && test "$(paths ../model)" = "gen.csv params raw.csv ")
'

test_case 'a source has no inputs' '
	roar inputs raw.csv >out 2>err && test ! -s out && grep "root artifact" err
'

test_case 'JSON' '
	roar inputs --all --json report >out && jq -e ".version == 1 and .target == \"report\" and (.inputs | length) == 5" out &&
	jq -e "[.inputs[] | select(.sourced) | {path, step: .producer.step}] ==
		[{path: \"clean.csv\", step: \"@2\"}, {path: \"gen.csv\", step: \"@1\"}, {path: \"model\", step: \"@3\"}]" out &&
	jq -e "[.inputs[] | select(.path == \"raw.csv\") | .hashes[0].digest] == [\"$(b3sum --no-names raw.csv)\"]" out
'

test_case 'the version that was read counts, not the newest' '
	old=$(b3sum --no-names raw.csv) && echo new >raw.csv && roar run -q -n other cp raw.csv copy &&
	roar inputs --json report | jq -e "[.inputs[] | select(.path == \"raw.csv\") | .hashes[0].digest] == [\"$old\"]"
'

test_case 'code, if it is asked for' '
	printf "cp raw.csv coded\n" >cp.sh && git add cp.sh && git commit -qm code && roar run -q sh cp.sh &&
	test "$(paths coded)" = "raw.csv " && test "$(paths --code coded)" = "cp.sh raw.csv "
'

test_case 'wrong words' '
	expect_status 129 roar inputs 2>err && grep "^usage" err && expect_status 129 roar inputs --direct --all report &&
	expect_status 129 roar inputs --sourced --unsourced report && expect_status 129 roar inputs --path a --job @1 &&
	expect_status 129 roar inputs -z --json report && expect_status 128 roar inputs never 2>err && grep never err
'

test_done
