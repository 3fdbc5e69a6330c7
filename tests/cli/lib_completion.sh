# shellcheck shell=sh
# Sourced by the tests of completion in real shells, after lib.sh: a project with steps, settings and
# names that a shell could trip over. Leaves us in it.

completion_project () {
	project p && mkdir data &&
		roar run -q sh -c 'echo 1 >three; echo 2 >"data/a b"; echo 3 >"data/it'\''s"; echo 4 >"data/\$(touch owned)"; echo 5 >"data/q\"q"' &&
		roar run -q cat three >/dev/null && roar build -q sh -c 'echo 6 >built' || return
	uid=$(roar log --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["jobs"][0]["job_uid"])')
}

# typed SHELL LINE EXPECTED...: pairs of what is typed, where ^ is the tab key, and the words that the
# line becomes, with | between them.
typed () {
	shell=$1
	shift
	: >"$trash/expect"
	count_typed=$#
	while test "$count_typed" -gt 0
	do
		line=$(printf '%s' "$1" | tr '^' '\t')
		printf '%s\n' "$2" >>"$trash/expect"
		shift 2
		set -- "$@" "$line"
		count_typed=$((count_typed - 2))
	done
	python3 "$SOURCE_DIR/tests/cli/type_in_shell.py" "$shell" "$trash/start" "$@" >"$trash/typed" &&
		diff -u "$trash/expect" "$trash/typed"
}
