# Sourced by every tests/*/t*.sh. Runs the real binary; each script gets its own empty directory, kept
# when a case fails. $ROAR_BUILD is the build tree, $SOURCE_DIR the source tree.

set -u
# The test runner leaves its log open; a job that is born with it would have it as an output.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
test_name=$(basename "$0" .sh)
trash=$(mktemp -d "${TMPDIR:-/tmp}/roar-$test_name.XXXXXX")
trash=$(cd "$trash" && pwd -P)
mkdir "$trash/home" "$trash/bin" "$trash/work"
export HOME="$trash/home" LC_ALL=C TZ=UTC
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
# Leaks are looked for in the unit tests; the leak checker cannot run in a traced process.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
for variable in $(env | sed -n 's/^\(ROAR_[A-Z_]*\)=.*/\1/p')
do
	case $variable in
	ROAR_BUILD | ROAR_TEST_*) ;;
	*) unset "$variable" ;;
	esac
done
cd "$trash/work" || exit 1
ln -s "$ROAR_BUILD/porcelain/roar" "$trash/bin/roar"
PATH="$trash/bin:$PATH"
count=0 failed=0 skipped=0

# test_case 'what is true' 'commands joined with &&'
test_case () {
	count=$((count + 1))
	(eval "$2") >"$trash/log.$count" 2>&1
	case $? in
	0)
		echo "ok $count - $1"
		;;
	77)
		echo "ok $count - $1 # SKIP $(tail -n 1 "$trash/log.$count")"
		skipped=$((skipped + 1))
		;;
	*)
		echo "not ok $count - $1"
		sed 's/^/# /' "$trash/log.$count"
		failed=$((failed + 1))
		;;
	esac
}

# skip_case 'why': in a test case that needs something that the machine lacks. The last line of a
# continuous integration run counts these cases, too.
skip_case () {
	echo "$1"
	exit 77
}

# expect_status 128 roar cat-object ...
expect_status () {
	wanted=$1
	shift
	"$@"
	got=$?
	test "$got" -eq "$wanted" || { echo "expected status $wanted, got $got: $*"; return 1; }
}

# skip_all 'why': for a test that needs something that the machine lacks.
skip_all () {
	echo "1..0 # SKIP $1"
	rm -rf "$trash"
	exit 77
}

# project DIR: a git repository with one commit, and roar in it. Leaves us in it.
project () {
	git init -q -b main "$1" && cd "$1" && : >.keep && git add .keep && git commit -qm start &&
		roar init >/dev/null
}

test_done () {
	echo "1..$count"
	test "$failed" -eq 0 || { echo "# left in $trash"; exit 1; }
	chmod -R u+w "$trash" 2>/dev/null
	rm -rf "$trash"
	exit 0
}
