#!/bin/sh
# Completion in a real zsh on a terminal.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_completion.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v zsh >/dev/null || skip_all 'zsh is not installed'
completion_project || exit 1
(echo 'autoload -Uz compinit && compinit -D -u'; roar completion zsh) >"$trash/start"

test_case 'commands, options, steps, uids, paths, settings' '
	typed zsh "roar sta^" "roar|status" "roar show @2^" "roar|show|@2" "roar show @B^" "roar|show|@B1" \
		"roar log --re^" "roar|log|--reverse" "roar run --tracer=pt^" "roar|run|--tracer=ptrace" \
		"roar show $(printf %.4s $uid)^" "roar|show|$(printf %.8s $uid)" \
		"roar show thr^x" "roar|show|three|x" "roar show path:thr^" "roar|show|path:three" \
		"roar config set git.dirty_l^tr^" "roar|config|set|git.dirty_locked|true"
'

test_case 'names that a shell could trip over come out as they are' '
	typed zsh "roar show da^q^" "roar|show|data/q\"q" "roar show data/a^" "roar|show|data/a b" \
		"roar show data/i^" "roar|show|data/it'\''s" "roar show data/\\\$^" "roar|show|data/\$(touch owned)" &&
	test ! -e owned
'

test_case 'the command of run completes itself' '
	typed zsh "roar run -q cat thr^" "roar|run|-q|cat|three" "roar run git comm^" "roar|run|git|commit"
'

test_case 'installed as a function of its own name' '
	mkdir "$trash/functions" && roar completion zsh >"$trash/functions/_roar" &&
	echo "fpath=($trash/functions \$fpath); autoload -Uz compinit && compinit -D -u" >"$trash/start" &&
	typed zsh "roar sta^" "roar|status" "roar show @2^" "roar|show|@2"
'

test_case 'outside of a project nothing happens, and nothing is said' '
	cd / && typed zsh "roar show thr^" "roar|show|thr" "roar sta^" "roar|status"
'

test_done
