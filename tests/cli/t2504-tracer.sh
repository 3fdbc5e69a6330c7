#!/bin/sh
# Which tracers there are, which is taken, and why not the other.

. "$SOURCE_DIR/tests/cli/lib.sh"

command -v jq >/dev/null || skip_all 'jq is not installed'
cc=${CC:-cc}
XDG_CONFIG_HOME=$HOME/.config
export XDG_CONFIG_HOME

test_case 'outside of a project: the default' '
	roar tracer >out && cat out && grep "^Tracer:   auto  (the default)$" out && grep "^ *that is preload, and notify or ptrace" out &&
	grep "^preload:  yes .*libroar-preload.so. loads$" out && grep "^ptrace:   yes" out &&
	roar tracer check >check && diff out check &&
	roar tracer --json | jq -e ".type == \"tracers\" and .configured == \"auto\" and .origin == \"default\" and .used == \"preload\" and (has(\"where\") | not) and ([.tracers[].name] == [\"preload\", \"notify\", \"ptrace\"]) and .tracers[0].works == \"yes\" and .tracers[2].works == \"yes\""
'

test_case 'use outside of a project: the user'\''s file or none' '
	expect_status 128 roar tracer use ptrace 2>err && cat err &&
	roar tracer use --user ptrace 2>err && roar config get tracer.default | grep -x ptrace &&
	roar tracer | head -1 | grep "^Tracer:   ptrace  ($HOME/.config/roar/config.toml:" &&
	rm "$HOME/.config/roar/config.toml"
'

project p || exit 1
test_case 'use writes the setting, where it is asked to, and run heeds it' '
	roar tracer use ptrace 2>err && grep "^tracer.default = ptrace in .*/.roar/config.toml$" err &&
	roar tracer | head -1 | grep "^Tracer:   ptrace  ($PWD/.roar/config.toml:[0-9]*)$" &&
	roar run -q true && roar show --json @1 | jq -e ".tracing.backend == \"ptrace\"" &&
	roar tracer use --project preload 2>err && grep "in .*/roar.toml$" err && grep "warning: .ptrace. from .*config.toml:[0-9]* takes precedence" err &&
	roar config unset tracer.default && roar tracer | head -1 | grep "^Tracer:   preload  ($PWD/roar.toml:" &&
	git add roar.toml && git commit -qm tracer &&
	roar run -q true && roar show --json @1 | jq -e ".tracing.backend == \"preload\"" &&
	ROAR_TRACER__DEFAULT=ptrace roar tracer --json | jq -e ".used == \"ptrace\" and .origin == \"environment\"" &&
	roar tracer use auto 2>err
'

test_case 'a name that there is not, and words too many' '
	expect_status 129 roar tracer use ebbf 2>err && grep "there are auto, preload and ptrace" err &&
	expect_status 129 roar tracer use 2>err && expect_status 129 roar tracer use a b 2>err &&
	expect_status 129 roar tracer check a b 2>err && expect_status 129 roar tracer choose 2>err && grep "there is no .choose." err &&
	expect_status 129 roar tracer --local 2>err && expect_status 129 roar tracer use --local --user auto 2>err &&
	expect_status 129 roar tracer use --json auto 2>err && roar tracer | head -1 | grep auto
'

test_case 'check: a program and a script' '
	roar tracer check true >out && grep "^Program:  .*bin/true$" out && grep "^preload:  yes .*loaded by /lib" out &&
	grep "^roar run takes preload$" out &&
	printf "#!/bin/sh\n" >script && chmod +x script && roar tracer check ./script >out && grep "^Program:  ./script, run by .*/sh$" out &&
	roar tracer check --json ./script | jq -e ".type == \"tracer_check\" and .exact and .used == \"preload\" and .path == \"./script\" and (.program | endswith(\"sh\"))"
'

test_case 'strict: preload and notify, for whatever it is' '
	roar config set tracer.strict true 2>err && roar tracer | grep "strict: preload, and notify listens to every command  ($PWD/.roar/config.toml:" &&
	roar tracer check --json true >check && jq -e ".exact and .used == \"preload+notify\"" check &&
	roar run -q --allow-dirty true && roar show --json "job:$(roar log --json | jq -r ".jobs[-1].job_uid")" | jq -e ".tracing.backend == \"preload+notify\"" &&
	roar config unset tracer.strict
'

test_case 'check does not run it' '
	printf "#!/bin/sh\ntouch was_run\n" >script && roar tracer check ./script && test ! -e was_run
'

test_case 'check: not there, not a program' '
	expect_status 128 roar tracer check nosuchprogram 2>err && grep "not found" err &&
	: >plain && expect_status 128 roar tracer check ./plain 2>err && grep "Permission denied" err &&
	chmod +x plain && expect_status 1 roar tracer check ./plain >out && grep "^preload:  perhaps" out && grep "will have a gap" out
'

if echo 'int main(void) { return 0; }' >static.c && $cc -static -o static static.c 2>/dev/null
then
	test_case 'check: a static program is traced as it says' '
		for tracer in auto preload ptrace
		do
			roar tracer use $tracer 2>err && roar tracer check --json ./static >check && cat check &&
			jq -e ".tracers[0].works == \"no\" and (.tracers[0].text | test(\"is a static program\")) and .exact" check &&
			roar run -q --allow-dirty ./static && roar log --json | jq -r ".jobs[-1].job_uid" >uid &&
			roar show --json "job:$(cat uid)" >job && jq -e .tracing.complete job &&
			jq -e --arg used "$(jq -r .used check)" ".tracing.backend == \$used" job || return 1
		done &&
		roar tracer use auto 2>err
	'
	test_case 'check: another architecture' '
		cp static other && printf "\\267" | dd of=other bs=1 seek=18 conv=notrunc 2>/dev/null &&
		roar tracer check ./other >out; grep "^preload:  no .*another architecture" out
	'
fi

if test "$(id -u)" = 0 && command -v setpriv >/dev/null
then
	test_case 'check: a set-user-id program, as an ordinary user' '
		cp /bin/true gains && chmod 4755 gains && chmod 755 "$trash" &&
		{ expect_status 1 setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all env HOME=/nonexistent \
			"$(readlink -f "$trash/bin/roar")" tracer check ./gains >out 2>&1; cat out
		grep "^preload:  no .*other privileges" out && grep "^ptrace:   no .*without the privileges" out; }
	'
fi

test_case 'without the library: ptrace is taken, and preload is none' '
	tree=$trash/tree && mkdir -p "$tree/porcelain" && cp "$(readlink -f "$trash/bin/roar")" "$tree/porcelain/roar" &&
	"$tree/porcelain/roar" tracer >out && cat out && grep "^preload:  no .*not installed" out && grep "^notify:   perhaps .*not installed" out && grep "try: " out && grep "that is ptrace$" out &&
	"$tree/porcelain/roar" tracer check true >out && grep "^roar run takes ptrace$" out &&
	ROAR_TRACER__DEFAULT=preload expect_status 1 "$tree/porcelain/roar" tracer check true >out && grep "would not start it" out &&
	ROAR_TRACER__STRICT=true expect_status 1 "$tree/porcelain/roar" tracer check true >out && grep "would not start it" out &&
	ROAR_TRACER__STRICT=true expect_status 125 "$tree/porcelain/roar" run --allow-dirty true 2>err && grep "which --strict needs" err &&
	"$tree/porcelain/roar" tracer use preload 2>err && grep "^warning: preload: .*not installed" err &&
	expect_status 1 "$tree/porcelain/roar" tracer >out
'

test_done
