#!/bin/sh
# Ids against b3sum, and what hash-object accepts.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v b3sum >/dev/null || skip_all 'b3sum is not installed'

# frame TYPE FILE: what the id of an object is the digest of.
frame () {
	printf '%s %d\0' "$1" "$(wc -c <"$2")" && cat "$2"
}
id () {
	frame "$1" "$2" | b3sum --no-names
}

printf 'hello\n' >hello
: >empty
head -c 100000 /dev/zero | tr '\0' x >large
head -c 5000 "$ROAR_BUILD/porcelain/roar" >binary
printf '{"blake3":"%064d","size":7,"v":1}' 0 >artifact

test_case 'the id of a blob is what b3sum says, outside of any project' '
	for file in hello empty large binary
	do
		test "$(roar hash-object $file)" = "$(id blob $file)" || exit 1
	done
'

test_case 'several files, one id a line' '
	{ id blob hello; id blob empty; } >expect &&
	roar hash-object hello empty >actual && diff expect actual
'

test_case 'standard input comes first' '
	{ id blob large; id blob hello; } >expect &&
	roar hash-object --stdin hello <large >actual && diff expect actual &&
	printf "hello\nempty\n" | roar hash-object --stdin-paths >actual &&
	{ id blob hello; id blob empty; } >expect && diff expect actual
'

test_case 'another type is checked' '
	test "$(roar hash-object -t artifact artifact)" = "$(id artifact artifact)" &&
	expect_status 128 roar hash-object -t artifact hello 2>err && grep "not canonical JSON" err &&
	expect_status 128 roar hash-object -t job artifact 2>err && grep "uid" err &&
	{ cat artifact; echo; } >spaced &&
	expect_status 128 roar hash-object -t artifact spaced >out 2>err && test ! -s out &&
	sed "s/\"v\":1/\"v\":2/" artifact >newer &&
	expect_status 128 roar hash-object -t artifact newer 2>err && grep "version 2" err
'

test_case 'an object is taken in any form of JSON, if that is asked for' '
	printf "\357\273\277" >mark && cat artifact >>mark &&
	{ printf " {\n\t\"v\": 1.0,\r\n \"size\":0.7E+1 , \"\\u0062lake3\" : \"%064d\" }\n" 0; } >loose && cat loose &&
	test "$(roar hash-object -t artifact --canonicalize loose)" = "$(id artifact artifact)" &&
	test "$(roar hash-object -t artifact --canonicalize --stdin artifact <loose | uniq -c | wc -l)" = 1 &&
	expect_status 128 roar hash-object -t artifact loose && expect_status 128 roar hash-object -t artifact --canonicalize mark 2>err &&
	grep "^fatal: not JSON with a canonical form at byte 0" err &&
	sed "s/7,/7,\"size\":7,/" artifact >twice && expect_status 128 roar hash-object --canonicalize twice 2>err && grep "key .size. is there twice" err &&
	expect_status 128 roar hash-object -t job --canonicalize loose 2>err && grep uid err &&
	expect_status 129 roar hash-object --canonicalize --literally --stdin <loose
'

test_case 'usage errors' '
	expect_status 129 roar hash-object 2>err && grep "^usage: roar hash-object" err &&
	expect_status 129 roar hash-object -t commit hello 2>err && grep "not a type" err &&
	expect_status 129 roar hash-object --stdin-paths hello &&
	expect_status 129 roar hash-object --stdin-paths --stdin &&
	expect_status 128 roar hash-object none 2>err && grep "cannot open .none.: No such file" err
'

test_case 'storing needs a project' '
	expect_status 128 roar hash-object -w hello
'

project p || exit 1

test_case 'what was stored comes back byte for byte' '
	for file in hello empty large binary
	do
		oid=$(roar hash-object -w ../$file) && test "$oid" = "$(id blob ../$file)" &&
		roar cat-object -p $oid >back && cmp ../$file back || exit 1
	done &&
	oid=$(roar hash-object -w -t artifact ../artifact) &&
	test "$(roar cat-object -t $oid)" = artifact && roar cat-object -p $oid | cmp - ../artifact
'

test_case 'without -w nothing is stored' '
	oid=$(echo other | roar hash-object --stdin) && expect_status 1 roar cat-object -e $oid
'

test_case 'an object that is there already is left alone' '
	cp -r .roar before && roar hash-object -w ../hello &&
	cmp before/objects/gen-000001/data.mdb .roar/objects/gen-000001/data.mdb
'

test_case 'what an object names must be there' '
	a=$(roar hash-object -w -t artifact ../artifact) &&
	sed -n "/^{.*artifact_oid/p" "$SOURCE_DIR/docs/formats/digest.md" | tr -d "\n" >dangling &&
	roar hash-object -t digest dangling >id && grep -E "^[0-9a-f]{64}$" id &&
	expect_status 128 roar hash-object -w -t digest dangling >out 2>err && test ! -s out &&
	grep "^fatal: object 1111.* is missing; --no-validate-links" err &&
	expect_status 1 roar cat-object -e $(cat id) &&
	sed "s/1\{64\}/$a/" dangling >sound && roar hash-object -w -t digest sound &&
	roar hash-object -w -t digest --no-validate-links dangling && roar cat-object -e $(cat id)
'

test_case 'anything at all, literally' '
	id=$(printf "{}" | roar hash-object -w -t job --literally --stdin) &&
	test "$(roar cat-object -t $id)" = job && test "$(roar cat-object -p $id)" = "{}" &&
	expect_status 129 roar hash-object --literally hello &&
	expect_status 129 roar hash-object --literally --stdin hello </dev/null
'

test_case 'files of any name' '
	name=$(printf "a\nb\377") && cp ../hello "$name" &&
	printf "%s\0../empty\0" "$name" | roar hash-object --stdin-paths -z >actual &&
	{ id blob ../hello; id blob ../empty; } | tr "\n" "\0" >expect && cmp expect actual &&
	expect_status 129 roar hash-object -z ../hello
'

test_case 'an object has a largest size' '
	head -c 16777216 /dev/zero >most && roar hash-object -w most &&
	printf x >>most && expect_status 128 roar hash-object -w most 2>err && grep "at most" err
'

test_done
