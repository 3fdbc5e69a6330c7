#!/bin/sh
# Secrets never reach the disk: neither the corpus in tests/redaction, nor what a real run is given.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
command -v b3sum >/dev/null || skip_all 'b3sum is not installed'
corpus=$SOURCE_DIR/tests/redaction
tool=$ROAR_BUILD/tests/test_redaction

# Floors: what the tables reach must not get worse.
recall_floor=1.000 precision_floor=1.000

test_case 'every secret of the corpus is found, and no trap is one' '
	"$tool" corpus "$corpus/secrets.txt" "$corpus/traps.txt" >result && cat result &&
	awk -v r=$recall_floor -v p=$precision_floor "
		/^recall/ { recall = \$2 } /^precision/ { precision = \$2 }
		END { exit !(recall >= r && precision >= p) }" result
'
cat "$trash/log.1"

test_case 'the manual page names every kind, and no other' '
	"$tool" kinds | sort >kinds &&
	sed -n "/^# KINDS/,/^# [^K]/s/^\*\([a-z-]*\)\*\$/\1/p" "$SOURCE_DIR/man/roar-redaction.7.scd" |
	sort | diff kinds -
'

# Put together here, so that no scanner takes this file for a leak.
body=16C7e42F292c6912E7710c838347Ae178B4a
token=ghp_$body
password=correct-horse-battery
key=$(printf %s-----BEGIN\ RSA\ PRIVATE; printf ' KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n-----END RSA PRIVATE KEY-----')

# all_objects: the payloads of everything that a reference reaches
all_objects () {
	roar for-each-ref | grep -oE "[0-9a-f]{64}" | sort -u >todo && : >seen && : >payloads || return
	while test -s todo
	do
		roar cat-object --batch <todo >batch && cat batch >>payloads && sort -u seen todo -o seen || return
		grep -aoE "[0-9a-f]{64}" batch | sort -u >named
		roar cat-object --batch-check <named | awk "\$2 != \"missing\" { print \$1 }" | sort -u |
			comm -23 - seen >todo
	done
}

# no_trace TEXT: neither in an object, nor in any file of the project's .roar
no_trace () {
	all_objects && test -s payloads && ! grep -aF -e "$1" payloads && ! grep -raF -e "$1" .roar
}

project p || exit 1
printf '%s\n' '#!/bin/sh' 'printf "%s\n" "$@" >got' >job.sh
git add job.sh && git commit -qm job

test_case 'the command gets what it was given, the record does not' '
	roar run sh job.sh --token "$token" "--password=$password" "https://u:$password@db.example.org/x" \
		"$key" "sh -c curl -H \"Authorization: Bearer $token\"" >out 2>err &&
	printf "%s\n" --token "$token" "--password=$password" "https://u:$password@db.example.org/x" \
		"$key" "sh -c curl -H \"Authorization: Bearer $token\"" | cmp - got &&
	roar show --json @1 | jq -c .argv && no_trace "$body" && no_trace "$password" &&
	no_trace MIIBOgIBAAJBAKj34GkxFhD90vcN && ! grep -F -e "$body" -e "$password" out err
'

test_case 'the key of the fingerprints is for its owner alone' '
	test "$(stat -c %a .roar/redaction.key)" = 600
'

test_case 'the same secret is the same step, another one is another' '
	roar run -q sh job.sh --token "$token" "--password=$password" "https://u:$password@db.example.org/x" \
		"$key" "sh -c curl -H \"Authorization: Bearer $token\"" &&
	test "$(roar log --json | jq -c "[.jobs[].step]|unique|length")" = 1 &&
	roar run -q sh job.sh --token "${token}X" && test "$(roar log --json | jq -c "[.jobs[].step]|unique|length")" = 2
'

test_case 'another project has other fingerprints' '
	roar run -q sh job.sh --token "$token" && roar show --json @3 | jq -r .argv[3] >../here &&
	(project ../q && roar run -q echo --token "$token" && roar show --json @1 | jq -r .argv[2] >../there) &&
	grep "^<redacted:github-token:[0-9a-f]\{8\}>\$" ../here && grep "^<redacted:github-token:" ../there &&
	! cmp ../here ../there
'

test_case 'variables, names, paths and branches have none' '
	export CFLAGS="-DTOKEN=\"$token\"" && git checkout -q -b "b-$token" && mkdir "$token" &&
	(cd "$token" && roar run -q -n "step $token" sh -c "cp ../job.sh out.$token; ls $token; test ! -e no-$token") &&
	unset CFLAGS && test -f "$token/out.$token" && roar show --json --all "$(roar log --json | jq -r .jobs[-1].job_uid)" >shown && jq .outputs shown &&
	jq -e ".outputs[0].hashes[0].digest == \"$(b3sum --no-names job.sh)\"" shown && rm shown &&
	no_trace "$body"
'

test_case 'a remote has none, whether in the user part or elsewhere' '
	git remote add origin "https://me:$password@example.org/$token/repo.git" && roar run -q true &&
	roar show --json "$(roar log --json | jq -r .jobs[-1].job_uid)" | jq -e ".git.remote | contains(\"example.org\")" &&
	no_trace "$body" && no_trace "$password"
'

# What stands in a command is recorded as it is.
printf '%s\n' 'cat <.aws/credentials' 'cat <.netrc' 'cat <.azure/token' 'cd .azure && ls' true >creds.sh
git add creds.sh && git commit -qm creds
mkdir -p .aws .azure && echo "[default]" >.aws/credentials && echo x >.azure/token

test_case 'a credential file is in no list, read, missing or listed' '
	roar run -q sh creds.sh 2>/dev/null >&2 &&
	uid=$(roar log --json | jq -r .jobs[-1].job_uid) &&
	roar show --json --all "$uid" >shown && cat shown && ! grep -E "aws/cred|netrc|azure" shown &&
	all_objects && ! grep -aE "aws/cred|netrc|azure" payloads &&
	roar cat-object -p "job:$uid" | jq -e ".tracing.credentials == 3"
'

test_case 'a job without a secret makes no key' '
	(project ../r && roar run -q true --tokenizer=gpt2 MONKEY=1 && test ! -e .roar/redaction.key)
'

test_case 'a damaged or unreadable key still leaks nothing' '
	(project ../s && echo garbage >.roar/redaction.key && roar run -q echo "$token" >/dev/null && no_trace "$body")
'

test_done
