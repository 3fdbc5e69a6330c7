# Sourced after lib.sh by the tests of the tracer. `test_observe` prints what it saw of a command.

observer="$ROAR_BUILD/tests/test_observe"
cc=${CC:-cc}
# What the tests' expectations depend on is the programs of the distribution.
PATH="$trash/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/go/bin"

# The files that commands of the tests find.
set_up_files () {
	printf 'first\nsecond\n' >in && printf 'other\n' >in2 && ln -s in lnk &&
		mkdir sub t1 t2 && echo 1 >sub/sin && echo 1 >t1/tin && echo 1 >t2/tin
}

# summary FILE: what test_observe printed, on one line: "in:PATH out:PATH tmp:N gap:REASON", sorted.
# Absent and listed are left out; so is the evidence, which depends on the backend.
summary () {
	sed -n -e 's/^input \([^ ]*\).*/in:\1/p' -e 's/^output \([^ ]*\).*/out:\1/p' \
		-e 's/^temporaries /tmp:/p' -e 's/^gap \([^ ]*\).*/gap:\1/p' "$1" | sort | paste -sd ' ' -
}

# observed TRACER EXPECTED COMMAND: runs the shell command in a fresh directory, once as it is and
# once under the tracer. Both must end alike, and the tracer must see what is expected.
observed () {
	rm -rf "$trash/plain" "$trash/traced" && mkdir "$trash/plain" "$trash/traced" || return 1
	(cd "$trash/plain" && set_up_files && eval "${prepare:-:}" && exec sh -c "$3") >"$trash/plain.out" 2>&1
	plain=$?
	(cd "$trash/traced" && set_up_files && eval "${prepare:-:}" &&
		OBSERVED="$trash/seen" && export OBSERVED &&
		eval "exec \"\$observer\" --tracer $1 --root \"\$trash/traced\" $3") >"$trash/traced.out" 2>&1
	traced=$?
	cat "$trash/traced.out" "$trash/seen"
	if test "$plain" -ne "$traced"
	then
		echo "status $traced instead of $plain"
		return 1
	fi
	got=$(summary "$trash/seen")
	if test "$got" != "$2"
	then
		printf 'expected: %s\nobserved: %s\n' "$2" "$got"
		return 1
	fi
}

# both_observe 'what is done' EXPECTED COMMAND: under either backend, in a test case of its own.
both_observe () {
	for tracer in preload ptrace
	do
		one_observes "$tracer" "$1" "$2" "$3"
	done
}

# one_observes TRACER 'what is done' EXPECTED COMMAND
one_observes () {
	what_tracer=$1 what_expected=$3 what_command=$4
	test_case "$1: $2" 'observed "$what_tracer" "$what_expected" "$what_command"'
}
