#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo alpha >in
roar run -q --hash sha256 cp in out || exit 1
digest=$(b3sum --no-names out)

test_case 'a file is found by path, by every digest, by object id and by prefix' '
	for name in out path:out ./out "$PWD/out" $digest blake3:$digest $(sha256sum <out | cut -c1-64) \
		sha256:$(sha256sum <out | cut -c1-12) $(roar resolve out) oid:$(roar resolve out) \
		$(echo $digest | cut -c1-8)
	do
		roar show "$name" >shown || return 1
		grep "^Hash (blake3): *$digest" shown || return 1
	done
'

test_case 'a name that leads through a symbolic link is found' '
	ln -s . link && ln -s out alias && roar show link/out | grep "^Path: *out" &&
	roar show alias | grep "^Path: *out" && rm link alias
'

test_case 'the check lines recompute the digests' '
	roar show out | sed -n "s/^  ≡ //p" >checks && test "$(grep -c . checks)" = 2 &&
	sh checks >computed && roar show out | sed -n "s/^Hash ([a-z0-9]*): *//p" >expect &&
	cut -d" " -f1 computed | diff expect -
'

test_case 'a job is found by step, uid, prefix of it and object id' '
	roar show --json @1 >shown && uid=$(jq -r .job_uid shown) &&
	for name in @1 $uid job:$uid $(echo $uid | cut -c1-8) $(jq -r .job_oid shown)
	do
		roar show --json $name | diff shown - || return 1
	done &&
	roar show --job $uid | head -1 | grep "^Job: *@1"
'

test_case 'a job shows how it was observed and what it used' '
	roar show @1 >shown && grep "^Tracer: .*complete" shown && grep "^Inputs (1):" shown &&
	grep "^Outputs (1):" shown && grep "\$ cp in out" shown && grep "packages: .*dpkg" shown &&
	roar show --all @1 | grep "dpkg  coreutils"
'

test_case 'hidden classes are counted, and listed on demand' '
	roar show --json @1 | jq -e ".hidden.system > 0 and ([.inputs[].class] == [\"data\"])" &&
	roar show --json --all @1 | jq -e "[.inputs[] | select(.class == \"system\")] | length > 0"
'

test_case 'the session is found by id and without a name' '
	roar show --json >shown && id=$(jq -r .session shown) &&
	roar show --json --session | diff shown - && roar show --json session:$id | diff shown - &&
	roar show --json $id | diff shown -
'

test_case 'an earlier entry of the session is the job that it added' '
	roar run -q cp in out2 && roar show HEAD~1 --json | jq -e ".type == \"job\" and .step == \"@1\"" &&
	roar show HEAD --json | jq -e ".type == \"session\"" && rm out2
'

test_case 'a file that differs by now shows no check line' '
	echo changed >out && roar show out >shown && grep "On disk: *differs" shown && ! grep b3sum shown &&
	rm out && roar show out | grep "On disk: *(missing)"
'


test_case 'names that stand for nothing say so' '
	expect_status 128 roar show @99 2>err && grep "no such step" err &&
	expect_status 128 roar show @x 2>err && grep "invalid DAG reference" err &&
	expect_status 128 roar show ffffffffffff 2>err && grep "names nothing that is recorded" err &&
	expect_status 128 roar show no/such/file 2>err && grep "no job read or wrote this path" err
'

test_case 'selectors exclude each other' '
	expect_status 129 roar show --session --path x 2>err && grep "specify only one" err &&
	expect_status 129 roar show @1 @2 2>err
'

test_done
