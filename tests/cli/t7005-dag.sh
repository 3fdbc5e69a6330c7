#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo 1 >a

test_case 'an empty session has no steps' '
	roar dag >out && grep -x "Pipeline: 0 steps" out && grep "No steps in pipeline" out
'

roar run -q -n copy cp a b && roar run -q -n count sh -c 'wc -l <b >c' &&
	roar run -q -n join sh -c 'cat b c >d' || exit 1

test_case 'steps stand below the last step that they depend on' '
	roar dag >out && cat >expect <<-\EOF &&
	Pipeline: 3 steps

	@1 copy  in:1 out:1 cons:0
	└──> @2 count  in:1 out:1 cons:1
	     └──> @3 join  in:2 out:1 cons:2  after:@1,@2
	          └──> (d)
	EOF
	diff -u expect out
'

test_case 'JSON says who depends on whom and who consumes what' '
	roar dag --json >out && jq -e ".total_steps == 3 and .version == 1" out &&
	jq -e ".nodes[2].dependencies == [{\"step\":\"@1\"},{\"step\":\"@2\"}]" out &&
	jq -e ".nodes[0].outputs[0].consumers == [\"@2\",\"@3\"]" out
'

test_case 'a copy made by hand connects by content' '
	cp c elsewhere && roar run -q -n far cp elsewhere e &&
	roar dag --json | jq -e ".nodes[3].dependencies == [{\"step\":\"@2\",\"via_content\":true}]"
'

test_case 'empty files connect nothing by content' '
	roar run -q -n empty sh -c ": >empty1" && : >empty2 && roar run -q -n reader sh -c "cat empty2 >f" &&
	roar dag --json | jq -e ".nodes[5].dependencies == []"
'

test_case 'a new version upstream makes what read the old one stale' '
	echo 2 >a && roar run -q -n copy cp a b && roar dag >out &&
	grep "@1 copy .*cons:0$" out && grep "@2 count .* \*$" out && grep "@3 join .* \*$" out &&
	grep "stale" out && roar dag --json | jq -e ".nodes[0].executions == 2 and .stale_count >= 2"
'

test_case 'a failed execution does not stand for its step' '
	expect_status 1 roar run -q -n copy false && roar dag --json | jq -e ".nodes[0].exit.code == 0"
'

test_case 'the graph is one that Graphviz reads' '
	roar dag --dot >out && grep "^digraph roar {" out && grep "\"a\" -> \"@1\";" out &&
	grep "\"@1\" -> \"b\";" out && if command -v dot >/dev/null; then dot -Tsvg out >/dev/null; fi
'

test_done
