# The tracer for an ordinary user, from an installation, and inside itself.

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_observe.sh"

# As installed: the library is found from the program.
mkdir -p "$trash/usr/bin" "$trash/usr/lib/roar" &&
	cp "$observer" "$trash/usr/bin/" &&
	cp "$ROAR_BUILD/tracer/preload/libroar-preload.so" "$trash/usr/lib/roar/"
observer="$trash/usr/bin/test_observe"
chmod 755 "$trash" "$trash/work" && mkdir "$trash/theirs" && chmod 777 "$trash/theirs"
cd "$trash/theirs" && echo data >in

as_user=
if test "$(id -u)" -eq 0
then
	as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi
no_privileges () {
	$as_user env OBSERVED="$trash/theirs/seen" "$observer" "$@"
}

for tracer in preload ptrace
do
	test_case "$tracer: an ordinary user" '
		no_privileges --tracer $tracer sh -c "cat in >out.$tracer" && cat seen &&
		grep "^input $PWD/in" seen && grep "^output $PWD/out.$tracer" seen &&
		grep "^complete" seen'
	test_case "$tracer: what may not be read is no input" '
		: >secret && chmod 600 secret && { test "$(id -u)" -ne 0 ||
			{ no_privileges --tracer $tracer sh -c "cat secret; :" && ! grep secret seen; }; }'
	test_case "$tracer: a program that would gain privileges is a gap" '
		cp /bin/cat setuid.$tracer && chmod 4755 setuid.$tracer && { test "$(id -u)" -ne 0 || {
			no_privileges --tracer $tracer sh -c "./setuid.$tracer in >/dev/null; :" &&
			cat seen && grep "^gap set-user-id $PWD/setuid.$tracer 1" seen; }; }'
	test_case "$tracer: a set-user-id program works under auto" '
		no_privileges ./setuid.$tracer in | grep data'
	test_case "$tracer: little address space, small files, few descriptors" '
		(ulimit -f 4096 && ulimit -n 20 && no_privileges --tracer $tracer cat in | grep data)'
	test_case "$tracer around auto: both see the inner job end" '
		no_privileges --tracer $tracer env OBSERVED="$trash/theirs/inner" "$observer" cat in |
			grep data && cat inner && grep "^input $PWD/in read" inner &&
		grep "^exit 0 signal 0" inner && grep "^process .*test_observe" seen'
done
test_case 'there is one tracer at a time: ptrace inside ptrace is refused before it starts' '
	expect_status 125 no_privileges --tracer ptrace "$observer" --tracer ptrace touch started &&
	test ! -e started'
test_case 'preload: an inner job is its own' '
	no_privileges --tracer preload env OBSERVED="$trash/theirs/inner" \
		"$observer" --tracer preload cat in && grep "^input $PWD/in read" inner &&
	grep "^complete" inner && ! grep "$PWD/in" seen && grep "^complete" seen'

test_done
