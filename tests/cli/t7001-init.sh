#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

test_case 'makes a project with a store and a session' '
	mkdir p && cd p && roar init >out &&
	grep -x "Initialized roar in $PWD" out &&
	test -f .roar/objects/CURRENT && test -f .roar/config.toml &&
	roar show | grep "^Session: .*(active)"
'

test_case 'says that without git no commit ties jobs down' '
	grep "not in a git repo" p/out
'

test_case 'does not dirty a git repository' '
	git init -q r && cd r && roar init >out && ! grep "git:" out &&
	test -z "$(git status --porcelain --untracked-files=all | grep -v out)"
'

test_case 'a second init changes nothing' '
	cd p && find .roar -type f -exec b3sum {} + | grep -v lock.mdb >../before &&
	roar init >../out && grep "already exists at" ../out &&
	find .roar -type f -exec b3sum {} + | grep -v lock.mdb >../after && diff ../before ../after
'

test_case 'an interrupted init is completed' '
	mkdir half && cd half && mkdir .roar && roar init >out && grep "^Completed" out &&
	roar status
'

test_case 'the database of the Python tool is left alone' '
	mkdir -p old/.roar && echo data >old/.roar/roar.db && cd old && roar init >out &&
	grep "roar.db: *left as it is" out && echo data | diff - .roar/roar.db
'

test_case '--path names the directory' '
	mkdir there && roar init --path there && test -d there/.roar && test ! -e .roar
'

test_case 'a directory that is not there is fatal' '
	expect_status 128 roar init --path missing 2>err && grep "^fatal: cannot initialize .missing.: No such" err
'

test_case 'operands are a usage error' '
	expect_status 129 roar init here 2>err && grep "takes no operands" err
'

test_done
