"""Runs the command of one attempt, and outlives the server that started it.

Usage: runner.py STATE_FOLDER, with one JSON object on the standard input:
    command    argument list
    folder     where it runs
    log        file that gets what it prints
    masked     texts that the log shows as "***", or an empty list
    variables  its whole environment
    timeLimit  milliseconds, or null
    grace      milliseconds between asking a process to end and killing it

It prints "started" once the command runs. What it knows it leaves in STATE_FOLDER, each file whole or not at all:
process.json when the command starts, exit.json when nothing of it is left. SIGTERM asks it to end the command;
STATE_FOLDER/stop.json may say with which grace. Needs nothing but the standard library of Python 3.8 or newer, on Linux
or macOS.
"""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time

# A command that has ended may leave children behind; they get this long to end by themselves when told.
LEFTOVER_GRACE = 2.0


def identity(pid):
    """Tells a process from a later one of the same number: its start, which nothing can change."""
    try:
        with open("/proc/%d/stat" % pid) as stat:
            ticks = stat.read().rpartition(")")[2].split()[19]
        with open("/proc/sys/kernel/random/boot_id") as boot:
            return boot.read().strip() + " " + ticks
    except OSError:
        line = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdout=subprocess.PIPE,
        ).stdout
        return line.decode("ascii", "replace").strip()


def write_whole(path, content):
    aside = path + ".part"
    with open(aside, "w") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    os.rename(aside, path)


def now():
    return int(time.time() * 1000)


def adopt_orphans():
    """On Linux, a grandchild whose parent ends becomes our child, so none gets away, whatever session it opens."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER
    except (ImportError, OSError, AttributeError):
        return False


def descendants():
    """The processes below us that are alive, as far as the system lets us see."""
    if not os.path.isdir("/proc/self"):
        return []
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] not in "ZX":
                children.setdefault(int(fields[1]), []).append(int(name))
    found = []
    ahead = [os.getpid()]
    while ahead:
        for child in children.get(ahead.pop(), []):
            found.append(child)
            ahead.append(child)
    return found


class Masking:
    """Stands between the command and its log, and writes "***" in the place of what must not be read there.

    What may be the beginning of such a text waits for what follows it, so a text that comes in pieces is found.
    """

    def __init__(self, launch):
        self.masked = [text.encode() for text in launch["masked"]]
        self.held = b""
        self.log = os.open(launch["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.source, self.target = os.pipe()
        self.thread = threading.Thread(target=self.pump, daemon=True)

    def begin(self):
        """Called once the command has its end of the pipe; until then there must be no thread, because of the fork."""
        os.close(self.target)
        self.thread.start()

    def end(self, patience=5.0):
        """Waits until all is written. Who inherited the pipe and got away does not keep us for ever."""
        self.thread.join(patience)

    def pump(self):
        while True:
            piece = os.read(self.source, 65536)
            self.write(self.taken(piece))
            if not piece:
                return

    def taken(self, piece):
        """What may be written of all that was read; an empty piece says that nothing follows."""
        text = self.held + piece
        spans = self.spans(text)
        until = self.beginning(text) if piece else len(text)
        for start, end in spans:
            if start < until < end:
                until = start
        self.held = text[until:]
        shown = []
        at = 0
        for start, end in spans:
            if end <= until:
                shown += [text[at:start], b"***"]
                at = end
        return b"".join(shown + [text[at:until]])

    def spans(self, text):
        """Where masked texts stand, those that overlap as one."""
        found = []
        for masked in self.masked:
            at = text.find(masked)
            while at >= 0:
                found.append((at, at + len(masked)))
                at = text.find(masked, at + 1)
        spans = []
        for start, end in sorted(found):
            if spans and start < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((start, end))
        return spans

    def beginning(self, text):
        """Where the end of the text begins that may be the beginning of a masked one."""
        first = len(text)
        for masked in self.masked:
            at = text.find(masked[:1], max(0, len(text) - len(masked) + 1))
            while 0 <= at < first:
                if masked.startswith(text[at:]):
                    first = at
                at = text.find(masked[:1], at + 1)
        return first

    def write(self, text):
        while text:
            text = text[os.write(self.log, text) :]


def output_of(launch):
    """Where the command prints."""
    masking = launch.get("masking")
    if masking:
        return os.dup(masking.target)
    return os.open(launch["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


class Command:
    def __init__(self, launch, adopting):
        self.adopting = adopting
        self.status = None
        self.ended_at = None
        gate, self.gate = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.become(launch, gate)
        os.close(gate)

    @staticmethod
    def become(launch, gate):
        try:
            os.setsid()
            log = output_of(launch)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.chdir(launch["folder"])
            for each in (signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD, signal.SIGINT, signal.SIGHUP):
                signal.signal(each, signal.SIG_DFL)
            if os.read(gate, 1) == b"":
                os._exit(126)  # the runner died before it could write down that we exist
            os.execve(launch["command"][0], launch["command"], launch["variables"])
        except BaseException as failure:
            os.write(2, ("The command cannot be started: %s\n" % failure).encode())
        os._exit(127)

    def release(self):
        os.write(self.gate, b"!")
        os.close(self.gate)

    def reap(self):
        """Takes note of what has ended. Returns whether anything of the command is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                # As a reaper of orphans we see them all; otherwise only the group tells.
                return not self.adopting and self.group_lives()
            if pid == 0:
                return True
            if pid == self.pid:
                self.status = status
                self.ended_at = now()

    def group_lives(self):
        try:
            os.killpg(self.pid, 0)
            return True
        except OSError:
            return False

    def signal(self, number):
        try:
            os.killpg(self.pid, number)
        except OSError:
            pass
        for pid in descendants():
            try:
                if os.getpgid(pid) != self.pid:
                    os.kill(pid, number)
            except OSError:
                pass

    def exit_code(self):
        if os.WIFSIGNALED(self.status):
            return 128 + os.WTERMSIG(self.status)
        return os.WEXITSTATUS(self.status)


class Signals:
    """Lets us sleep until a signal comes or a time is over."""

    def __init__(self):
        self.asked_to_stop = False
        self.woken, waker = os.pipe()
        os.set_blocking(self.woken, False)
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self.stop)
        for ignored in (signal.SIGHUP, signal.SIGINT):
            signal.signal(ignored, signal.SIG_IGN)

    def stop(self, *_):
        self.asked_to_stop = True

    def sleep(self, seconds):
        if select.select([self.woken], [], [], seconds)[0]:
            try:
                os.read(self.woken, 4096)
            except BlockingIOError:
                pass


def end(command, signals, grace):
    """Asks what is left of the command to end, then kills it; returns when nothing is left."""
    if not command.reap():
        return
    command.signal(signal.SIGTERM)
    deadline = time.monotonic() + grace
    while command.reap():
        left = deadline - time.monotonic()
        if left <= 0:
            break
        signals.sleep(min(left, 0.2 if not command.adopting else 1.0))
    while command.reap():
        command.signal(signal.SIGKILL)
        signals.sleep(0.05)


def grace_of(state, launch):
    try:
        with open(os.path.join(state, "stop.json")) as asked:
            return json.load(asked)["grace"] / 1000
    except (OSError, ValueError, KeyError, TypeError):
        return launch["grace"] / 1000


def main():
    state = sys.argv[1]
    launch = json.load(sys.stdin.buffer)
    os.setsid()
    lock = os.open(os.path.join(state, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # another runner has this attempt
    if os.path.exists(os.path.join(state, "process.json")):
        return
    signals = Signals()
    masking = Masking(launch) if launch.get("masked") else None
    launch["masking"] = masking
    command = Command(launch, adopt_orphans())
    if masking:
        masking.begin()
    started_at = now()
    write_whole(
        os.path.join(state, "process.json"),
        {
            "runner": {"pid": os.getpid(), "identity": identity(os.getpid())},
            "command": {"pid": command.pid, "identity": identity(command.pid)},
            "startedAt": started_at,
        },
    )
    command.release()
    limit = launch["timeLimit"]
    deadline = None if limit is None else time.monotonic() + limit / 1000
    print("started", flush=True)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(silence, stream)

    timed_out = False
    while command.reap() and command.status is None and not signals.asked_to_stop:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            timed_out = True
            break
        signals.sleep(left)
    ended_by_itself = command.status is not None
    end(command, signals, LEFTOVER_GRACE if ended_by_itself else grace_of(state, launch))
    if masking:
        masking.end()
    write_whole(
        os.path.join(state, "exit.json"),
        {
            "exitCode": command.exit_code(),
            "timedOut": timed_out,
            "startedAt": started_at,
            "endedAt": command.ended_at,
        },
    )


if __name__ == "__main__":
    main()
