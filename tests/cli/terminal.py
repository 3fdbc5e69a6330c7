"""A terminal for tests: a process on a pseudo-terminal of its own, as session leader.

Nothing here sleeps for a fixed time: every wait is for something that can be seen, with a deadline.
"""
import fcntl, os, pty, select, signal, struct, sys, termios, time

DEADLINE = int(os.environ.get('ROAR_TEST_DEADLINE', 60))


def wait_for(condition, what):
    """Polls until the condition holds."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit('waited in vain for ' + what)
        time.sleep(0.005)


def read_terminal(fd):
    """What the pseudo-terminal has to say next; empty at its end.

    Linux may report the end while the last words are still on their way: when the other side writes and
    closes between its look for data and its look for the end. Who asks again gets them.
    """
    for _ in range(2):
        try:
            return os.read(fd, 65536)
        except OSError:
            pass
    return b''


class Terminal:
    def __init__(self, argv, rows=24, columns=80, env=None):
        self.seen, self.mark = b'', 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({'TERM': 'xterm', 'PS1': 'PROMPT> '}, **(env or {}))
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
            os.execvp(argv[0], argv)

    def read(self, timeout):
        """Reads what is there. False at the end."""
        ready, _, _ = select.select([self.fd], [], [], timeout)
        if not ready:
            return True
        data = read_terminal(self.fd)
        self.seen += data
        return bool(data)

    def expect(self, text, timeout=DEADLINE):
        """Waits until the text has come after what was expected before."""
        text = text.encode()
        deadline = time.monotonic() + timeout
        while True:
            at = self.seen.find(text, self.mark)
            if at >= 0:
                between = self.seen[self.mark:at]
                self.mark = at + len(text)
                return between.decode(errors='replace')
            if time.monotonic() > deadline:
                sys.exit('expected %r; seen: %r' % (text, self.seen[self.mark:]))
            if not self.read(0.1):
                sys.exit('expected %r before the end; seen: %r' % (text, self.seen[self.mark:]))

    def send(self, text):
        os.write(self.fd, text.encode())

    def line(self, text):
        """A command for a shell that prompts with PROMPT>."""
        self.send(text + '\r')

    def press_until(self, key, text):
        """Types the key, again if nothing comes of it for a while, until the text has come."""
        for _ in range(DEADLINE // 2):
            self.send(key)
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                self.read(0.1)
                if self.seen.find(text.encode(), self.mark) >= 0:
                    return self.expect(text)
        return self.expect(text)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def foreground(self):
        return os.tcgetpgrp(self.fd)

    def modes(self):
        return termios.tcgetattr(self.fd)

    def hang_up(self):
        os.close(self.fd)

    def wait(self):
        """Reads to the end. The status as a shell says it."""
        while self.read(0.1):
            pass
        _, status = os.waitpid(self.pid, 0)
        return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def shell():
    """An interactive shell without anybody's settings."""
    terminal = Terminal(['bash', '--norc', '--noprofile', '-i'],
                        env={'INPUTRC': '/dev/null', 'HISTFILE': ''})
    terminal.expect('PROMPT> ')
    terminal.line('bind "set enable-bracketed-paste off"')
    terminal.expect('PROMPT> ')
    return terminal


def state(pid):
    """The letter of /proc/<pid>/stat, '' if there is no such process."""
    try:
        with open('/proc/%d/stat' % pid) as file:
            return file.read().rsplit(')', 1)[1].split()[0]
    except OSError:
        return ''


def catches(pid, signal):
    """Whether the process has a handler for the signal."""
    with open('/proc/%d/status' % pid) as file:
        caught = [line.split()[1] for line in file if line.startswith('SigCgt:')]
    return bool(int(caught[0], 16) >> (signal - 1) & 1)


def children(pid):
    """Processes whose parent this is."""
    found = []
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open('/proc/%s/stat' % name) as file:
                    if int(file.read().rsplit(')', 1)[1].split()[1]) == pid:
                        found.append(int(name))
            except OSError:
                pass
    return found


def descendants(pid):
    found = [pid]
    for one in found:
        found += children(one)
    return found
