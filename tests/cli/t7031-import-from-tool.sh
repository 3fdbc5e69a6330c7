#!/bin/sh
# roar import roar-db, from a database that the older roar writes here and now. It must be importable
# as the Python module `roar`, by $ROAR_TEST_PYTHON if that is set.

. "$SOURCE_DIR/tests/cli/lib.sh"

python=${ROAR_TEST_PYTHON:-python3}
"$python" -c 'import roar.__main__' 2>/dev/null || skip_all 'there is no older roar: no Python module "roar"'
command -v jq >/dev/null || skip_all 'jq is not installed'
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'

# Not below a temporary directory: it would take all files there for temporary ones.
base=$(mktemp -d "$SOURCE_DIR/build/import.XXXXXX") || exit 1
trap 'rm -rf "$base"' EXIT
git init -q -b main "$base/p" && cd "$base/p" || exit 1
printf '.roar/\n*.csv\n' >.gitignore && echo 'sort data.csv >sorted.csv' >sort.sh && printf 'b\na\n' >data.csv
git config --global user.name A && git config --global user.email a@example.org && git add . && git commit -qm start
old () {
	"$python" -m roar "$@" </dev/null >>"$trash/old.log" 2>&1
}
old init -y && old run --tracer ptrace sh sort.sh && old run -n again sh sort.sh --token ghp_16C7e42F292c6912E7710c838347Ae178B4a &&
	old label set job @1 owner=alice || { cat "$trash/old.log"; exit 1; }

test_case 'this one works beside it, and it goes on' '
	roar init && roar run -q true && test "$(roar log --json | jq ".jobs | length")" = 1 && old run true
'

test_case 'all of its jobs come over' '
	roar import roar-db && sqlite3 .roar/roar.db "select job_uid from jobs" >"$trash/uids" && test "$(wc -l <"$trash/uids")" -ge 3 &&
	while read -r uid; do roar show --json "$uid" | jq -e ".tracing.backend == \"imported\"" || exit 1; done <"$trash/uids"
'

test_case 'it still reads its database' '
	old status && old log
'

test_case 'what it writes later comes with the next import' '
	old run echo later && roar import roar-db 2>"$trash/err" &&
	grep "imported 0 sessions, 1 job, " "$trash/err"
'

test_done
