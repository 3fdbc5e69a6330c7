#!/bin/sh
# The tree of jobs and files that something came from.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
project p || exit 1
echo raw >raw.csv && echo p >params && roar run -q -n gen sh -c 'echo gen >gen.csv' &&
	roar run -q -n clean sh -c 'cat raw.csv gen.csv >clean.csv' &&
	roar run -q -n train sh -c 'cat clean.csv params >model' &&
	roar run -q -n eval sh -c 'cat model clean.csv >report' || exit 1

test_case 'the tree' '
	roar lineage report | tr "\047" "=" >out && cat >expect <<-EOF && diff -u expect out
	report  blake3:$(b3sum --no-names report | cut -c1-12)  18 B
	└── @4 sh -c =cat model clean.csv >report=
	    ├── clean.csv  blake3:$(b3sum --no-names clean.csv | cut -c1-12)
	    │   └── @2 sh -c =cat raw.csv gen.csv >clean.csv=
	    │       ├── gen.csv  blake3:$(b3sum --no-names gen.csv | cut -c1-12)
	    │       │   └── @1 sh -c =echo gen >gen.csv=
	    │       └── raw.csv  blake3:$(echo raw | b3sum --no-names | cut -c1-12)
	    └── model  blake3:$(b3sum --no-names model | cut -c1-12)
	        └── @3 sh -c =cat clean.csv params >model=
	            ├── clean.csv  blake3:$(b3sum --no-names clean.csv | cut -c1-12)
	            │   └── @2 sh -c =cat raw.csv gen.csv >clean.csv=  (as above)
	            └── params  blake3:$(b3sum --no-names params | cut -c1-12)
	EOF
'

test_case 'the tree of a job, cut' '
	roar lineage --depth 1 @4 >out && test "$(wc -l <out)" = 3 && grep "model .*  \.\.\.$" out &&
	roar lineage --depth 2 --json @4 | jq -e "[.jobs[].step] == [\"@4\", \"@2\", \"@3\"] and .jobs[1].cut == true"
'

test_case 'the tree as JSON: jobs that name each other' '
	roar lineage --output json report >out && jq -e ".artifact.hash == \"$(b3sum --no-names report)\" and (.jobs | length) == 4" out &&
	jq -e ".jobs[0].inputs[0].producer_oid == .jobs[1].job_oid and (.artifacts | length) == 6" out &&
	roar lineage --json report >again && cmp out again
'

test_case 'a session as a whole has every job once' '
	roar lineage session:current >out && test "$(grep -c "^@" out)" -ge 1 && test "$(grep -c "@1 sh" out)" = 1
'

test_case 'wrong words' '
	expect_status 129 roar lineage 2>err && grep "^usage" err && expect_status 129 roar lineage --depth x report &&
	expect_status 129 roar lineage --output dot report && expect_status 128 roar lineage never
'

test_done
