#!/bin/sh
# Every form of name. What a name must stand for is asked of "show --json", or of the objects.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo first >in
roar run -q cp in out || exit 1
roar run -q sh -c 'sort out >sorted' || exit 1
echo second >in
roar run -q cp in out || exit 1
roar run -q -n last sh -c 'cat out sorted >both' || exit 1
echo lone >lone
roar run -q cat lone >/dev/null || exit 1
session=$(roar cat-object session HEAD | jq -r .session)
first=$(roar resolve "@^{jobs}" | sed -n 1p)

# field NAME FILTER: of the object's payload
field () {
	roar cat-object -p "$1" | jq -r "$2"
}

# is NAME OTHER: both stand for the same object.
is () {
	one=$(roar resolve -- "$1") && two=$(roar resolve -- "$2") && test "$one" = "$two" && test -n "$one"
}

# fails STATUS TEXT NAME
fails () {
	expect_status "$1" roar resolve -- "$3" >out.txt 2>err.txt && test ! -s out.txt &&
		grep -F -- "$2" err.txt || { cat err.txt; return 1; }
}

test_case 'what a ref was before' '
	is "@{0}" @ && is "@{1}" @~1 && is "refs/sessions/$session@{2}" @~2 && is "session/$session@{1}" @~1 &&
	is "@{now}" @ && is "HEAD@{0}" @ && is "HEAD@{now}" @ && is "@{1}^{job}" @~1^{job} &&
	roar resolve "HEAD@{2001-01-01}" 2>err && grep -E "^warning: the log of .HEAD. only goes back to [0-9]{4}-[0-9][0-9]-" err &&
	roar cat-object -t "refs/sessions/$session@{2001-01-01}" 2>err && grep "^warning: the log of .refs/sessions/$session. only" err &&
	roar resolve "HEAD@{now}" 2>err && test ! -s err && fails 128 "entries" "@{99}" && fails 129 "neither a number nor a time" "@{noon}" &&
	fails 129 "is asked of refs and paths only" "@1@{1}" && fails 129 "must follow a ref or a path" "@~1@{1}"
'

test_case 'the head of the active session, and back from it' '
	is @ HEAD && is @ refs/sessions/$session && is @~0 @ &&
	test "$(field @ .job_oid)" = "$(roar resolve @4)" &&
	is @~1^{job} @3 && is @~2^{job} @1 && is @~ @^ && is @~2 @~1^1 &&
	test "$(roar resolve @~1)" = "$(field @ .previous_oid)" &&
	test "$(field @~5 .session)" = $session &&
	fails 128 "is the first of its session" @~6 && fails 128 "one entry before it" @^2
'

test_case 'a session by its id, and its jobs' '
	is session/$session @ && is session:$session @ && is session/$(echo $session | cut -c1-6) @ &&
	is sessions/$session @ && roar resolve session/$session^{jobs} >jobs && test $(wc -l <jobs) -eq 5 &&
	test "$(tail -n 1 jobs)" = "$(roar resolve @4)" &&
	test $(roar resolve "@^{jobs}^{processes}" | wc -l) -eq 5
'

test_case 'what belongs to a job, and the job of what it wrote' '
	test "$(roar resolve "@1^{env}")" = "$(field @1 .environment_oid)" && is "@1^{env}" "@1^{environment}" &&
	is "@1^{processes}" "HEAD~2^{processes}" && is "@1^{object}" @1 && is "@1^{}" @1 && is "@1^{job}" @1 &&
	test "$(field "@1^{session}" .job_oid)" = "$(roar resolve @1)" &&
	is "both^{job}" @3 && is "both^{jobs}" @3 && is "path:both^{job}^{env}" "@3^{env}" &&
	fails 128 "written by no recorded job" "lone^{job}" &&
	fails 128 "leads to no artifact" "@1^{artifact}" && fails 129 "there is no ^{dog}" "@1^{dog}" &&
	fails 128 "leads to no session" "both^{session}"
'

test_case 'several writers of one content are listed, by ^{jobs} or with the failure' '
	roar run -q cp both copy && fails 128 "was written by 2 jobs" "copy^{job}" &&
	grep -c " job  " err.txt | grep -x 2 && sed -n "s/^  //p" err.txt | cut -c1-64 >listed && sort -c listed &&
	roar resolve "copy^{jobs}" | sort | diff listed - &&
	expect_status 128 roar show "copy^{jobs}" 2>err && grep "names 2 objects" err && roar pop --yes
'

test_case 'the jobs that the inputs came from' '
	is @2^1 $first && is @3^1 @1 && is @3^2 @2 && is @3~1 @1 && is @3^2^ $first && is @3^0 @3 &&
	fails 128 "from 2 jobs only" @3^3 && fails 128 "has no input that a recorded job wrote" @1^ &&
	fails 128 "the job that wrote an artifact" both^
'

test_case 'what a path was before' '
	is path:out out && is "out@{0}" out && is "out@{1}" sorted && is "path:out@{1}" sorted && is "out@{now}" out &&
	fails 128 "only 2 recorded versions" "out@{2}" && fails 128 "is so old" "out@{2001-01-01}" &&
	mkdir -p d && (cd d && is path:../out ../out && is @1:./../out @1:out)
'

test_case 'a file of a job' '
	is @3:both both && is @3:sorted sorted && is @1:out out && is "@~1:both" both && is "@3:$PWD/both" both &&
	is "@2:out" sorted && is "oid:$(roar cat-object -p @3 | jq -r .edges.data_oid):both" both &&
	fails 128 "has no file '\''nothing'\''" @3:nothing && fails 128 "leads to no job" both:x
'

test_case 'the newest job whose command matches' '
	is ":/cp in" @1 && is ":/^sh -c (sort|x)" @2 && is ":/sh" @3 && fails 128 "no command matches" ":/nothing" &&
	fails 129 "invalid expression" ":/(" && fails 129 "no expression" ":/"
'

test_case 'names of what is not wanted, and ranges' '
	roar resolve @1..@3 >actual && printf "%s\n^%s\n" $(roar resolve @3 @1) >expect && diff expect actual &&
	roar resolve @1.. >actual && printf "%s\n^%s\n" $(roar resolve HEAD @1) >expect && diff expect actual &&
	test "$(roar resolve ^@1)" = "^$(roar resolve @1)" &&
	fails 128 "no such step" @1..@9 && fails 128 "no such step" @9..@1 && fails 128 "names nothing" a..b &&
	fails 128 "fatal: '\''../none'\'' names nothing" ../none
'

test_case 'a path that looks like something else' '
	touch "a~1" "b^{job}" a "x..y" && roar run -q cat "a~1" "b^{job}" "x..y" >/dev/null &&
	roar resolve --json "a~1" | jq -e ".names[0].path == \"a~1\"" &&
	roar resolve --json "b^{job}" | jq -e ".names[0].path == \"b^{job}\"" &&
	roar resolve --json "x..y" | jq -e ".names[0].path == \"x..y\"" && roar pop --yes
'

test_case 'digits are digits, and who has such a path or ref hears of it' '
	hex=$(roar resolve @1 | cut -c1-12) && echo $hex >$hex && roar run -q cat $hex >/dev/null &&
	test "$(roar resolve $hex 2>err)" = "$(roar resolve @1)" &&
	test "$(cat err)" = "warning: '\''$hex'\'' is taken for the digits of an id, but it is a recorded path too; '\''path:$hex'\'' names that" &&
	roar cat-object -t $hex 2>err && grep "^warning: " err && roar resolve path:$hex 2>err && test ! -s err &&
	roar pop --yes
'

test_case 'the order is fixed, and --explain prints it' '
	roar resolve --explain both^{job} >actual &&
	printf "%s\n" "both^{job}" "  1. @N, @BN, @" "  2. HEAD, refs/..." "  3. :/TEXT" "  4. path" \
		"  5. KIND" "  6. hexadecimal digits" "  7. a ref below refs/" "  8. a path" "  then ^{job}" >expect &&
	sed "s/:.*//" actual >forms && sed "s/:.*//" expect >expect2 && diff expect2 forms &&
	grep "then ^{job}: $(roar resolve @3) job  sh -c" actual &&
	expect_status 128 roar resolve --explain @9 >actual 2>err && grep "1. @N, @BN, @: .*no such step" actual &&
	grep "8. a path: not reached" actual && grep "^fatal: .*no such step" err &&
	expect_status 128 roar resolve --explain nosuch >actual 2>err && grep "8. a path: .*no job read or wrote this path" actual &&
	expect_status 128 roar resolve --explain path:nosuch >actual 2>err && grep "4. path:FILE: .*no job read or wrote" actual && grep "8. a path: not reached" actual &&
	expect_status 128 roar resolve --explain :/nothing >actual 2>err && grep "3. :/TEXT: .*no command matches" actual &&
	roar resolve --explain --json @1 | jq -e ".names[0].tried | length == 1"
'

test_case 'all objects with a prefix, and short ids' '
	id=$(roar resolve @1) && test "$(roar resolve --disambiguate $(echo $id | cut -c1-10))" = $id &&
	test "$(roar resolve --disambiguate=00000000)" = "" &&
	test $(roar resolve --short @1 | tr -d "\n" | wc -c) -eq 8 &&
	test $(roar resolve --short=20 @1 | tr -d "\n" | wc -c) -eq 20 &&
	is $(roar resolve --short=4 @1) @1 && test "$(roar resolve --short=64 @1)" = $id &&
	expect_status 129 roar resolve --short=3 @1 && expect_status 129 roar resolve --short=65 @1 &&
	expect_status 129 roar resolve --disambiguate=abc && expect_status 129 roar resolve --disambiguate=xyzw &&
	expect_status 129 roar resolve --disambiguate=abcd @1
'

test_case 'one name for one object' '
	test "$(roar resolve --verify @1)" = "$(roar resolve @1)" && expect_status 129 roar resolve --verify @1 @2 &&
	expect_status 128 roar resolve --verify @1..@2 2>err && expect_status 1 roar resolve -q --verify nothing 2>err &&
	test ! -s err && expect_status 128 roar resolve -q --verify "session/$session^{jobs}" 2>err &&
	expect_status 129 roar resolve --verify
'

test_case 'all refs' '
	roar resolve --all >actual && label=$(roar for-each-ref --format "%(refname)" refs/labels) &&
	roar resolve $label refs/sessions/$session >expect && diff expect actual &&
	test $(roar resolve --all @1 | wc -l) -eq 3 && roar resolve --all --json | jq -e ".names[1].name == \"refs/sessions/$session\""
'

test_case 'lines that end with NUL' '
	roar resolve -z @1 ^@3 | tr "\0" "|" >actual && printf "%s|^%s|" $(roar resolve @1 @3) >expect && cmp expect actual
'

test_case 'every command takes such names' '
	test "$(roar cat-object -t "@1^{env}")" = environment && roar show "both^{job}" | grep "sort\|cat" &&
	echo "@~1^{job}" | roar cat-object --batch-check | grep " job " &&
	echo "no~1" | roar cat-object --batch-check | grep "no~1 missing" &&
	roar show --json "out@{1}" | jq -e .artifact_oid
'

test_case 'a component of a composite' '
	mkdir -p set/inner/sub && cp both set/kept && echo new >set/new && ln -s kept set/link && echo part >set/inner/sub/part.zarr &&
	roar composite create set >made && composite=$(sed -n "s/^Composite: *//p" made) && is $composite:kept both &&
	is $composite:./kept both && (cd d && is $composite:kept ../both) &&
	is "oid:$(roar cat-object -p $composite | jq -r .node_oid):kept" both &&
	fails 128 "component '\''new'\'' is known by its digest only, and is no object of this store: blake3:$(b3sum --no-names set/new)" $composite:new &&
	fails 128 "has no component '\''nothing'\''" $composite:nothing && fails 128 "has no component '\''inner'\''" $composite:inner &&
	fails 128 "component '\''link'\'' is a symbolic link" $composite:link && fails 129 "" $composite:../kept
'

test_case 'a composite in a composite, and what is in it' '
	mkdir -p nest/x.zarr/c nest/y.zarr && echo "{\"zarr_format\":2}" | tee nest/x.zarr/.zgroup >nest/y.zarr/.zgroup && cp both nest/x.zarr/c/0 && echo 1 >nest/one &&
	roar composite create nest >made && cat made && outer=$(sed -n "s/^Composite: *//p" made) && roar ls-composite $outer | tee entries &&
	test "$(roar cat-object -t $outer:x.zarr)" = composite && is $outer:x.zarr/c/0 both &&
	fails 128 "has no component '\''x.zarr/c/1'\''" $outer:x.zarr/c/1
'

test_done
