#!/bin/sh

. "$SOURCE_DIR/tests/cli/lib.sh"
. "$SOURCE_DIR/tests/cli/lib_composite.sh"

cat >write.sh <<'END'
mkdir -p out/z.zarr/0 && echo '{}' >out/z.zarr/.zarray && for i in 1 2 3; do echo $i >out/z.zarr/0/$i; done
echo r >out/z.zarr/README.md && echo log >out/log
END
git add write.sh && git commit -q -m write

test_case 'a job that writes a data set has it as one artifact' '
	roar run -q sh write.sh && roar show --json @1 >shown &&
	jq -r ".composites[] | \"\(.algorithm) \(.digest) \(.role) \(.structure) \(.path)\"" shown >actual &&
	echo "$(independent digest out/z.zarr) output zarr out/z.zarr" >expect && diff expect actual &&
	roar show @1 >text && grep "out/z.zarr/  \[output, zarr, 4 files\]" text && grep "out/log" text && ! grep "z.zarr/0/1" text &&
	grep "z.zarr/README.md" text && roar show --all @1 | grep "z.zarr/0/1" &&
	roar show "$(jq -r ".composites[0].digest" shown | cut -c 1-12)" | grep "0/1" && roar fsck && roar reindex && roar fsck
'

test_case 'a job that reads all of it has it too, and one that reads a part of what is known' '
	roar run -q sh -c "cat out/z.zarr/.zarray out/z.zarr/0/* >sum" && roar show --json @2 | jq -e ".composites[0].role == \"input\"" &&
	roar run -q sh -c "cat out/log >sum2" && roar show --json @3 | jq -e "has(\"composites\") | not"
'

test_case 'a directory that says nothing is an artifact if it is declared' '
	roar run -q --composite plain --composite ./none sh -c "mkdir plain && echo a >plain/a && echo b >plain/b" 2>err &&
	grep "no composite of none" err && roar show --json @4 | jq -r ".composites[] | \"\(.algorithm) \(.digest)\"" >actual &&
	independent digest plain >expect && diff expect actual && roar cat-object -p @4 | jq -e ".composites | length == 1"
'

test_case 'shards and partitions' '
	roar run -q sh -c "mkdir -p s t/k=1 t/k=2 && echo 1 >s/0.tar && echo 2 >s/1.tar && echo 1 >t/k=1/a.parquet && echo 2 >t/k=2/a.parquet && echo one >lone.tar" &&
	roar show --json @5 | jq -r ".composites[] | \"\(.structure) \(.path)\"" >actual &&
	printf "webdataset s\nparquet-shards t\n" >expect && diff expect actual
'

test_case 'the directory names the composite that it was last' '
	wanted=$(roar show --json @5 | jq -r ".composites[] | select(.path == \"s\") | .digest") &&
	for name in s s/ ./s "$PWD/s" path:s; do test "$(roar show --json "$name" | jq -r .digest)" = "$wanted" || exit 1; done &&
	test "$(roar show --json out/z.zarr | jq -r .type)" = composite && expect_status 128 roar show out
'

test_case 'the graph has the directory as one, and its files on demand' '
	roar dag >shown && grep -F "(s/, 2 files)" shown && grep -F "(t/, 2 files)" shown && grep -F "(lone.tar)" shown &&
	roar dag --show-artifacts | grep -F "(s/0.tar)" &&
	roar dag --json | jq -e "[.nodes[] | select(.step == \"@5\") | .composites[].path] == [\"s\", \"t\"]"
'

test_case 'graphs for other programs have it as one node, and its files on demand' '
	roar dag --dot >dag.dot && grep -cF "\"out/z.zarr/\" [shape=folder];" dag.dot | grep -x 1 && grep -F "\"out/z.zarr/\" -> \"@2\";" dag.dot &&
	test "$(grep -cF "\"@1\" -> \"out/z.zarr/\";" dag.dot)" = 1 && ! grep z.zarr/0/1 dag.dot && grep -F "\"out/log\" -> \"@3\"" dag.dot &&
	roar dag --dot --show-artifacts | grep -F "\"out/z.zarr/0/1\" -> \"@2\"" && roar dag --mermaid >dag.mmd && grep -F "[[\"out/z.zarr/\"]]" dag.mmd &&
	! grep z.zarr/0/1 dag.mmd && roar dag --mermaid --show-artifacts | grep -F "([\"out/z.zarr/0/1\"])" &&
	if command -v dot >/dev/null; then dot -Tplain dag.dot >dot.plain && grep "^edge @1 out/z.zarr/ \|^edge \"@1\" \"out/z.zarr/\" " dot.plain; fi &&
	roar dag --json | jq -e "[.nodes[] | select(.step == \"@2\") | .composites[] | .role] == [\"input\"]"
'

test_case 'a job that waited in the spool has it too' '
	chmod a-w .roar/objects 2>/dev/null; mv .roar/objects .roar/away && roar run -q sh -c "mkdir w && echo 1 >w/0.tar && echo 2 >w/1.tar" ;
	mv .roar/away .roar/objects && chmod u+w .roar/objects && roar show --json @6 | jq -e ".composites[0].path == \"w\"" && roar fsck
'

test_case 'a crowded directory is not looked through for the sake of two files' '
	command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || skip_case "no strace"
	mkdir crowd && echo 1 >crowd/0.parquet && echo 2 >crowd/1.parquet && (cd crowd && seq 20000 | xargs touch) &&
	strace -f -qq -e trace=getdents64,newfstatat -o ../calls roar run -q sh -c "cat crowd/*.parquet >sum3" &&
	wc -l <../calls && test $(wc -l <../calls) -lt 10000 && roar show --json "HEAD^{job}" | jq -e "has(\"composites\") | not" &&
	roar run -q --composite crowd sh -c "cat crowd/*.parquet >sum4" && roar show --json "HEAD^{job}" | jq -e ".composites[0].structure == \"parquet-shards\""
'

test_case 'what a job used a part of says so' '
	mkdir -p u.zarr/a u.zarr/b && echo "{}" >u.zarr/.zarray && for i in 1 2 3; do echo $i >u.zarr/a/$i; done && echo x >u.zarr/b/README.md && ln -s a/1 u.zarr/link &&
	roar run -q --composite u.zarr sh -c "cat u.zarr/.zarray u.zarr/a/2 u.zarr/b/README.md >sum5" && roar show "HEAD^{job}" >shown &&
	grep "u.zarr/  \[input, zarr, 2 of 5 files\]" shown && roar show --json "HEAD^{job}" | jq -e ".composites[0] | .files_used == 2 and .files == 5" &&
	roar run -q --composite u.zarr sh -c "cat u.zarr/.zarray u.zarr/a/? >sum6" && roar show "HEAD^{job}" | grep "u.zarr/  \[input, zarr, 5 files\]" &&
	mkdir m && cp -r u.zarr m/x && cp -r u.zarr m/y && roar composite create m | grep nested &&
	roar run -q --composite m sh -c "cat m/y/.zarray m/x/a/3 >sum7" && roar show "HEAD^{job}" | grep "m/  \[input, nested, 2 of 10 files\]"
'

test_done
