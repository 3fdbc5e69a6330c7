#!/usr/bin/env python3
"""Types lines into a real bash or zsh on a terminal of its own, and prints what the line had become.

usage: type_in_shell.py bash|zsh START-FILE LINE...

START-FILE is read by the shell first. Each LINE is typed as it is, tabs included; then, instead of
being run, its words are written down: one line of output for each LINE, the words with | between them.
"""

import os
import pty
import re
import select
import sys
import tempfile

shell, start, lines = sys.argv[1], sys.argv[2], sys.argv[3:]
PROMPT = "ready%d> "
deadline = 60


def until(terminal, marker):
    seen = b""
    while marker not in seen:
        if not select.select([terminal], [], [], deadline)[0]:
            sys.exit("no prompt from %s; it said: %r" % (shell, seen))
        try:
            seen += os.read(terminal, 65536)
        except OSError:
            sys.exit("%s ended; it said: %r" % (shell, seen))
    return seen


with tempfile.TemporaryDirectory() as directory:
    answer = os.path.join(directory, "answer")
    init = os.path.join(directory, ".zshrc" if shell == "zsh" else "bashrc")
    with open(init, "w") as out:
        out.write(". '%s'\n" % start)
        out.write("got() { local IFS='|'; printf '%%s\\0' \"$*\" >'%s'; count=$((count + 1)); }\n" % answer)
        out.write("count=0\n")
        if shell == "zsh":
            out.write("setopt prompt_subst; unsetopt beep; bindkey -e; PROMPT='ready$count> '\n")
        else:
            out.write("bind 'set bell-style none'; bind 'set enable-bracketed-paste off'\n")
            out.write("PS1='ready$count> '\n")
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", HISTFILE="", ZDOTDIR=directory)
        if shell == "zsh":
            os.execvp("zsh", ["zsh", "-d", "-i"])
        os.execvp("bash", ["bash", "--noprofile", "--rcfile", init, "-i"])
    for number, line in enumerate(lines):
        until(terminal, (PROMPT % number).encode())
        # The line becomes the arguments of "got": ^A goes to its beginning.
        os.write(terminal, os.fsencode(line) + b"\x01got \r")
        until(terminal, (PROMPT % (number + 1))[:-1].encode())
        with open(answer, "rb") as text:
            sys.stdout.buffer.write(text.read().rstrip(b"\0").replace(b"\n", b"\\n") + b"\n")
        sys.stdout.flush()
        os.write(terminal, b"\x15")
        # The prompt that was read is the one the next line waits for.
        os.write(terminal, b"\r")
    os.write(terminal, b"\x15exit\r")
    os.close(terminal)
    os.waitpid(pid, 0)
