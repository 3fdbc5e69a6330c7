"""Kills one process of a recorded job at a random moment, and checks what must be true then.

usage: kill_parties.py TRACER ROUNDS SEED   in a project, with roar in PATH

The job is a shell with other programs, ./copier among them, which read `in` and append to a file. Whoever dies,
the others end by themselves, what roar says of the job's end is true, and the job is recorded once.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

tracer, rounds, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
JOB = """
i=0
while test $i -lt 12
do
    ./copier in >part.$i && (cat part.$i; echo $i) >>whole.$1
    i=$((i + 1))
done
echo $$ >end.$1
exit 7
"""
pathlib.Path("job.sh").write_text(JOB)
pathlib.Path("in").write_text("data\n")
subprocess.run(["git", "add", "job.sh", "in", "copier"], check=True)
subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "job"], check=True)


def processes_below(root):
    """Of the job's tree, roar first: pid -> command line."""
    parents, names = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = pathlib.Path("/proc", entry, "stat").read_text()
            names[int(entry)] = pathlib.Path("/proc", entry, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(entry)] = int(stat[stat.rindex(")") + 2:].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return {pid: names.get(pid, "") for pid in found if pid in names}


def still_runs(name, pids):
    """Those of the tree, and what they have started since."""
    running = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = pathlib.Path("/proc", entry, "stat").read_text()
            command = pathlib.Path("/proc", entry, "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        is_dead = stat[stat.rindex(")") + 2] in "ZX"
        if not is_dead and (int(entry) in pids or (name.encode() + b"\0") in command):
            running.append(int(entry))
    return running


def give_up(name, pids):
    """What hangs must not meet a later run of this test."""
    running = still_runs(name, pids)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    return SystemExit(f"{name}: processes hang: {running}")


def wait_for_end(name, pids):
    """The job itself has a tenth of a second to do."""
    deadline = time.monotonic() + 20
    while still_runs(name, pids):
        if time.monotonic() > deadline:
            raise give_up(name, pids)
        time.sleep(0.005)


def job_uids():
    log = subprocess.run(["roar", "log", "--all", "--json"], capture_output=True, text=True)
    if log.returncode != 0:
        raise SystemExit(f"roar log: {log.stderr}")
    return [job["job_uid"] for job in json.loads(log.stdout)["jobs"]]


victims = {}
known = set(job_uids())
for number in range(rounds):
    name = f"{tracer}.{seed}.{number}"
    roar = subprocess.Popen(["roar", "run", "-q", "--tracer", tracer, "sh", "job.sh", name], stderr=subprocess.PIPE)
    time.sleep(chance.random() * 0.12)
    tree = processes_below(roar.pid)
    victim = chance.choice(sorted(tree))
    own = "roar run" in tree[victim] or tree[victim].startswith("git")
    kind = "roar" if victim == roar.pid else "helper" if own else "job"
    victims[kind] = victims.get(kind, 0) + 1
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        kind = "nobody"
    try:
        errors = roar.communicate(timeout=20)[1].decode()
    except subprocess.TimeoutExpired:
        raise give_up(name, tree) from None
    status = roar.returncode
    wait_for_end(name, [pid for pid in tree if pid != roar.pid])
    ended = os.path.exists(f"end.{name}")
    what = f"{name}: killed {kind} {victim} '{tree[victim]}': status {status}, end {ended}, {errors!r}"
    print(what)
    if kind == "nobody" and status != 7:
        raise SystemExit("nobody was killed")
    had_started = any(line.startswith("sh job.sh") for line in tree.values())
    if kind == "roar" and had_started and not ended:
        raise SystemExit("the job died with roar")
    if kind == "job" and status not in (7, 128 + signal.SIGKILL, -signal.SIGKILL):
        raise SystemExit("a status that nobody gave")
    if kind == "job" and "job.sh" in tree[victim] and status == 7 and not ended:
        raise SystemExit("the end of the job is not told as it was")
    # A process that was roar's copy may have been about to become the command.
    started = status != 125
    if kind == "helper" and status not in (7, -signal.SIGKILL, 128 + signal.SIGKILL) and (started or ended):
        raise SystemExit("the job's status was lost")
    if not started and not errors:
        raise SystemExit("it did not start, and nothing says why")
    now = job_uids()
    if len(now) != len(set(now)):
        raise SystemExit("a job is there twice")
    if kind != "roar" and len(set(now) - known) != (1 if started else 0):
        raise SystemExit(f"recorded {len(set(now) - known)} times")
    if kind == "roar" and ended and len(set(now) - known) > 1:
        raise SystemExit("recorded more than once")
    known = set(now)
print(victims)
if subprocess.run(["roar", "fsck"]).returncode != 0:
    raise SystemExit("the store is damaged")
