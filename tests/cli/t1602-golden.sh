# What plumbing commands print is frozen, in every locale: tests/golden.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/golden/lib.sh"

# Where i is no lower case of I, and a comma stands in numbers.
mkdir ../locales
if localedef -i tr_TR -f UTF-8 ../locales/tr_TR.UTF-8 2>/dev/null
then
	turkish=tr_TR.UTF-8
	LOCPATH=$trash/locales
	export LOCPATH
else
	test_case 'Turkish' 'skip_case "no description of the locale tr_TR"'
	turkish=
fi

is_frozen () {
	golden_run "$command" >"$trash/seen" 2>"$trash/said"
	cat "$trash/said" && diff "$golden/expected/$name" "$trash/seen"
}
check () {
	test_case "$locale: $1" is_frozen
}
TZ=UTC
export TZ LC_ALL
for locale in C POSIX C.UTF-8 $turkish
do
	LC_ALL=$locale
	golden_each check
done
LC_ALL=C

for command in 'cat-object -p @1' 'cat-object --batch-all-objects --batch-check' for-each-ref show-ref 'resolve @1' \
	'reflog show HEAD' 'fsck --json' 'ls-lineage @1' 'hash-file store' 'bundle create - --all' 'verify-pack -v pack'
do
	test_case "a full disk: $command" '
		tar xzf "$golden/store.tar.gz" && echo a >store && roar pack-objects --all pack >/dev/null &&
		expect_status 128 roar $command >/dev/full 2>said && grep "^fatal: " said'
	test_case "nobody reads: $command" '
		tar xzf "$golden/store.tar.gz" && echo a >store && roar pack-objects --all pack >/dev/null &&
		python3 -c "
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
done = subprocess.run(sys.argv[1:], stdout=w, stderr=subprocess.PIPE, restore_signals=True)
print(done)
sys.exit(done.returncode != -13 or done.stderr != b\"\")" roar $command'
done

nothing_unused () {
	for file in "$golden"/expected/*
	do
		grep -q "^$(basename "$file") " "$golden/commands" || { echo "unused: $file" && return 1; }
	done
}
test_case 'no expectation is left over' nothing_unused
test_done
