#!/bin/sh
# ssh -t: roar leads the session of a terminal that is at the other end of a connection. The server is one
# of our own, for the time of the test.

. "$SOURCE_DIR/tests/cli/lib.sh"

for program in jq python3 ssh ssh-keygen
do
	command -v $program >/dev/null || skip_all "$program is not installed"
done
sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd) || skip_all 'sshd is not installed'
project p || exit 1
export PYTHONPATH="$SOURCE_DIR/tests/cli" PYTHONDONTWRITEBYTECODE=1
project=$(pwd)
keys="$trash/ssh"
mkdir -m 700 "$keys" && ssh-keygen -q -t ed25519 -N '' -f "$keys/host" && ssh-keygen -q -t ed25519 -N '' -f "$keys/user" &&
	cp "$keys/user.pub" "$keys/authorized" || exit 1
if test "$(id -u)" -eq 0
then
	test -d /run/sshd || mkdir /run/sshd || skip_all '/run/sshd cannot be made'
fi
cat >"$keys/sshd_config" <<END
HostKey $keys/host
AuthorizedKeysFile $keys/authorized
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
END
cat >"$keys/config" <<END
Host server
	ProxyCommand $sshd -i -f $keys/sshd_config -e 2>>$keys/log
	IdentityFile $keys/user
	IdentitiesOnly yes
	IdentityAgent none
	StrictHostKeyChecking no
	UserKnownHostsFile /dev/null
	LogLevel ERROR
END
# The server gives a fresh environment.
printf '#!/bin/sh\nHOME=%s PATH=%s; export HOME PATH\ncd %s && exec "$@"\n' "$HOME" "'$PATH'" "$project" >"$trash/bin/there"
chmod +x "$trash/bin/there"
# A server that is not root cannot give a terminal to its user where the system does not do so itself.
ssh -tt -F "$keys/config" server "$trash/bin/there" true </dev/null || {
	cat "$keys/log"
	skip_all 'no connection with a terminal to a server of our own can be made'
}

cat >"$trash/cases.py" <<'END'
import os, sys
from terminal import Terminal, wait_for
trash, tracer = os.environ['trash'], sys.argv[2]


def ssh(command):
    return Terminal(['ssh', '-F', trash + '/ssh/config', '-t', 'server',
                     trash + '/bin/there roar run -q --tracer %s %s' % (tracer, command)], rows=30, columns=90)


def size_and_status():
    t = ssh("sh -c 'stty size; read line; stty size; exit 7'")
    t.expect('30 90')
    t.resize(41, 99)
    t.send('x\r')
    wait_for(lambda: b'41 99' in t.seen or t.read(0.05) is None, 'the new size')
    assert t.wait() == 7, t.seen


def interrupt():
    t = ssh("sh -c 'echo x >cut; echo READY; exec sleep 1000'")
    t.expect('READY')
    t.send('\x03')
    assert t.wait() in (130, 255), t.seen


def disconnect():
    t = ssh("sh -c 'trap \"echo x >gone.%s; exit 5\" HUP; echo READY; while :; do sleep 0.05; done'" % tracer)
    t.expect('READY')
    os.kill(t.pid, 9)
    wait_for(lambda: os.path.exists('gone.' + tracer), 'the command to notice')


globals()[sys.argv[1]]()
END
export trash

on_terminal () {
	timeout 120 python3 "$trash/cases.py" "$@"
}
jobs () {
	roar log --json | jq '.jobs | length'
}
last () {
	roar show --json "$(roar log --json | jq -r '.jobs[-1].job_uid')"
}

for tracer in preload ptrace
do
	test_case "$tracer: size and status" 'on_terminal size_and_status $tracer && last | jq -e ".exit.code == 7"'
	test_case "$tracer: Ctrl-C" '
		on_terminal interrupt $tracer && last | jq -e ".exit.signal == 2 and .exit.interrupted and .outputs[].path == \"cut\""'
	test_case "$tracer: the connection is lost: the command is told, and it is recorded" '
		before=$(jobs) && on_terminal disconnect $tracer &&
		timeout 60 sh -c "while ! roar log --json | jq -e \".jobs | length > $before\" >/dev/null; do :; done" &&
		last | jq -e ".exit.code == 5 and .exit.interrupted"'
done

test_done
