#!/bin/sh
# What makes a step stale, what does not, and the words for it.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1

b3 () { b3sum --no-names "$1" | cut -c1-12; }

# reasons @N: what dag says of a step, one reason a line.
reasons () { roar dag --json | jq -r ".nodes[] | select(.step == \"$1\") | .reasons[]?.text"; }
fresh () { roar status --exit-code >/dev/null && roar status | grep "^Stale: *none of"; }

mkdir data && echo one >data/raw.csv && printf 'cp data/raw.csv clean\n' >clean.sh && git add clean.sh && git commit -qm code
roar run -q -n clean sh clean.sh && roar run -q -n count sh -c 'wc -c <clean >count' || exit 1

test_case 'after a run all is fresh' 'fresh'

test_case 'a file that was touched, or written anew with the same bytes, is no reason' '
	touch data/raw.csv clean.sh && fresh && cp data/raw.csv x && mv x data/raw.csv && fresh
'

test_case 'data that changed: what was and what is, and the steps after it' '
	was=$(b3 data/raw.csv) && echo two >data/raw.csv &&
	echo "data/raw.csv changed since (was $was, is $(b3 data/raw.csv))" >expect && reasons @1 >out && diff -u expect out &&
	test "$(reasons @2)" = "it depends on @1, which is stale" &&
	expect_status 1 roar status --exit-code >out && grep "^Stale: *2 of 2 steps" out && grep "  @1  data/raw.csv changed since" out &&
	roar dag >out && grep "^@1 clean .* \*$" out && sed -n "/^Stale:/,\$p" out | grep "@1  data/raw.csv changed since" &&
	roar dag --json | jq -e ".nodes[0].reasons == [{cause: \"data\", change: \"changed\", subject: \"data/raw.csv\",
		was: \"$(echo one | b3sum --no-names)\", is: \"$(echo two | b3sum --no-names)\", text: .nodes[0].reasons[0].text}]"
'

test_case 'data that is gone, and that is back' '
	was=$(echo one | b3sum --no-names | cut -c1-12) && rm data/raw.csv && reasons @1 | grep -x "data/raw.csv is gone (was $was)" &&
	echo one >data/raw.csv && fresh
'

test_case 'code that changed' '
	echo "# more" >>clean.sh && reasons @1 | grep "^clean.sh changed since (was" &&
	roar dag --json | jq -e ".nodes[0].reasons[0].cause == \"code\"" && git checkout -q clean.sh && fresh
'

test_case 'a step that was run again with another result makes what read the old one stale' '
	echo three >data/raw.csv && roar run -q -n clean sh clean.sh && test -z "$(reasons @1)" &&
	reasons @2 | grep -x "clean was made anew by @1 (was .*, is $(b3 clean))" &&
	roar run -q -n count sh -c "wc -c <clean >count" && fresh
'

test_case 'a result that somebody changed makes its own step stale, and the one that reads it' '
	cp clean good && echo more >>clean && reasons @1 | grep "^output clean changed since" &&
	reasons @2 >out && grep "^clean changed since" out && ! grep "depends on" out && mv good clean && fresh
'

test_case 'a result that is gone is a reason, unless it was on its way to another step' '
	mv clean kept && fresh && mv kept clean && mv count kept && reasons @2 | grep "^output count is gone" && mv kept count && fresh
'

test_case 'a file that the step looked for in vain' '
	roar run -q -n look sh -c "cat extra.cfg clean >looked || true" 2>/dev/null && fresh && echo 1 >extra.cfg &&
	reasons @3 | grep "^extra.cfg is there now, and was not" && rm extra.cfg && fresh
'

test_case 'variables of the project' '
	roar env set SEED 1 && reasons @1 | grep -x "variable SEED is set now (1)" && roar run -q -n clean sh clean.sh &&
	test -z "$(reasons @1)" && roar env set SEED 2 && reasons @1 | grep -x "variable SEED changed since (was 1, is 2)" &&
	roar env unset SEED && reasons @1 | grep -x "variable SEED is not set any more (was 1)" &&
	roar dag --json | jq -e ".nodes[0].reasons[0].cause == \"parameters\"" && roar run -q -n clean sh clean.sh && fresh
'

test_case 'a secret among them is not shown' '
	roar env set API_TOKEN hunter2hunter2 && roar dag >out && roar status --json >>out && ! grep hunter2 out && roar env unset API_TOKEN && fresh
'

test_case 'a step that changes its input in place is fresh after it' '
	echo 1 >log && roar run -q -n append sh -c "echo 2 >>log" && fresh && roar run -q -n again sh -c "cat log; echo 3 >>log" && fresh
'

test_case 'a link that leads to another file now' '
	echo a >v1 && echo b >v2 && ln -s v1 latest && roar run -q -n link cp latest linked && fresh &&
	ln -sfn v2 latest && reasons @6 | grep "^v1 changed since (was $(b3 v1), is $(b3 v2))" && ln -sfn v1 latest && fresh
'

test_case 'a Python package that was upgraded' '
	command -v python3 >/dev/null || skip_case "python3 is not installed"
	site=$trash/home/lib/site-packages && mkdir -p $site/pkg $site/pkg-1.0.dist-info && echo "v = 1" >$site/pkg/__init__.py &&
	printf "Name: pkg\nVersion: 1.0\n" >$site/pkg-1.0.dist-info/METADATA && echo "pkg/__init__.py,," >$site/pkg-1.0.dist-info/RECORD &&
	PYTHONPATH=$site roar run -q -n py python3 -c "import pkg; open(\"py.out\", \"w\").write(str(pkg.v))" &&
	PYTHONPATH=$site roar run -q -n py python3 -c "import pkg; open(\"py.out\", \"w\").write(str(pkg.v))" && fresh &&
	echo "v = 22" >$site/pkg/__init__.py && mv $site/pkg-1.0.dist-info $site/pkg-2.0.dist-info &&
	printf "Name: pkg\nVersion: 2.0\n" >$site/pkg-2.0.dist-info/METADATA && rm -rf $site/pkg/__pycache__ &&
	roar dag --json >out && jq -r ".nodes[6].reasons[].text" out >texts && cat texts && grep -x "package pip:pkg changed since (was 1.0, is 2.0)" texts &&
	jq -e ".nodes[6].reasons[0].cause == \"environment\"" out
'

test_case 'a Python module that was read compiled counts by its source' '
	command -v python3 >/dev/null || skip_case "python3 is not installed"
	echo "v = 1" >mod.py && printf "import mod\nopen(\"mod.out\", \"w\").write(str(mod.v))\n" >use.py &&
	git add mod.py use.py && git commit -qm python && roar run -q -n mod python3 use.py && roar run -q -n mod python3 use.py &&
	test -z "$(reasons @8)" && echo "v = 2" >mod.py && reasons @8 | grep "^mod.py changed since"
'

test_done
