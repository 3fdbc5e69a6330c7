#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo alpha >in
roar run -q cp in out || exit 1

test_case 'prints full ids, in the order of the names' '
	roar resolve @1 out HEAD >ids && test "$(grep -cE "^[0-9a-f]{64}$" ids)" = 3 &&
	test "$(sed -n 1p ids)" = "$(roar show --json @1 | jq -r .job_oid)" &&
	test "$(sed -n 2p ids)" = "$(roar show --json out | jq -r .artifact_oid)"
'

test_case 'shortest unique prefixes resolve to the same' '
	short=$(roar resolve --short out) && test ${#short} -ge 8 && test ${#short} -lt 64 &&
	test "$(roar resolve $short)" = "$(roar resolve out)"
'

test_case 'an ambiguous prefix lists the candidates' '
	i=0; while test $i -lt 400; do echo $i >f$i; i=$((i + 1)); done &&
	roar run -q sh -c "cat f* >all" &&
	b3sum --no-names f* | cut -c1-4 | sort | uniq -d | head -1 >prefix &&
	test -s prefix && expect_status 128 roar resolve $(cat prefix) 2>err &&
	grep "is ambiguous; candidates:" err && test "$(grep -c "artifact  (blake3:" err)" -ge 2
'

test_case 'a name for nothing: fatal, or quietly 1' '
	expect_status 128 roar resolve @1 @9 >out 2>err && test ! -s out && grep "no such step" err &&
	expect_status 1 roar resolve -q @9 2>err && test ! -s err
'

test_done
