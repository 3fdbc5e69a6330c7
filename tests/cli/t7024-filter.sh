#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
root=$PWD
printf '/*.toml\n/logs/\n' >.gitignore && git add .gitignore && git commit -qm ignore || exit 1
class_of () { roar filter explain --json "$1" | jq -r ".paths[0].$2.class"; }

test_case 'without rules there are none' '
	roar filter list >out 2>err && test ! -s out && echo "No filters configured." | diff - err
'

test_case 'what is added is listed with its place, and removed again' '
	roar filter add logs/ "*.log" >out && printf "  + logs/\n  + *.log\nUpdated $root/roar.toml\n" | diff - out &&
	printf "ignore\tlogs/\t$root/roar.toml:2\nignore\t*.log\t$root/roar.toml:2\n" >expect && roar filter list | diff expect - &&
	roar filter add logs/ >out && echo "All patterns already present." | diff - out &&
	roar filter list --json | jq -e "[.rules[].pattern] == [\"logs/\", \"*.log\"] and .rules[0].class == \"ignore\"" &&
	roar filter remove logs/ >out && printf "  - logs/\nUpdated $root/roar.toml\n" | diff - out &&
	expect_status 1 roar filter remove logs/ 2>err && grep "^None of the specified patterns were found" err &&
	printf "[filters]\nignore_paths = [\"*.log\"]\n" | diff - roar.toml && roar filter remove "*.log" && test ! -s roar.toml && rm roar.toml expect
'

test_case 'ignored files are left out of a job, and counted' '
	roar filter add --local logs/ "*.tmp" && mkdir -p logs sub && echo in >in.txt &&
	roar run sh -c "cat in.txt >out.txt; cat in.txt >logs/x; cat logs/x >sub/a.tmp" 2>&1 | cat >err &&
	grep "1 input · 1 output.* · 2 ignored" err && roar show --json --all @1 >job &&
	jq -e "[.outputs[].path] == [\"out.txt\"] and .tracing.ignored == 2 and .tracing.complete" job &&
	jq -e "[.inputs[], .outputs[] | select(.path | test(\"x$|tmp$\"))] == []" job && roar show @1 | grep "2 files ignored" &&
	expect_status 128 roar show logs/x 2>err && rm job && roar filter remove --local logs/ "*.tmp"
'

test_case 'a job without rules says nothing of ignored files' '
	roar run -q true && roar cat-object -p @2 | jq -e ".tracing | has(\"ignored\") | not"
'

test_case 'a rule gives another class, in both directions' '
	roar filter add --local --class cache "gen/**" && roar filter add --local --class data "*.py" &&
	mkdir gen && echo "print(1)" >tool.py && git add tool.py && git commit -qm tool &&
	roar run -q sh -c "cat tool.py >gen/copy" && roar show --json --all @3 >job &&
	jq -e "[.inputs[] | select(.path == \"tool.py\")][0].class == \"data\"" job &&
	jq -e "[.outputs[] | select(.path == \"gen/copy\")][0].class == \"cache\"" job &&
	roar filter list >out && printf "cache\tgen/**\ndata\t*.py\n" >expect && cut -f 1,2 out | diff expect - &&
	roar filter remove "gen/**" "*.py" && rm job expect
'

test_case 'the first rule that matches decides, and filters.rules go before filters.ignore_paths' '
	printf "filters.ignore_paths = [\"x\"]\nfilters.rules = [\"code x1\", \"ignore x1\", \"data x2\"]\n" >.roar/config.toml &&
	test "$(class_of x1 read)" = code && test "$(class_of x2 read)" = data && test "$(class_of x3 read)" = ignore &&
	: >.roar/config.toml
'

test_case 'no rule can list credentials or files of roar and git' '
	roar filter add --local --class data .netrc .git .roar && test "$(class_of .netrc read)" = credential &&
	test "$(class_of .git/config read)" = internal && echo secret >.netrc && roar run -q cat .netrc >/dev/null &&
	roar show --json --all | jq -r ".jobs[-1].job_uid" >uid && roar show --json --all job:$(cat uid) >job && jq -e "[.inputs[], .outputs[], .absent[] | select(.path | endswith(\"netrc\"))] == []" job &&
	roar filter remove .netrc .git .roar && roar filter add --local --class credential token.txt &&
	echo t >token.txt && roar run -q cat token.txt >/dev/null && roar show --json --all | jq -r ".jobs[-1].job_uid" >uid &&
	roar show --json --all job:$(cat uid) | jq -e ".tracing.credentials == 1" && roar filter remove token.txt && rm uid job
'

test_case 'explain names the rule or the row, and what it means' '
	roar filter add --local "*.log" && roar filter explain a.log b.pyc /usr/lib/x data.csv >out &&
	cat >expect <<-EOF &&
	a.log  (not there)
	  read:    ignore: left out, and only counted
	           rule '\''ignore *.log'\'' in $root/.roar/config.toml:2
	  written: ignore: left out, and only counted
	           rule '\''ignore *.log'\'' in $root/.roar/config.toml:2
	EOF
	sed -n 1,5p out | diff expect - &&
	row=$(roar filter list --all | grep "ends with .\.pyc.$(printf "\t")" | sed "s/.*table://") &&
	sed -n 6,10p out | grep "^ *row $row of the table: the file.s name ends with .\.pyc.$" &&
	sed -n 11,15p out | grep "^  read:    system: recorded, and shown with --all only" &&
	sed -n 11,15p out | grep "^  written: data: an output" &&
	sed -n 16,20p out >last && printf "data.csv  (not there)\n  read:    data: an input\n           no rule matches\n" >expect &&
	sed -n 1,3p last | diff expect - && rm expect last && roar filter remove "*.log" &&
	printf "#!/bin/sh\n" >tool && chmod +x tool && test "$(class_of tool read)" = code && test "$(class_of tool written)" = data &&
	roar filter explain tool | grep "it is executable and begins with #!" && rm tool
'

test_case 'explain takes paths as they are typed, and follows links' '
	roar filter add --local "sub/*" && (cd sub && : >f && ln -sf sub ../alias && test "$(class_of f read)" = ignore &&
		test "$(class_of ../in.txt read)" = data) && test "$(class_of alias/f read)" = ignore &&
	test "$(class_of $PWD/sub/f read)" = ignore && rm alias && roar filter remove "sub/*"
'

test_case 'what explain says is what is recorded' '
	roar filter add --local --class cache "*.bin" && roar run -q sh -c "cat in.txt .gitignore >o.bin; cp o.bin o.txt" &&
	uid=$(roar log --json | jq -r ".jobs[-1].job_uid") && roar show --json --all job:$uid >job &&
	jq -r ".inputs[], .outputs[] | select(.path | startswith(\"/\") | not) | [.path, .class] | @tsv" job | sort -u >recorded &&
	cut -f 1 recorded | while read -r path; do printf "%s\t%s\n" $path $(class_of $path written); done | diff recorded - &&
	rm job recorded && roar filter remove "*.bin"
'

test_case 'lists of the public roar are read, and a change goes into roar.toml' '
	printf "[filters]\nignore_paths = [\"/scratch/\", \"wandb/\"]\n[tags]\ncustom_kinds = [\"x\"]\n" >.roarconfig && cp .roarconfig before &&
	test "$(class_of /scratch/a read)" = ignore && test "$(class_of a/wandb/b written)" = ignore &&
	roar filter add more/ && diff before .roarconfig && roar filter list | cut -f 2 >out &&
	printf "/scratch/\nwandb/\nmore/\n" | diff - out && roar filter remove /scratch/ wandb/ more/ &&
	grep -x "ignore_paths = \[\]" roar.toml && test "$(class_of a/wandb/b read)" = data && rm .roarconfig before roar.toml
'

test_case 'a list from a variable cannot be edited' '
	ROAR_FILTERS__IGNORE_PATHS=a,b roar filter list >out && cut -f 2,3 out >two &&
	printf "a\tROAR_FILTERS__IGNORE_PATHS\nb\tROAR_FILTERS__IGNORE_PATHS\n" | diff - two && rm two &&
	ROAR_FILTERS__IGNORE_PATHS=a expect_status 128 roar filter add x 2>err && grep "is set by the variable" err && test ! -e roar.toml
'

test_case 'what is no rule is named with its file and line, before anything runs' '
	for rule in x "frob x" "data" "data " "internal x" ""
	do
		printf "# c\nfilters.rules = [\"cache a\", \"$rule\"]\n" >.roar/config.toml &&
		expect_status 125 roar run touch ran 2>err && test ! -e ran &&
		grep "^$root/.roar/config.toml:2: .filters.rules. is a list of rules, each a class and a pattern, not .$rule." err || exit 1
	done && : >.roar/config.toml && expect_status 129 roar config set filters.rules "frob x" 2>err && test ! -s .roar/config.toml
'

test_case 'wrong operands are a usage error' '
	for operands in "" frob "list x" add "add --class frob x" "add --class internal x" "remove" "explain" "list --local" \
		"add --local --user x" "remove --class data x" "add --json x" "explain --all x"
	do
		expect_status 129 roar filter $operands 2>err && grep "^usage: roar filter" err || exit 1
	done && expect_status 129 roar filter add "" 2>err && test ! -e roar.toml
'

test_done
