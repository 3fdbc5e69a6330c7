#!/bin/sh
# Completion in a real fish.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_completion.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
command -v fish >/dev/null || skip_all 'fish is not installed'
completion_project || exit 1
roar completion fish >"$trash/roar.fish"

# in_fish LINE: the candidates and their descriptions.
in_fish () {
	fish --no-config -c "source '$trash/roar.fish'; complete -C '$1'" 2>"$trash/err" && test ! -s "$trash/err"
}

test_case 'commands, options, steps, uids, paths, settings' '
	in_fish "roar sta" >out && grep -x "status	show where the session stands" out &&
	in_fish "roar show @" >out && grep "^@1	" out && grep "^@B1	sh -c" out &&
	in_fish "roar log --re" >out && grep "^--reverse	the newest first" out &&
	in_fish "roar run --tracer=pt" >out && grep "^--tracer=ptrace" out &&
	in_fish "roar show $(printf %.4s $uid)" >out && grep "^$(printf %.8s $uid)	job" out &&
	in_fish "roar show th" >out && grep -x "three	*" out && in_fish "roar show da" >out && grep "^data/" out &&
	in_fish "roar config set git.dirty_locked " >out && grep "^true" out && grep "^false" out
'

test_case 'names that a shell could trip over come out as they are' '
	in_fish "roar show data/" >out && grep "^data/a b	*$" out && grep "^data/it.s	*$" out && grep -F "data/\$(touch owned)" out &&
	test ! -e owned
'

test_case 'the command of run completes itself' '
	in_fish "roar run cat thr" >out && grep "^three" out && in_fish "roar run -q roar sta" >out && grep "^status" out
'

test_case 'outside of a project nothing happens, and nothing is said' '
	cd / && in_fish "roar show thr" >"$trash/out"; test ! -s "$trash/out" && test ! -s "$trash/err"
'

test_done
