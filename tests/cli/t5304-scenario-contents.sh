#!/bin/sh
# Same contents under other names are one artifact; two tables that begin alike are two; and what was packed
# twice holds the same.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
oid () { roar show --path "$1" --json | jq -r .artifact_oid; }

test_case 'four files of one content are one artifact, at four paths' '
	roar run -q -n save sh -c "for n in 1 2 3 4; do echo weights >model\$n.pt; done" &&
	test "$(for n in 1 2 3 4; do oid model$n.pt; done | sort -u | wc -l)" = 1 && roar diff model1.pt model4.pt | grep "same content" &&
	roar show "$(oid model1.pt)" --json | jq -e "[.uses[].path] | sort == [\"model1.pt\", \"model2.pt\", \"model3.pt\", \"model4.pt\"]"
'

test_case 'a table that differs beyond the first ten thousand rows is another artifact' '
	seq 1 20000 >a.csv && seq 1 19999 >b.csv && echo other >>b.csv && cmp -s -n 40000 a.csv b.csv &&
	roar run -q -n read sh -c "cat a.csv b.csv >both" && test "$(oid a.csv)" != "$(oid b.csv)" && expect_status 1 roar diff --exit-code a.csv b.csv
'

test_case 'and so is what was made from it: why names the file' '
	roar run -q -n one cp a.csv used && cp b.csv a.csv && roar run -q -n one cp a.csv used && roar why used | head -n 1 >out && cat out &&
	grep -x "used changed because a.csv changed (@3)\." out
'

test_case 'an archive with another time in it and the same content: the step after it is fresh' '
	echo data >t && roar run -q -n zip sh -c "gzip -nc t >t.gz" && roar run -q -n unzip sh -c "gzip -dc t.gz >u" &&
	touch t && roar run -q -n zip sh -c "gzip -nc t >t.gz" && roar dag --json | jq -e "[.nodes[] | select(.step_name == \"unzip\") | .state] == [\"active\"]"
'

unpacked () { roar show --path "$1" --json | jq -r ".hashes[] | select(.algorithm == \"unpacked-blake3\") | .digest"; }

test_case 'four models that torch.save packed under other names hold the same' '
	/usr/bin/python3 -c "import torch" 2>/dev/null || skip_case "/usr/bin/python3 has no torch"
	printf "%s\n" "import torch" "weights = {\"w\": torch.arange(100.0)}" "for name in (\"d1a\", \"d1b\", \"d2a\", \"d2b\"):" \
		"    torch.save(weights, name + \".pt\")" >save.py && git add save.py && git commit -qm save && roar run -q -n models /usr/bin/python3 save.py &&
	test "$(for n in d1a d1b d2a d2b; do oid $n.pt; done | sort -u | wc -l)" = 4 &&
	for n in d1b d2a d2b; do roar diff d1a.pt $n.pt | grep -x "The same content, packed differently\." || exit 1; done &&
	roar diff --json d1a.pt d2b.pt | jq -e ".same == false and .same_unpacked == true" &&
	expect_status 1 roar diff --exit-code d1a.pt d2b.pt
'

test_case 'a file packed again holds the same, and one with another content does not' '
	roar run -q -n pack sh -c "gzip -c t >one.gz; touch -d 2001-02-03 t; gzip -c t >two.gz; echo more | cat t - | gzip >three.gz" && ! cmp -s one.gz two.gz &&
	roar diff one.gz two.gz | grep "packed differently" && roar diff one.gz three.gz >out && ! grep "packed differently" out
'

test_case 'what is gone can be compared if its digest was recorded: it is that of stock tools' '
	roar config set hash.unpacked true && mkdir -p tree/sub && echo a >tree/a && echo b >tree/sub/b && ln -s a tree/link &&
	printf "%s\n" "gzip -c t >t.gz" "xz -c t >t.xz" "zstd -qc t >t.zst" "tar -cf t.tar tree" "tar -C tree -czf t.tar.gz a link sub" \
		"python3 -m zipfile -c t.zip tree/a tree/sub/" >pack.sh && git add pack.sh && git commit -qm pack && roar run -q -n packed sh pack.sh &&
	for packed in t.gz t.xz t.zst; do test "$(unpacked $packed)" = "$(b3sum --no-names <t)" || exit 1; done &&
	(cd tree && printf "%s  a\n%s  link\n%s  sub/b\n" "$(b3sum --no-names a)" "$(printf a | b3sum --no-names)" "$(b3sum --no-names sub/b)") | b3sum --no-names >wanted &&
	test "$(unpacked t.tar)" = "$(cat wanted)" && test "$(unpacked t.tar.gz)" = "$(cat wanted)" &&
	test "$(unpacked t.zip)" = "$(cd tree && b3sum a sub/b | b3sum --no-names)" && test -z "$(unpacked one.gz)" &&
	old=$(oid t.tar) && touch -d 2005-05-05 tree/a && roar run -q -n packed sh pack.sh && test "$(oid t.tar)" != "$old" && roar diff "$old" t.tar >out && cat out && grep "packed differently" out
'

test_case 'names are bytes, whatever the locale, and written as b3sum writes them' '
	mkdir -p odd/sub && echo a >odd/ü && echo b >"$(printf "odd/sub/new\nline")" && echo c >"odd/back\\slash" &&
	echo "python3 -c \"import shutil; [shutil.make_archive(\\\"odd\\\", f, \\\".\\\", \\\"odd\\\") for f in (\\\"zip\\\", \\\"tar\\\")]\"" >odd.sh && git add odd.sh && git commit -qm odd &&
	roar run -q -n odd sh odd.sh && (cd odd && find ./* -type f -print0 | sed -z "s|^\./||" | sort -z | xargs -0 b3sum | b3sum --no-names) >wanted &&
	test "$(unpacked odd.zip)" = "$(cat wanted)" && test "$(unpacked odd.tar)" = "$(cat wanted)"
'

test_case 'a tar file of ".", one with a hard link, one that was appended to, and nothing are as they unpack' '
	mkdir dots && echo 1 >dots/one && ln dots/one dots/two && printf "%s\n" "tar -C dots -cf dots.tar ." "tar -C dots -cf grown.tar ./one ./two" \
		"echo 2 >dots/new && tar -C dots -rf grown.tar --transform=s/new/one/ ./new" "gzip -c </dev/null >nothing.gz" >dots.sh && git add dots.sh && git commit -qm dots &&
	roar run -q -n dots sh dots.sh && test "$(unpacked dots.tar)" = "$(cd dots && b3sum one two | b3sum --no-names)" &&
	mkdir grown && tar -C grown -xf grown.tar && test "$(unpacked grown.tar)" = "$(cd grown && b3sum one two | b3sum --no-names)" &&
	test "$(unpacked nothing.gz)" = "$(b3sum --no-names </dev/null)"
'

test_case 'a file that was changed since does not speak for what it was' '
	roar config set hash.unpacked false && roar run -q -n other sh -c "echo x | gzip -nc >x.gz; echo y | gzip -nc >y.gz; cp y.gz z.gz; touch -d 2004-04-04 y; echo y >y; gzip -c y >y2.gz" &&
	old=$(oid x.gz) && cp y.gz x.gz && roar diff "$old" y2.gz >out && ! grep "packed differently" out && roar diff y.gz y2.gz | grep "packed differently" && roar config set hash.unpacked true
'

test_case 'of two runs of a step that read it, it is said among what follows' '
	roar run -q -n list sh -c "tar -tf t.tar >listed" && touch -d 2002-02-02 tree/a && echo "# again" >>pack.sh && git commit -qam again &&
	roar run -q -n packed sh pack.sh && roar run -q -n list sh -c "tar -tf t.tar >listed" && roar log --json -n 3 | jq -r ".jobs[].job_oid" >jobs &&
	roar diff "$(sed -n 3p jobs)" "$(sed -n 1p jobs)" >out && cat out && grep "t\.tar, made by .* (the same content, packed differently)" out
'

test_case 'what is damaged, empty or only looks packed has no such digest, and the job is recorded' '
	printf "%s\n" "head -c 20 one.gz >cut.gz" ": >empty.gz" "printf \"\\037\\213garbage\" >fake.gz" "printf \"PK\\003\\004\" >fake.zip" "echo text >text.tar" >looks.sh &&
	git add looks.sh && git commit -qm looks && roar run -q -n looks sh looks.sh && for packed in cut.gz empty.gz fake.gz fake.zip text.tar; do test -z "$(unpacked $packed)" || exit 1; done
'

test_done
