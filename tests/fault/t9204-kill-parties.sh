#!/bin/sh
# SIGKILL of any process of a recorded job at random moments: roar, its helpers, the command, its children.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v python3 >/dev/null || skip_all 'python3 is not installed'
rounds=15
test -z "${ROAR_TEST_LONG:-}" || rounds=60
for tracer in preload ptrace
do
	project $tracer || exit 1
	printf '%s\n' '*.[0-9]*' >>.gitignore && git add .gitignore && git -c user.name=t -c user.email=t@example.org commit -qm ignore
	test_case "$tracer: whoever is killed, the others end, and the job is recorded once" '
		python3 "$SOURCE_DIR/tests/fault/kill_parties.py" $tracer $rounds 1'
	cd ..
done
test_done
