#!/bin/sh
# The example of each page about a type is an object of this type, and has the id that the page says.

. "$SOURCE_DIR/tests/cli/lib.sh"

formats=$SOURCE_DIR/docs/formats

# The first block below "## Example", without the newline at its end.
example () {
	sed -n '/^## Example/,$ { /^```/,/^```/p }' "$1" | sed -n '2p' | tr -d '\n'
}

for type in artifact blob digest environment job label node packages processes session
do
	test_case "the page about $type" "
		oid=\$(sed -n 's/.*id is \`\([0-9a-f]*\)\`.*/\1/p' '$formats/$type.md') && test \${#oid} = 64 &&
		example '$formats/$type.md' >payload && test -s payload &&
		test \"\$(roar hash-object -t $type payload)\" = \$oid
	"
done

test_case 'the page about canonical JSON' '
	example "$formats/canonical-json.md" >payload &&
	python3 -c "
import json
text = open(\"payload\", encoding=\"utf-8\").read()
assert json.dumps(json.loads(text), sort_keys=True, separators=(\",\", \":\"), ensure_ascii=False) == text
"
'

test_case 'every table of the store is on its page' '
	grep -o "\"[a-z]*\"" "$SOURCE_DIR/objects/store_impl.h" | grep -v / | tr -d "\"" | sort >tables &&
	test "$(wc -l <tables)" = 15 &&
	while read -r table; do grep -q "^| \`$table\` |" "$formats/store.md" || { echo $table; exit 1; }; done <tables
'

test_done
