# A store of every format that there was opens, says what it always said, and takes new jobs. The
# stores are in tests/stores: format-N.tar.gz, and what cat-object says of its objects.

. "$SOURCE_DIR/tests/cli/lib.sh"

stores=$SOURCE_DIR/tests/stores
for store in "$stores"/format-*.tar.gz
do
	name=$(basename "$store" .tar.gz)
	test_case "$name: every object is there, and is what it was" '
		tar xzf "$store" && roar cat-object --batch-all-objects --batch-check >objects &&
		diff "$stores/$name.objects" objects && roar fsck &&
		roar cat-object --batch-all-objects --batch >/dev/null'
	test_case "$name: jobs are found by step, uid, name and path" '
		tar xzf "$store" && roar log --json | jq -e ".jobs | length == 4" &&
		roar show @1 | grep "sort in" && roar show @B1 | grep "cat in" && roar show count | grep wc'
	test_case "$name: new jobs are recorded" '
		tar xzf "$store" && git init -q . && echo "*" >.git/info/exclude && printf "c\n" >in &&
		roar run --allow-dirty sh -c "sort in >sorted" && roar log --json | jq -e ".jobs | length == 5" &&
		roar fsck && roar cat-object --batch-all-objects --batch >/dev/null'
	test_case "$name: it can be read where nothing can be written" '
		tar xzf "$store" && chmod -R a-w .roar && roar log >seen; status=$?; chmod -R u+w .roar
		test $status -eq 0 && grep "sort in" seen'
done
test_case 'a dictionary never changes' '
	b3sum --no-names "$SOURCE_DIR/objects/dictionary/dictionary-1.zdict" | grep "^3e11e261cb4f24662e2da9f7bec9b29e54efa70a65da933d64b25fe42247e574$"'
test_done
