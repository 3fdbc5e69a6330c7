#!/bin/sh
# roar import roar-db, from a database that the older roar itself wrote (tests/roar-db/store.sql).

. "$SOURCE_DIR/tests/cli/lib.sh"

for tool in jq sqlite3 python3
do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
token=ghp_16C7e42F292c6912E7710c838347Ae178B4a

# load_store: the fixture as this project's .roar/roar.db
load_store () {
	sed "s#@ROOT@#$PWD#g; s#@TOKEN@#$token#g" "$SOURCE_DIR/tests/roar-db/store.sql" | sqlite3 .roar/roar.db
}
db_hashes () {
	sha256sum .roar/roar.db*
}

project p || exit 1
load_store || exit 1
# What has no place in ours.
sqlite3 .roar/roar.db "
	insert into artifacts (id, size, first_seen_at, kind, source_url) values ('etag', 7, 1, 'primitive', 's3://b/k');
	insert into artifact_hashes values ('etag', 'etag', '\"0123-2\"');
	insert into job_inputs values (1, 'etag', 's3://b/k', '[[0,3]]');
	insert into artifacts (id, size, first_seen_at, kind) values ('set', 7, 1, 'composite'), ('none', 5, 1, 'primitive');
	insert into job_outputs values (4, 'set', '/srv/set', null), (4, 'none', '/srv/none', null);
	insert into jobs (job_uid, timestamp, command, session_id, step_number, status) values ('0badcafe', 5, 'later', 1, 9, 'pending');
	insert into jobs (job_uid, timestamp, command, exit_code, session_id) values ('1badcafe', 5, 'nowhere', 0, 77);
	insert into collections (name, created_at) values ('c', 1);
	insert into labels (entity_type, session_id, version, metadata, write_origin, created_at) values ('dag', 1, 1, '{\"purpose\":\"demo\"}', 'user', 9);
	insert into labels (entity_type, artifact_id, version, metadata, write_origin, created_at) values ('artifact', 'set', 1, '{}', 'user', 9);
" || exit 1
db_hashes >before

test_case 'a dry run says the same and writes nothing' '
	roar for-each-ref >refs && roar import -n roar-db 2>dry && cat dry && roar for-each-ref | cmp - refs &&
	roar import --dry-run --json roar-db | jq -e ".dry_run and .added.jobs == 8 and .added.sessions == 2"
'

test_case 'everything comes over, and what does not is named' '
	roar import roar-db 2>err && cat err && sed "s/would import/imported/; s/would go on/going on/" dry | cmp - err &&
	grep -x "roar: imported 2 sessions, 8 jobs, .*, 13 label versions" err &&
	grep -x "roar: not carried over: jobs that were not run to their end (1)" err &&
	grep -x "roar: not carried over: jobs that belong to no session (1)" err &&
	grep -x "roar: not carried over: edges to composite artifacts (1)" err &&
	grep -x "roar: not carried over: contents without a usable hash (1)" err &&
	grep -x "roar: not carried over: labels of what was not taken over (1)" err &&
	grep -x "roar: not carried over: collections (1)" err &&
	grep -x "roar: not carried over: byte ranges of inputs (1)" err
'

test_case 'the database is as it was' '
	db_hashes | cmp - before && test ! -e .roar/roar.db-shm && ! ls -d .roar/import-*
'

test_case 'a second import imports nothing' '
	roar for-each-ref >refs && roar import roar-db 2>err && roar for-each-ref | cmp - refs &&
	grep -x "roar: imported 0 sessions, 0 jobs, 0 artifacts, 0 hashes, 0 label versions" err &&
	grep -x "roar: already there: 8 jobs, 13 label versions" err && roar fsck
'

test_case 'its active session is ours, for ours was empty' '
	test "$(roar log --json | jq -r ".session")" = "$(sqlite3 .roar/roar.db "select substr(hash,1,32) from sessions where is_active")" &&
	test "$(roar log --json | jq ".jobs | length")" = 1
'

test_case 'jobs keep uid, step, name, command, times, exit and commit' '
	sqlite3 .roar/roar.db "select job_uid, step_number, ifnull(job_type,\"run\"), exit_code, cast(timestamp as int), git_commit from jobs where exit_code is not null and session_id < 3 order by id" >wanted &&
	cut -d"|" -f1 wanted | while read -r uid
	do
		roar cat-object -p job:"$uid" >job && oid=$(roar cat-object --batch-check <<-EOF | cut -d" " -f1
		job:$uid
		EOF
		) && step=$(roar show --json job:"$uid" | jq -r .step) &&
		jq -r --arg uid $uid --arg step "${step#@}" "[\$uid, (\$step | ltrimstr(\"B\")), .kind, (.exit.code|tostring), (.started[0]|tostring), .git.commit] | join(\"|\")" job || exit 1
	done >got && diff wanted got
'

test_case 'an imported job says that it is one' '
	uid=$(sqlite3 .roar/roar.db "select job_uid from jobs where id = 4") &&
	roar cat-object -p job:$uid | jq -e ".tracing | .backend == \"imported\" and (.complete | not) and .gaps == [{\"count\":1,\"reason\":\"imported\"}]" &&
	roar show $uid | grep "model/shard-0.bin"
'

test_case 'contents are claims, and every hash is a name' '
	sqlite3 .roar/roar.db "select digest, size from artifact_hashes h join artifacts a on a.id = artifact_id where a.id in (select artifact_id from job_inputs union select artifact_id from job_outputs)" |
	while IFS="|" read -r digest size
	do
		case $digest in \"*) continue ;; esac
		roar show --json "$digest" | jq -e --argjson size $size ".claimed and .size == \$size" || exit 1
	done
'

test_case 'labels come with their history' '
	uid=$(sqlite3 .roar/roar.db "select job_uid from jobs where id = 3") &&
	roar show --json $uid | jq -r ".labels[] | select(.key | startswith(\"roar.\") | not) | .key + \" \" + .value" >labels && cat labels &&
	printf "%s\n" "owner \"alice\"" "stage \"clean\"" >wanted && grep -v note.deep labels | cmp - wanted &&
	roar show $uid | grep -x "  stage=clean" && ! roar show $uid | grep roar.git &&
	ref=refs/labels/$(roar show --json $uid | jq -r .job_oid) &&
	first=$(roar cat-object -p $ref | jq -r .previous_oid) && roar cat-object -p $first | jq -e ".document[] == [\"stage\", \"\\\"raw\\\"\"]" &&
	roar show sorted.csv | grep -x "  quality=gold" && roar show sorted.csv | grep -x "  score=0.5" &&
	roar show "session:$(sqlite3 .roar/roar.db "select substr(hash,1,32) from sessions where id = 1")" | grep -x "  purpose=demo"
'

test_case 'no secret comes along' '
	roar for-each-ref | grep -oE "[0-9a-f]{64}" >todo && : >seen && : >payloads &&
	while test -s todo
	do
		roar cat-object --batch <todo >batch && cat batch >>payloads && sort -u seen todo -o seen || exit 1
		grep -aoE "[0-9a-f]{64}" batch | sort -u >named
		roar cat-object --batch-check <named | awk "\$2 != \"missing\" { print \$1 }" | sort -u | comm -23 - seen >todo
	done &&
	grep -aF "<redacted:github-token:" payloads >/dev/null && ! grep -aF -e "$token" -e hunter2hunter payloads &&
	! grep -raFl -e "$token" -e hunter2hunter .roar | grep -v "^.roar/roar.db$"
'

test_case 'what was imported and what runs here are one DAG' '
	printf "b\na\n" >data.csv && printf "A\nB\n" >up.csv && printf "%s\n" "rev up.csv >rev.csv" >rev.sh && git add rev.sh && git commit -qm rev &&
	roar run -q sh rev.sh && roar dag | tee dag && roar show --json up.csv | jq -e ".claimed | not" &&
	roar dag --json | jq -e "[.nodes[] | select(.step == \"@2\") | .dependencies[]] | length == 1"
'

test_case 'the older program goes on, and so does the import' '
	sqlite3 .roar/roar.db "insert into jobs (job_uid, timestamp, command, exit_code, session_id, step_number) values (\"2badcafe\", 1795290000.5, \"echo '\''two words'\''\", -9, 2, 3)" &&
	roar import roar-db 2>err && grep "imported 0 sessions, 1 job, " err &&
	roar cat-object -p job:2badcafe | jq -e ".argv == [\"echo\", \"two words\"] and .exit == {\"signal\": 9}" && roar dag
'

test_case 'a write-ahead log is read, and left' '
	project ../wal && load_store && python3 - <<-\EOF &&
	import os, sqlite3
	db = sqlite3.connect(".roar/roar.db")
	db.execute("pragma journal_mode=wal")
	db.execute("pragma wal_autocheckpoint=0")
	db.execute("insert into jobs (job_uid, timestamp, command, exit_code, session_id, step_number) values ('\''3badcafe'\'', 1795290000.5, '\''true'\'', 0, 2, 3)")
	db.commit()
	os._exit(0)
	EOF
	test -s .roar/roar.db-wal && db_hashes >../wal.before && roar import roar-db && db_hashes | cmp - ../wal.before &&
	roar cat-object -e job:3badcafe
'

test_case 'a locked, a damaged, a foreign and a missing database are errors' '
	project ../bad && expect_status 128 roar import roar-db 2>err && grep "there is no database" err &&
	echo "this is no database, whatever its name says" >.roar/roar.db && expect_status 128 roar import roar-db 2>err && cat err && grep "not a database" err &&
	rm .roar/roar.db && sqlite3 .roar/roar.db "create table t (x)" && expect_status 128 roar import roar-db 2>err && grep "is no database of roar: it has no table" err &&
	rm .roar/roar.db && load_store && python3 - <<-\EOF &&
	import sqlite3, subprocess
	db = sqlite3.connect(".roar/roar.db", isolation_level=None)
	db.execute("begin exclusive")
	done = subprocess.run(["roar", "import", "roar-db"], capture_output=True, text=True)
	assert done.returncode == 128 and "is locked" in done.stderr, done
	EOF
	truncate -s 100000 .roar/roar.db && db_hashes >../bad.before && expect_status 128 roar import roar-db 2>err && cat err && grep -E "damaged|malformed" err &&
	db_hashes | cmp - ../bad.before && ! ls -d .roar/import-* && roar log --json | jq -e ".jobs == []"
'

test_case 'a session with jobs of ours stays the active one' '
	project ../mine && load_store && roar run -q true && roar import roar-db 2>err && ! grep "going on" err && roar log --json | jq -e ".jobs | length == 1"
'

test_done
