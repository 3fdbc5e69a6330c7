#!/usr/bin/env python3
"""Runs a command with a terminal as its standard streams, prints what the terminal got, and exits as it did.

usage: on_terminal.py [--answer TEXT] COMMAND...

TEXT, escapes as in Python, is typed when the command asks: when the last it has said is "] ".
"""
import os, pty, sys

sys.dont_write_bytecode = True
from terminal import read_terminal

command, answer = sys.argv[1:], b''
if command[0] == '--answer':
    answer, command = command[1].encode().decode('unicode_escape').encode(), command[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen = b''
while data := read_terminal(terminal):
    seen += data
    if answer and seen.endswith(b'] '):
        os.write(terminal, answer)
        answer = b''
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen.replace(b'\r\n', b'\n'))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status) % 256)
