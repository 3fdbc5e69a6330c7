#!/bin/sh
# What is on disk against what was recorded of it.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
mkdir data
echo raw >data/raw
roar run -q --hash sha256 sh -c 'sed s/raw/clean/ data/raw >data/clean' || exit 1
roar run -q sh -c 'sed s/clean/fine/ data/clean >fine' || exit 1
roar run -q sh -c 'echo more >>fine' || exit 1

test_case 'all is as recorded' '
	roar verify >out 2>err && test ! -s err && test "$(cat out)" = "3 files as recorded" &&
	roar verify -q >out && test ! -s out && roar verify --all >out && grep "^3 files as" out && rm out err
'

test_case 'one byte, the same size and the same times: it is found, and who is compared with' '
	cp -p data/clean kept && printf C >c && touch -r data/clean stamp &&
	dd if=c of=data/clean conv=notrunc status=none && touch -r stamp data/clean &&
	expect_status 1 roar verify >"$trash/out" && cat "$trash/out" &&
	grep "^changed     data/clean  (as of @2 [0-9a-f]\{8\})$" "$trash/out" &&
	grep "^2 files as recorded, 1 changed$" "$trash/out" && expect_status 1 roar verify -q && cp -p kept data/clean && roar verify
'

test_case 'missing, a directory in its place, not readable' '
	mv fine "$trash/fine" && expect_status 1 roar verify >"$trash/out" && cat "$trash/out" && grep "^missing     fine " "$trash/out" &&
	mkdir fine && expect_status 1 roar verify >"$trash/out" && grep "^changed     fine .*; it is not a regular file)$" "$trash/out" &&
	rmdir fine && ln -s fine fine && expect_status 1 roar verify >"$trash/out" && cat "$trash/out" &&
	grep "^unreadable  fine .*; Too many levels of symbolic links)$" "$trash/out" && rm fine && mv "$trash/fine" fine
'

test_case 'names: a file, a directory, a job, an artifact, a session' '
	roar verify fine | grep "^1 file as recorded$" && roar verify data | grep "^2 files as" &&
	(cd data && roar verify . | grep "^2 files as" && roar verify ../fine raw | grep "^2 files as") &&
	roar verify @1 | grep "^2 files as" && roar verify @1 data | grep "^2 files as" &&
	roar verify "$(b3sum --no-names data/clean)" | grep "^1 file as" &&
	roar verify "sha256:$(sha256sum data/clean | cut -c1-20)" | grep "^1 file as" && roar verify HEAD | grep "^3 files as"
'

test_case 'a job is held to what it left, not to what came later' '
	expect_status 1 roar verify @2 >"$trash/out" && cat "$trash/out" && grep "^changed     fine  (as of @2 " "$trash/out" && roar verify @3
'

test_case 'an earlier entry of a session: what had been left by then' '
	expect_status 1 roar verify HEAD~1 >"$trash/out" && cat "$trash/out" && grep "^changed     fine  (as of @2 " "$trash/out" &&
	roar verify HEAD~2 >"$trash/out" && grep "^2 files as recorded$" "$trash/out"
'

test_case 'directories that hold the project, and other ways to one' '
	for directory in .. / "$trash" .; do roar verify "$directory" >"$trash/out" && grep "^3 files as recorded$" "$trash/out" || exit 1; done
	ln -s data way && roar verify way >"$trash/out" && rm way && grep "^2 files as recorded$" "$trash/out" &&
	mv data "$trash/data" && { expect_status 1 roar verify data >"$trash/out"; status=$?; mv "$trash/data" data; } &&
	test $status = 0 && grep "^0 files as recorded, 2 missing$" "$trash/out" && expect_status 128 roar verify ""
'

test_case 'a directory of which nothing is recorded stands for nothing, as a file does' '
	mkdir -p empty other/deep && echo x >other/deep/x && for name in empty other other/deep empty/ other/deep/x none
	do
		expect_status 128 roar verify "$name" >"$trash/out" 2>"$trash/err" && test ! -s "$trash/out" && grep "^fatal: " "$trash/err" || { echo "$name"; exit 1; }
	done && expect_status 128 roar verify data empty >"$trash/out" 2>"$trash/err" && grep "^fatal: .empty. names nothing to compare: no job has read data below it" "$trash/err" && rm -r empty other
'

test_case 'a job that only looked for the file changes nothing' '
	mv fine "$trash/fine" && roar run -q sh -c "test -e fine || :" && mv "$trash/fine" fine &&
	roar verify fine && roar verify "$(b3sum --no-names fine)" >"$trash/out" && grep "^1 file as recorded$" "$trash/out" && roar pop -y
'

test_case 'content that no file has any more' '
	expect_status 128 roar verify "$(echo fine | b3sum --no-names)" 2>"$trash/err" && cat "$trash/err" &&
	grep "^fatal: no file has the content .* any more: .fine. was overwritten since$" "$trash/err"
'

test_case 'every recorded digest is computed: those of sha256sum and b3sum' '
	roar verify --json >"$trash/out" && jq -e ".same == 3 and .changed == 0 and .version == 1 and (.files | length) == 3" "$trash/out" &&
	jq -r ".files[] | select(.path == \"data/clean\").digests[] | .found" "$trash/out" >"$trash/found" &&
	{ b3sum --no-names data/clean && sha256sum data/clean | cut -d " " -f 1; } | diff - "$trash/found" &&
	echo new >data/raw && expect_status 1 roar verify --json data/raw >"$trash/out" &&
	jq -e ".changed == 1 and .files[0].state == \"changed\" and .files[0].digests[0].recorded != .files[0].digests[0].found" "$trash/out" &&
	echo raw >data/raw && roar verify
'

test_case 'one digest of several that is not right is enough' '
	cp -r .roar "$trash/kept" && artifact=$(roar verify --json fine | jq -r ".files[0].artifact_oid") &&
	printf "{\"algorithm\":\"md5\",\"artifact_oid\":\"%s\",\"digest\":\"%032d\",\"origin\":\"computed\",\"v\":1}" "$artifact" 0 |
	roar hash-object -t digest -w --stdin && { expect_status 1 roar verify fine >"$trash/out"; status=$?; } && cat "$trash/out" &&
	rm -rf .roar && mv "$trash/kept" .roar && test $status = 0 && grep "^changed     fine " "$trash/out" && roar verify
'

test_case 'other sessions, with --all' '
	roar reset -y >/dev/null && roar verify >"$trash/out" && grep "^0 files as" "$trash/out" && roar verify --all >"$trash/out" && grep "^3 files as" "$trash/out"
'

test_case 'names that are none' '
	expect_status 128 roar verify nothing 2>"$trash/err" && grep "nothing" "$trash/err" && expect_status 129 roar verify --all fine &&
	expect_status 129 roar verify -q --json
'

test_done
