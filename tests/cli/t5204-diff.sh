#!/bin/sh
# In what two histories differ, the likeliest reason first.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
b3 () { b3sum --no-names "$1" | cut -c1-12; }
uid () { roar show "$1" --json | jq -r .job_uid; }
# kinds A B: of the differences, with their subjects.
kinds () { roar diff --json "$1" "$2" | jq -r '.differences[] | "\(.kind) \(.subject)"'; }

echo raw >raw.csv && printf 'cat raw.csv >clean.csv\n' >clean.sh && printf 'cat clean.csv >model; echo "$@" >>model\n' >train.sh &&
	git add clean.sh train.sh && git commit -qm code && roar run -q -n clean sh clean.sh &&
	roar run -q -n train sh train.sh --lr 0.1 && clean1=$(uid @1) && train1=$(uid @2) && model1=$(b3sum --no-names model) || exit 1

test_case 'a thing and itself are the same' '
	roar diff @2 @2 >out && grep -x "The same." out && roar diff --exit-code @2 @2 && roar diff model "$model1" | grep "same content" &&
	roar diff --exit-code session:current session:current
'

test_case 'another parameter, by its name' '
	roar run -q -n train sh train.sh --lr=0.2 && roar diff "job:$train1" @2 >out &&
	grep "^  1. parameters  @2 *--lr: 0.1 -> 0.2$" out && test "$(kinds "job:$train1" @2)" = "parameters --lr" &&
	expect_status 1 roar diff --exit-code "job:$train1" @2
'

test_case 'two moments of a session are its newest jobs then' '
	roar diff HEAD~1 HEAD >out && grep "^  1. parameters  @2 *--lr: 0.1 -> 0.2$" out && roar diff HEAD~1 HEAD~1 | grep -x "The same." &&
	expect_status 129 roar diff HEAD~3 HEAD 2>err && cat err && grep "before its first job" err
'

test_case 'data far upstream, before what follows from it' '
	echo raw2 >raw.csv && roar run -q -n clean sh clean.sh && roar run -q -n train sh train.sh --lr 0.2 &&
	roar diff "$model1" model >out && cat out &&
	grep "^  1. data  *@1  *raw.csv: $(echo raw | b3sum --no-names | cut -c1-12) -> $(b3 raw.csv)$" out &&
	grep "^  2. parameters  @2 *--lr: 0.1 -> 0.2$" out && grep "^  clean.csv, made by @1$" out &&
	roar diff --json "$model1" model | jq -e ".jobs_compared == 2 and .differences[0].distance == 1 and
		[.consequences[].path] == [\"clean.csv\"] and .unexplained == []"
'

test_case 'code that was read, and the commit' '
	printf "cat raw.csv raw.csv >clean.csv\n" >clean.sh && git commit -qam double && roar run -q -n clean sh clean.sh &&
	kinds "job:$clean1" @1 >out && cat out && printf "data raw.csv\ncode clean.sh\ncommit commit\n" >expect && diff -u expect out
'

test_case 'a variable of the project' '
	before=$(uid @1) && roar env set SEED 7 && roar run -q -n clean sh clean.sh && roar diff "job:$before" @1 >out &&
	grep "parameters .*\$SEED: (none) -> 7" out && roar env unset SEED
'

test_case 'a package' '
	command -v python3 >/dev/null || skip_case "python3 is not installed"
	site=$trash/home/lib/site-packages && mkdir -p $site/pkg $site/pkg-1.0.dist-info && echo "v = 1" >$site/pkg/__init__.py &&
	printf "Name: pkg\nVersion: 1.0\n" >$site/pkg-1.0.dist-info/METADATA && echo "pkg/__init__.py,," >$site/pkg-1.0.dist-info/RECORD &&
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$site roar run -q -n py python3 -c "import pkg; open(\"py.out\", \"w\").write(str(pkg.v))" && one=$(uid @3) &&
	echo "v = 2" >$site/pkg/__init__.py && mv $site/pkg-1.0.dist-info $site/pkg-2.0.dist-info && printf "Name: pkg\nVersion: 2.0\n" >$site/pkg-2.0.dist-info/METADATA &&
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$site roar run -q -n py python3 -c "import pkg; open(\"py.out\", \"w\").write(str(pkg.v))" &&
	roar diff "job:$one" @3 >out && grep "^  1. packages  *@3 *pip:pkg: 1.0 -> 2.0$" out
'

test_case 'results that nothing recorded explains' '
	roar run -q -n random sh -c "head -c 8 /dev/urandom >random" && one=$(uid @4) && roar run -q -n random sh -c "head -c 8 /dev/urandom >random" &&
	roar diff "job:$one" @4 >out && grep "^Not explained: .*@4" out && roar diff --json "job:$one" @4 | jq -e "(.unexplained | length) == 1" &&
	expect_status 1 roar diff --exit-code "job:$one" @4
'

test_case 'sessions, step by step' '
	old=$(roar session list --json 2>/dev/null | jq -r ".sessions[0].session") && roar reset -y >/dev/null 2>&1 &&
	roar run -q -n train sh train.sh --lr 0.3 && roar run -q -n extra cp raw.csv extra && roar diff "session:$old" session:current >out && cat out &&
	grep "parameters .*--lr: 0.2 -> 0.3" out && grep "pipeline .*step clean: there -> (none)" out && grep "pipeline .*step extra: (none) -> there" out
'

test_case 'wrong words' '
	expect_status 129 roar diff 2>err && grep "^usage" err && expect_status 129 roar diff @1 && expect_status 128 roar diff @1 never &&
	expect_status 129 roar diff @1 session:current
'

test_done
