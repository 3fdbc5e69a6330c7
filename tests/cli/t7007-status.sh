#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

test_case 'before the first run' '
	roar status >out && grep "^Git: *main @ .*clean" out && grep "0 run steps" out && grep "nothing has run" out
'

test_case 'after runs: the latest job and the outputs, with what is missing' '
	roar run -q sh -c "echo 1 >a; echo 2 >b" && rm b && roar status >out &&
	grep "1 run step " out && grep "^Artifacts (2, 1 missing):" out &&
	grep "$(b3sum --no-names a | cut -c1-12) .*  a$" out && grep "  b  (missing)$" out
'

test_case 'uncommitted code shows' '
	echo "x = 1" >new.py && roar status | grep "1 uncommitted code file"
'

test_case 'JSON' '
	roar status --json | jq -e "(.outputs | length) == 2 and .git.dirty and .version == 1"
'

test_case 'what a failed run wrote does not replace what a successful one wrote' '
	echo "x = 1" >>.gitignore && git add . && git commit -qm more &&
	roar run -q -n step sh -c "echo good >result" && cp result good &&
	! roar run -q -n step sh -c "echo bad >result; exit 1" &&
	roar status >"$trash/out" && grep "$(b3sum --no-names good | cut -c1-12) .*  result$" "$trash/out"
'

test_case 'of two steps that wrote to one path the later one counts' '
	roar run -q -n one sh -c "echo 1 >both" && roar run -q -n two sh -c "echo 2 >both; echo x >z" &&
	roar status >"$trash/out" && test "$(grep -c "  both$" "$trash/out")" = 1 &&
	grep "$(echo 2 | b3sum --no-names | cut -c1-12) .*  both$" "$trash/out"
'

test_case 'the outputs of the latest twenty steps, or of all' '
	i=0; while test $i -lt 21; do roar run -q sh -c "echo n$i >out$i" || return 1; i=$((i + 1)); done &&
	roar status >"$trash/out" && grep "^Artifacts of the latest 20 steps (20; --all for those of all steps):" "$trash/out" &&
	! grep "  out0$" "$trash/out" && grep "  out20$" "$trash/out" &&
	roar status --all >"$trash/out" && grep "^Artifacts (" "$trash/out" && grep "  out0$" "$trash/out" && grep "  a$" "$trash/out" &&
	roar status --all --json | jq -e ".outputs_of_steps == .run_steps and .latest.step == \"@\(.run_steps)\""
'

test_case 'outside of a project' '
	cd / && expect_status 128 roar status 2>"$trash/err" && grep "not initialized" "$trash/err"
'

test_done
