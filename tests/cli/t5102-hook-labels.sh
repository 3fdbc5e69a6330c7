#!/bin/sh
# Labels that the hook pre-record gives to a job.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
printf 'in\nout\n' >.gitignore && git add .gitignore && git commit -qm ignore && echo 1 >in || exit 1

# hook: the hook pre-record, with the script on standard input.
hook () {
	mkdir -p .roar/hooks && { echo '#!/bin/sh'; cat; } >.roar/hooks/pre-record && chmod +x .roar/hooks/pre-record
}

document () {
	roar label show --json "$1" | jq -cS .document
}

test_case 'lines of assignments become labels of the job, in its transaction' '
	echo "{ echo \"# a comment\"; echo; echo acc=0.9; echo \"cfg:={\\\"lr\\\": 0.1}\"; printf acc=0.95; } >>\"\$ROAR_LABELS\"" | hook &&
	mkdir ../seen && printf "#!/bin/sh\ntest \$1 != committed || cat >>../seen/refs\n" >.roar/hooks/reference-transaction && chmod +x .roar/hooks/reference-transaction &&
	roar run -n step cp in out 2>err; cat err; ! grep warning err && test "$(document @1)" = "{\"acc\":0.95,\"cfg\":{\"lr\":0.1},\"name\":\"step\"}" &&
	roar label history --json @1 | jq -e ".versions | length == 1" && test "$(grep -c . ../seen/refs)" -eq 2 && grep "refs/labels/$(roar resolve @1)$" ../seen/refs && rm .roar/hooks/reference-transaction &&
	test "$(cut -c65- ../seen/refs | sort | head -n 1)" != ""
'

test_case 'the file is the hook'"'"'s alone, and is gone afterwards' '
	echo "ls -l \"\$ROAR_LABELS\" >../seen/file; rm -f \"\$ROAR_LABELS\"" | hook && TMPDIR="$trash" roar run -q -n gone true && grep "^-rw------- " ../seen/file && grep "$trash/roar-labels-" ../seen/file &&
	test "$(document @2)" = "{\"name\":\"gone\"}" && ! ls "$trash"/roar-labels-* 2>/dev/null
'

test_case 'what is wrong is refused as a whole, with its line, and the job is recorded' '
	n=2
	for line in "none" "roar.x=1" "a b=1" "x:={" "tag.license=MIT" "$(printf "v=\377")"
	do
		n=$((n + 1)) && printf "%s\n" "$line" >../seen/line && echo "echo good=1 >>\"\$ROAR_LABELS\"; cat ../seen/line >>\"\$ROAR_LABELS\"" | hook &&
		roar run -n wrong$n sh -c "exit 3" 2>err; test $? -eq 3 && cat err && grep "^warning: the labels of hook .pre-record. are not taken: line 2: " err && test "$(document "HEAD^{job}")" = "{\"name\":\"wrong$n\"}" || exit 1
	done
	echo "head -c 2000000 /dev/zero >\"\$ROAR_LABELS\"" | hook && roar run -q -n large true 2>err && grep "more than a megabyte of labels" err && test "$(document "HEAD^{job}")" = "{\"name\":\"large\"}" &&
	echo "rm \"\$ROAR_LABELS\" && ln -s /etc/passwd \"\$ROAR_LABELS\"" | hook && roar run -q -n link true 2>err && grep "is no file any more" err && test "$(document "HEAD^{job}")" = "{\"name\":\"link\"}"
'

test_case 'a job that is refused has none' '
	before=$(roar for-each-ref refs/labels | wc -l) && echo "echo a=1 >>\"\$ROAR_LABELS\"; exit 1" | hook && roar run -q -n no true 2>err; grep "is not recorded" err && test "$(roar for-each-ref refs/labels | wc -l)" -eq $before
'

test_case 'secrets become placeholders' '
	secret=ghp_$(printf %036d 8 | tr 0 k) && echo "$secret" >../seen/secret && echo "echo \"t=\$(cat ../seen/secret)\" >>\"\$ROAR_LABELS\"" | hook && roar run -q -n secret true && roar label show "HEAD^{job}" | grep "t=<redacted:github-token:" && ! grep -raF "$secret" .roar
'

test_case 'labels wait in the spool with their job' '
	echo "echo waited=1 >>\"\$ROAR_LABELS\"" | hook && mv .roar/objects ../objects && : >.roar/objects && roar run -n spool true 2>err; cat err; grep "recorded in the spool" err && rm .roar/objects && mv ../objects .roar/objects &&
	roar status >/dev/null 2>&1; test "$(document "HEAD^{job}")" = "{\"name\":\"spool\",\"waited\":1}"
'

test_case 'run by hand, its labels are printed' '
	echo "cat >/dev/null; echo b=2 >>\"\$ROAR_LABELS\"; echo a=1 >>\"\$ROAR_LABELS\"; exit \$1" | hook && roar hook run pre-record -- 0 >out.txt && printf "a=1\nb=2\n" | diff - out.txt && expect_status 4 roar hook run pre-record -- 4 >out.txt &&
	echo "echo x >>\"\$ROAR_LABELS\"" | hook && expect_status 129 roar hook run pre-record 2>err && grep "line 1: invalid label assignment" err
'

test_done
