#!/bin/sh
# roar env: variables for the project's jobs.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
secret=0123456789abcdef0123456789abcdef01234567

variable_of () {
	roar cat-object -p "$1" | jq -r --arg name "$2" '.variables[] | select(.[0] == $name) | .[1]'
}

test_case 'what is set can be listed, got and taken away' '
	roar env set B "two words" 2>err && grep -x "set B=two words" err && roar env set A 1 && roar env list >out && printf "A=1\nB=two words\n" | cmp - out &&
	test "$(roar env get B)" = "two words" && roar env unset A && roar env list | grep -c . | grep -x 1 &&
	expect_status 1 roar env get A && expect_status 1 roar env unset A
'

test_case 'the command gets it, also in the place of what the caller has, and it is recorded' '
	B=other roar run -q sh -c "test \"\$B\" = \"two words\"" && test "$(variable_of @1 B)" = "two words" &&
	roar build -q sh -c "test \"\$B\" = \"two words\"" && test "$(variable_of @B1 B)" = "two words" &&
	roar run -q -n path env PATH="$PATH" true && roar env set PYTHONPATH lib && PYTHONPATH=src roar run -q -n once true &&
	test "$(roar cat-object -p @3 | jq -c "[.variables[] | select(.[0] == \"PYTHONPATH\")]")" = "[[\"PYTHONPATH\",\"lib\"]]"
'

test_case 'a secret is given to the command, and shown and recorded as a placeholder' '
	echo $secret | roar env set WANDB_API_KEY 2>err && grep "^set WANDB_API_KEY=<redacted:wandb-key:" err &&
	roar env list | grep "^WANDB_API_KEY=<redacted:wandb-key:[0-9a-f]*>\$" &&
	roar env list --json | jq -e ".variables[] | select(.name == \"WANDB_API_KEY\") | .secret" &&
	test "$(roar env get WANDB_API_KEY)" = $secret &&
	roar run -q -n secret sh -c "test \"\$WANDB_API_KEY\" = $(printf %s "$secret" | cut -c1-20)\"\"$(printf %s "$secret" | cut -c21-)" &&
	roar show --json --all "$(roar log --json | jq -r .jobs[-1].job_uid)" | grep "<redacted:wandb-key:" &&
	! grep -raF $secret .roar --exclude=config.toml
'

test_case 'the file is for its owner alone, and keeps its comments' '
	test "$(stat -c %a .roar/config.toml)" = 600 && grep "^# Settings of this project" .roar/config.toml && grep -x "\[env\]" .roar/config.toml
'

test_case 'settings may follow, and stay' '
	roar config set git.dirty record && roar env set C 3 && test "$(roar config get git.dirty)" = record && test "$(stat -c %a .roar/config.toml)" = 600
'

test_case 'what cannot be set is refused' '
	for name in 1A "A B" A=B "" ROAR_JOB_ID LD_PRELOAD
	do
		expect_status 129 roar env set "$name" x || exit 1
	done
	expect_status 129 roar env set D </dev/null && expect_status 129 roar env && expect_status 129 roar env get &&
	expect_status 129 roar env set A 1 2 && expect_status 129 roar env get --json A &&
	printf "\n[env]\nX = [1]\n" >../wrong.toml && (project ../w && cp ../wrong.toml .roar/config.toml && expect_status 129 roar env list 2>err && grep "config.toml:3: .env.X. must be a string" err)
'

test_done
