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

test_case 'every execution, if asked: superseded ones are marked, and depend on what they read then' '
	roar dag --expanded >out && grep -E "^Pipeline: 6 steps \([0-9]+ runs shown\)" out && grep "@1 copy .*\[superseded\]" out &&
	grep "\[superseded\] = previous run" out && roar dag --expanded --json >json && jq -e ".is_expanded and .total_steps == 6 and (.nodes | length) > 6" json &&
	jq -e "[.nodes[] | select(.step == \"@1\") | .state] == [\"superseded\", \"active\", \"superseded\"]" json &&
	jq -e ".nodes[] | select(.step == \"@2\") | .dependencies == [{\"step\": \"@1\"}]" json
'

test_case 'only what is stale' '
	roar dag --stale-only >out && ! grep "@1 copy" out && grep "^@2 count .* \*$" out && roar dag --stale-only --json |
		jq -e "all(.nodes[]; .state == \"stale\") and .stale_count == .total_steps and .nodes[0].dependencies == []"
'

test_case 'a flow chart for Mermaid' '
	roar dag --mermaid >out && head -n 1 out | grep -x "flowchart LR" && grep -F "f0([\"a\"])" out && grep -x "  f0 --> s0" out &&
	grep "s1\[\"@2 count\"\]:::stale" out && grep -x "  s0 --> f1" out
'

test_case 'its text is escaped' '
	roar run -q sh -c ": \"#<b>\" >esc" && roar dag --mermaid | grep -F "#35;#lt;b#gt;" && ! roar dag --mermaid | grep -F "<b>"
'

test_case 'of more than Mermaid draws the steps alone' '
	roar run -q -n many sh -c "i=0; while test \$i -lt 501; do echo \$i >many\$i; i=\$((i + 1)); done" && roar dag --mermaid >out &&
	! grep many500 out && grep "@8 many" out && grep -x "  s0 --> s1" out && test "$(wc -l <out)" -lt 500
'

test_case 'one form at a time' '
	expect_status 129 roar dag --dot --json && expect_status 129 roar dag --mermaid --dot && expect_status 129 roar dag more
'

test_done
