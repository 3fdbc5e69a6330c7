#!/bin/sh
# The scripts, and completion in a real bash on a terminal.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_completion.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v bash >/dev/null || skip_all 'bash is not installed'

test_case 'each script is printed as it is installed; another shell is refused' '
	for shell in bash fish zsh
	do
		roar completion $shell >"$trash/script" && cmp "$trash/script" "$SOURCE_DIR/porcelain/completion/roar.$shell" || exit 1
	done &&
	expect_status 129 roar completion tcsh 2>"$trash/err" && grep "there are bash, fish and zsh" "$trash/err" &&
	expect_status 129 roar completion 2>"$trash/err" && expect_status 129 roar completion bash zsh 2>"$trash/err"
'

completion_project || exit 1
roar completion bash >"$trash/start"

test_case 'commands, options, steps, uids, paths, settings' '
	typed bash "roar sta^" "roar|status" "roar show @2^" "roar|show|@2" "roar show @B^" "roar|show|@B1" \
		"roar log --re^" "roar|log|--reverse" "roar run --tracer=pt^" "roar|run|--tracer=ptrace" \
		"roar show $(printf %.4s $uid)^" "roar|show|$(printf %.8s $uid)" \
		"roar show job:$(printf %.4s $uid)^" "roar|show|job:$(printf %.8s $uid)" \
		"roar show thr^ x" "roar|show|three|x" "roar show path:thr^" "roar|show|path:three" \
		"roar config set git.dirty_l^ tr^" "roar|config|set|git.dirty_locked|true"
'

test_case 'a directory is gone on with, without a space' '
	typed bash "roar show da^q^" "roar|show|data/q\"q"
'

test_case 'names that a shell could trip over come out as they are' '
	typed bash "roar show data/a^" "roar|show|data/a b" "roar show \"data/a^" "roar|show|data/a b" \
		"roar show data/i^" "roar|show|data/it'\''s" "roar show data/\\\$^" "roar|show|data/\$(touch owned)" &&
	test ! -e owned
'

test_case 'the command of run completes itself' '
	typed bash "roar run -q cat thr^" "roar|run|-q|cat|three" "roar run roar sta^" "roar|run|roar|sta"
'

test_case 'outside of a project nothing happens, and nothing is said' '
	cd / && typed bash "roar show thr^" "roar|show|thr" "roar sta^" "roar|status"
'

test_case 'with the completions of the distribution, those of the command too' '
	test -f /usr/share/bash-completion/bash_completion || skip_case "bash-completion is not installed"
	(echo ". /usr/share/bash-completion/bash_completion"; roar completion bash) >"$trash/start" &&
	typed bash "roar run git statu^" "roar|run|git|status" "roar run cat thr^" "roar|run|cat|three" "roar show @2^" "roar|show|@2"
'

test_done
