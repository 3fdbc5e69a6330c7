#!/bin/sh
# One content that is known by several digests, learnt at different times and of different people.

. "$SOURCE_DIR/tests/cli/lib.sh"

for tool in jq sqlite3 openssl b3sum
do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done

# claims SQL: an older roar's database takes the place of the one before, and is imported. In each,
# a digest belongs to one artifact.
claims () {
	rm -f .roar/roar.db && sed "s#@ROOT@#$PWD#g" "$SOURCE_DIR/tests/roar-db/store.sql" | sqlite3 .roar/roar.db &&
		sqlite3 .roar/roar.db "update jobs set job_uid = substr(hex(randomblob(4)), 1, 8) || job_uid; $1" && roar import roar-db 2>/dev/null
}
# artifact NAME ALGORITHM DIGEST...: SQL of an input of job 1 at /claimed/NAME.
artifact () {
	echo "insert into artifacts (id, size, first_seen_at, kind) values ('$1', 6, 1, 'primitive');
		insert into job_inputs values (1, '$1', '/claimed/$1', null);"
	id=$1
	while shift && test $# -gt 1
	do
		echo "insert into artifact_hashes values ('$id', '$1', '$2');"
		shift
	done
}
sum_of () {
	openssl dgst -r -"$1" "$2" | cut -d" " -f1
}
id_of () {
	roar show --json "$1" | jq -re .artifact_oid
}

project p || exit 1
echo hello >hello && echo small >small
false256=$(printf %064d 7) far256=$(printf %064d 8) far5=$(printf %032d 9)
claims "
	$(artifact hub etag q1 sha256 "$(sum_of sha256 hello)")
	$(artifact mirror md5 "$(sum_of md5 hello)")
	$(artifact forged md5 "$(sum_of md5 small)" sha256 "$false256")
	$(artifact tagged etag q2)
	$(artifact far sha256 "$far256") $(artifact distant md5 "$far5")
" || exit 1

test_case 'claims that share nothing are contents of their own' '
	for name in hub mirror forged tagged far distant; do id_of /claimed/$name || exit 1; done >ids &&
	test "$(sort -u ids | wc -l)" = 6 && roar show --json /claimed/hub | jq -e .claimed &&
	test "$(id_of etag:q1)" = "$(id_of /claimed/hub)"
'

test_case 'a digest that is learnt later joins, and finds it' '
	roar run -q cp hello first && roar show --json first | jq -e "[.hashes[].algorithm] == [\"blake3\"]" &&
	roar run -q --hash sha512 cp hello second && test "$(id_of first)" = "$(id_of second)" &&
	roar show --json first | jq -e "[.hashes[].algorithm] == [\"blake3\", \"sha512\"]" &&
	test "$(id_of "$(sum_of sha512 hello | cut -c1-12)")" = "$(id_of first)" &&
	test "$(id_of first)" != "$(id_of /claimed/hub)"
'

test_case 'once the digests are known, the claims are this content: every name shows the same' '
	roar run -q --hash sha256 --hash md5 cp hello third && roar show --json blake3:$(b3sum --no-names hello) >shown &&
	jq -e "(.claimed | not) and (.claims | length) == 2 and
		([.hashes[].algorithm] | sort) == [\"blake3\", \"etag\", \"md5\", \"sha256\", \"sha512\"]" shown &&
	for name in $(sum_of sha256 hello) md5:$(sum_of md5 hello) etag:q1 sha256:$(sum_of sha256 hello | cut -c1-7) \
		$(jq -r ".artifact_oid, .claims[]" shown)
	do
		roar show --json "$name" | diff shown - || return 1
	done
'

test_case 'who used it by whatever name has used it' '
	jq -r ".uses[].path" shown | sort -u >paths &&
	printf "%s\n" /claimed/hub /claimed/mirror first hello second third | diff - paths &&
	roar show first | grep -c "(a claim)$" | grep -x 2
'

test_case 'every check line gives the digest above it' '
	roar show third >text && sed -n "s/^  ≡ //p" text >checks && cut -d" " -f1 checks | sort >tools &&
	printf "%s\n" b3sum openssl sha256sum sha512sum | diff - tools &&
	sh checks | grep -oE "[0-9a-f]{32,}" >computed &&
	sed -n "s/^Hash (\([a-z0-9]*\)): *\([0-9a-f]\{32,\}\)$/\2/p" text | diff - computed
'

test_case 'digests that contradict each other keep contents apart' '
	roar run -q --hash md5 --hash sha256 cp small little && test "$(id_of little)" != "$(id_of $false256)" &&
	roar show --json little | jq -e "has(\"claims\") | not"
'

test_case 'one claim leads to another, without the bytes' '
	claims "$(artifact between sha512 "$(printf %0128d 5)" sha256 "$far256" md5 "$far5")" && id=$(id_of /claimed/far) &&
	test "$(id_of /claimed/distant)" = $id && test "$(id_of $far256)" = $id && test "$(id_of md5:$far5)" = $id &&
	roar show --json $id | jq -e ".claimed and (.claims | length) == 2 and ([.uses[].path] | sort) == [\"/claimed/between\", \"/claimed/distant\", \"/claimed/far\"]"
'

test_case 'an equal ETag is no equal content' '
	claims "$(artifact etagged etag q2 blake3 "$(b3sum --no-names hello)")" && test "$(id_of /claimed/etagged)" = "$(id_of first)" &&
	test "$(id_of /claimed/tagged)" != "$(id_of first)" && expect_status 128 roar show etag:q2 2>err && cat err && grep ambiguous err
'

test_case 'the store and its indexes agree' 'roar fsck'

test_done
