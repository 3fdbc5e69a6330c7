#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

test_case 'outside of a project: nothing, and that is no error' '
	cd / && roar prompt >"$trash/out" 2>&1 && test ! -s "$trash/out" &&
	roar prompt --format "[%s]" >"$trash/out" 2>&1 && test ! -s "$trash/out"
'

project p || exit 1

test_case 'the number of steps, with a mark after a failure' '
	test "$(roar prompt)" = 0 && roar run -q true && roar build -q echo && test "$(roar prompt)" = 2 &&
	! roar run -q false && test "$(roar prompt)" = "3!" && roar run -q true && test "$(roar prompt)" = 3
'

test_case '--format, without a newline of its own' '
	test "$(roar prompt --format " r:%s" | od -An -c | tr -d " \n")" = "r:3" &&
	test "$(roar prompt --format "%s %s")" = "3 %s" && test "$(roar prompt --format plain)" = plain
'

test_case 'git is not asked, and nothing else is started' '
	mkdir "$trash/fake" && printf "#!/bin/sh\ntouch %s/asked\n" "$trash" >"$trash/fake/git" && chmod +x "$trash/fake/git" &&
	PATH="$trash/fake:$PATH" roar prompt && test ! -e "$trash/asked" &&
	PATH="$trash/fake:$PATH" roar status >/dev/null 2>&1; test -e "$trash/asked"
'

test_case 'never an error: no store, a damaged one, a wrong ROAR_DIR' '
	cp -a . ../broken && cd ../broken && for damage in "printf x >.roar/objects/CURRENT" "rm -r .roar/objects" "rm -r .roar"
	do
		eval "$damage" && roar prompt >out 2>&1 && test ! -s out || exit 1
	done &&
	ROAR_DIR=/nowhere roar prompt >out 2>&1 && test ! -s out
'

test_case 'a wrong command line is one' '
	expect_status 129 roar prompt x 2>err && grep "takes no operands" err && expect_status 129 roar prompt --nosuch 2>err
'

test_case 'in the prompt of bash' '
	bash --norc -c "PS1='\''\$(roar prompt --format \"roar:%s\" 2>/dev/null)>'\''; echo \"\${PS1@P}\"" | grep -x "roar:3>"
'

test_done
