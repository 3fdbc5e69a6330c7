#!/bin/sh
# Digests against b3sum and the tools of coreutils.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v b3sum >/dev/null || skip_all 'b3sum is not installed'

seed=$ROAR_BUILD/porcelain/roar

test_case 'sizes around the borders of blocks, chunks and subtrees' '
	yes "$(head -c 3000 "$seed" | od -An -tx1 | tr -d " \n")" | head -c 20000000 >stream &&
	for size in 0 1 63 64 65 1023 1024 1025 2048 2049 3072 16384 16385 65536 262143 262144 262145 \
		524288 1048575 1048576 8388607 8388608 8388609 8389632 8650752 8650753 12582912 16777216 19000001
	do
		head -c $size stream >size-$size || exit 1
	done &&
	b3sum size-* >expect && roar hash-file size-* >actual && diff expect actual
'

test_case 'other algorithms, one line for each' '
	printf "hello\n" >hello &&
	sha256sum hello size-8388609 >expect &&
	roar hash-file --algo sha256 hello size-8388609 >actual && diff expect actual &&
	{ md5sum hello; b3sum hello; sha512sum hello; } >expect &&
	roar hash-file --algo md5 --algo blake3 --algo sha512 hello >actual && diff expect actual
'

test_case 'the tools can check the output' '
	roar hash-file size-* hello >sums && b3sum --check sums >/dev/null &&
	roar hash-file --algo sha256 size-* >sums && sha256sum --check --quiet sums
'

test_case 'odd names' '
	newline="a
b" &&
	echo 1 >"$newline" && echo 2 >"c\\d" && echo 3 >"$(printf "e\377f")" && echo 4 >"g h" && echo 5 >-x &&
	b3sum "$newline" "c\\d" "g h" ./-x >expect &&
	roar hash-file "$newline" "c\\d" "g h" ./-x >actual && diff expect actual &&
	roar hash-file -- -x | grep "  -x$" &&
	roar hash-file "$(printf "e\377f")" | grep -a "$(printf "  e\377f")" &&
	roar hash-file -z "$newline" | tr "\n\0" "N\n" >actual &&
	test "$(cat actual)" = "$(b3sum --no-names "$newline")  aNb"
'

test_case 'a link stands for what it names' '
	ln -s hello link && test "$(roar hash-file link | cut -c1-64)" = "$(b3sum --no-names hello)"
'

test_case 'what cannot be hashed is named, and the rest is hashed' '
	mkfifo pipe && mkdir directory &&
	expect_status 1 roar hash-file none pipe directory /dev/null hello >out 2>err &&
	test "$(cat out)" = "$(b3sum hello)" &&
	grep "cannot hash .none.: No such file or directory" err &&
	grep "cannot hash .pipe.: it is not a regular file" err &&
	test "$(wc -l <err)" = 4
'

test_case 'more files than are hashed at once' '
	mkdir many && (cd many && seq 3000 | split -l 1 -a 4) &&
	b3sum many/* >expect && roar hash-file many/* >actual && diff expect actual
'

test_case 'names from standard input' '
	newline="a
c" && echo 1 >"$newline" && printf "hello\nnone\n" >names &&
	expect_status 1 roar hash-file --stdin-paths <names >out 2>err && test "$(cat out)" = "$(b3sum hello)" &&
	grep "cannot hash .none." err &&
	printf "%s\0hello\0" "$newline" | roar hash-file -z --stdin-paths >out && tr "\0" "\n" <out | grep "^c$" &&
	roar hash-file --stdin-paths </dev/null >out && test ! -s out'
test_case 'lists of b3sum, sha256sum, sha512sum and md5sum are checked' '
	newline="a
d" && echo 1 >"$newline" && echo 2 >"e\\f" && echo 3 >" g" &&
	for tool in b3sum "sha256sum --algo sha256" sha512sum md5sum "sha256sum --tag" "md5sum --binary"
	do
		set -- $tool
		test "${2-}" != --algo && option= || option="--algo sha256"
		case ${2-} in --tag | --binary) ${1} ${2} "$newline" "e\\f" " g" hello ;; *) $1 "$newline" "e\\f" " g" hello ;; esac >list &&
		roar hash-file --check $option list >out && test "$(grep -c ": OK$" out)" = 4 &&
		roar hash-file --check $option <list >out2 && diff out out2 &&
		roar hash-file -c -q $option list >out && test ! -s out || { echo "$tool"; cat list out; exit 1; }
	done'
test_case 'what is not as it was is told like b3sum does' '
	b3sum hello >list && echo x >changed && b3sum changed >>list && echo y >changed &&
	expect_status 1 roar hash-file --check list >out 2>err && { b3sum --check list >expect 2>/dev/null; diff expect out; } &&
	grep "1 of 2" err && expect_status 1 roar hash-file --check -q list >out 2>err && grep "^changed: FAILED$" out &&
	test "$(wc -l <out)" = 1'
test_case 'a list with a missing file, or with other lines' '
	b3sum hello >list && printf "%s  none\n" "$(b3sum --no-names hello)" >>list &&
	expect_status 1 roar hash-file --check list >out 2>err && grep "^none: FAILED to be read$" out &&
	grep "^hello: OK$" out && grep "cannot hash .none.: No such file" err &&
	{ b3sum hello; echo; echo "no digest"; echo "abc  hello"; printf "%0127d  hello\n" 0; } >list &&
	expect_status 1 roar hash-file --check list >out 2>err && test "$(cat out)" = "hello: OK" &&
	grep "^list:3: " err && test "$(grep -c "^list:" err)" = 4 &&
	expect_status 1 roar hash-file --check /dev/null 2>err && grep "nothing to check" err &&
	expect_status 128 roar hash-file --check none 2>err && grep "cannot open .none." err'
test_case 'with NUL, names stand as they are' '
	newline="a
e" && echo 1 >"$newline" && roar hash-file -z "$newline" hello >list && roar hash-file -z --check list >out &&
	tr "\0" "\n" <out | grep -c ": OK$" | grep 2'
test_case 'a name with control characters is not sent to the terminal' '
	name=$(printf "x\033[31m") && for command in hash-file "hash-file --check" "$name"
	do
		roar $command "$name" >out 2>err && exit 1
		grep -F "\\033[31m" err && ! grep "$(printf "\033")" err || { echo "$command"; cat -v err; exit 1; }
	done'
test_case 'usage errors of the three forms' '
	for wrong in "--check --stdin-paths" "-q hello" "--check --algo md5 --algo sha256 x" "--stdin-paths hello"
	do
		expect_status 129 roar hash-file $wrong </dev/null 2>/dev/null || { echo "$wrong"; exit 1; }
	done'

test_case 'usage errors' '
	expect_status 129 roar hash-file &&
	expect_status 129 roar hash-file --algo sha1 hello 2>err &&
	grep "blake3, md5, sha256, sha512" err
'

test_done
