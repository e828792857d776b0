"""Runs the command of one attempt, once for each of its ranks, and outlives the server that started it.

Usage: runner.py STATE_FOLDER, with one JSON object on the standard input:
    command    argument list
    folder     where it runs
    variables  its whole environment
    ranks      a list with an object for each process that is to run it: "log", the file that gets what it prints,
               "node", the number of the node that it belongs to, and "variables" of its own
    masked     texts that the logs show as "***", or an empty list
    timeLimit  milliseconds, or null
    grace      milliseconds between asking a process to end and killing it
    isolation  what shuts the command off: "sandbox" or "user" (see jail.py, which lies beside this file), or "none"
    ownUser    whether it becomes a user of its own
    tmp, home  folders of its own; with them view, hidden, readable and environment, as jail.py reads them
    limits     bytes of memory, processes and cpus that each node may have; processes is always there
    grouped    whether control groups hold it to them as far as they can (see limits.py)
    barred     whether it is kept off metadata services, and off the machine's own ports in the list "ports"

All ranks begin together, and the first that fails ends the others.

It prints "started" once the command runs. What it knows it leaves in STATE_FOLDER, each file whole or not at all:
process.json when the command starts, exit.json when nothing of it is left. SIGTERM asks it to end the command;
STATE_FOLDER/stop.json may say with which grace. In a sandbox, what process.json calls the command is the first process of
the sandbox, with which all others end. Needs nothing but the standard library of Python 3.8 or newer, on Linux
or macOS.
"""

import fcntl
import json
import os
import select
import signal
import sys
import threading
import time

# Python's -I leaves the script's own folder out of its path.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import masking

try:
    import jail
    import limits
except (ImportError, OSError):
    jail = limits = None  # no Linux, or a Python without ctypes; the server asks for no isolation then

# A command that has ended may leave children behind; they get this long to end by themselves when told.
LEFTOVER_GRACE = 2.0
# How often the command's memory is looked at where no control group does.
MEMORY_INTERVAL = 0.5
# No process here has a descriptor with a higher number: each rank takes a few.
MOST_DESCRIPTORS = 4096


def identity(pid):
    """Tells a process from a later one of the same number: its start, which nothing can change."""
    try:
        with open("/proc/%d/stat" % pid) as stat:
            ticks = stat.read().rpartition(")")[2].split()[19]
        with open("/proc/sys/kernel/random/boot_id") as boot:
            return boot.read().strip() + " " + ticks
    except OSError:
        import subprocess  # here, for it takes longer to import than all else, and Linux does not need it

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


def descendants(roots):
    """The processes below these that are alive, as far as the system lets us see."""
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
    ahead = list(roots)
    while ahead:
        for child in children.get(ahead.pop(), []):
            found.append(child)
            ahead.append(child)
    return found


def kills_for_memory():
    """How often this machine, short of memory, has killed a process since it started."""
    try:
        with open("/proc/vmstat") as lines:
            return dict(line.split() for line in lines).get("oom_kill", "0")
    except (OSError, ValueError):
        return "0"


class Masking:
    """Stands between the command and its log, and lets nothing into it that must not be read there."""

    def __init__(self, masked, log):
        self.masked = masking.Masked(masked)
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
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
            self.write(self.masked.shown(piece))
            if not piece:
                return

    def write(self, text):
        while text:
            text = text[os.write(self.log, text) :]


class Command:
    """The command as a process of its own group, with what it leaves in the background."""

    def __init__(self, launch, rank, uid, group):
        self.launch = launch
        self.log = rank["log"]
        self.node = rank["node"]
        self.variables = dict(launch["variables"], **rank["variables"])
        self.uid = uid
        self.group = group
        self.masking = Masking(launch["masked"], self.log) if launch["masked"] else None
        self.status = None
        self.ended_at = None
        self.report = None
        gate, self.gate = os.pipe()
        self.pid = self.fork(gate)
        os.close(gate)

    def fork(self, gate):
        pid = fork_mortal()
        if pid == 0:
            try:
                os.close(self.gate)
                self.open_log()
                self.enter_group()
                wait_at(gate)
                self.become()
            except BaseException as failure:
                complain(failure)
            os._exit(127)
        return pid

    def enter_group(self):
        if self.group is not None:
            self.group.enter()

    def output(self):
        """Where it prints."""
        if self.masking:
            return os.dup(self.masking.target)
        return os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def open_log(self):
        log = self.output()
        if self.uid is not None:
            os.fchown(log, self.uid, self.uid)  # a script may open its /dev/stdout
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)

    def become(self):
        """Turns this process, which must be nothing else yet, into the command."""
        os.setsid()
        if self.launch["isolation"] == "user":
            jail.limit(self.processes())
            jail.give_up_privileges(self.uid)
        if self.launch["isolation"] != "none":
            os.umask(0o077)
        os.chdir(self.launch["folder"])
        os.execve(self.launch["command"][0], self.launch["command"], self.variables)

    def release(self):
        os.write(self.gate, b"!")
        os.close(self.gate)

    def processes(self):
        """How many their user may have, who is the same for all ranks."""
        return self.launch["limits"]["processes"] * len(self.launch["ranks"])

    def listen(self):
        """Takes in what is reported of the command, where it is not our own child."""

    def ended(self, status):
        if self.status is None:
            self.status = status
            self.ended_at = now()

    def group_lives(self):
        try:
            os.killpg(self.pid, 0)
            return True
        except OSError:
            return False

    def signal(self, number):
        """Returns the processes that it has reached for certain: those of the command's own group."""
        try:
            os.killpg(self.pid, number)
            return [self.pid]
        except OSError:
            return []  # it has ended, or is not yet a group of its own

    def exit_code(self):
        if os.WIFSIGNALED(self.status):
            return 128 + os.WTERMSIG(self.status)
        return os.WEXITSTATUS(self.status)


class Sandbox(Command):
    """The command in a sandbox. Its first process watches over it there, and whatever is left ends with that one.

    That first process reports by a pipe: a line when the sandbox is made, and a line with the command's status.
    """

    def fork(self, gate):
        report, self.reports = os.pipe()
        maker = os.fork()
        if maker == 0:
            try:
                self.open_log()
                self.enter_group()
                jail.own_namespaces(self.uid is not None)
                first = os.fork()
                if first:
                    self.say("pid", first)
                    os._exit(0)
                self.watch_over(gate)
            except BaseException as failure:
                self.say("failed", failure)
            os._exit(126)
        os.close(self.reports)
        self.report = report
        with os.fdopen(os.dup(report), "rb", buffering=0) as lines:
            answers = dict(lines.readline().decode().strip().partition(" ")[::2] for _ in range(2))
        if "ready" not in answers:
            sys.exit("The sandbox cannot be made: %s" % answers.get("failed", "its first process ended"))
        os.set_blocking(report, False)
        return int(answers["pid"])

    def say(self, word, value=""):
        try:
            os.write(self.reports, ("%s %s\n" % (word, value)).encode("utf-8", "replace"))
        except OSError:
            pass  # the runner was killed; the command goes on without it

    def watch_over(self, gate):
        os.setsid()
        for each in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(each, signal.SIG_IGN)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, lambda *_: everyone_else(signal.SIGTERM))
        uid = os.geteuid() if self.uid is None else self.uid
        jail.view_of(self.launch, uid)
        jail.limit(self.processes())
        jail.give_up_privileges(self.uid)
        first, second = sorted((gate, self.reports))
        for begin, end in ((3, first), (first + 1, second), (second + 1, MOST_DESCRIPTORS)):
            os.closerange(begin, end)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until there is somebody to pass it on to
        self.say("ready")
        wait_at(gate)
        os.close(gate)
        command = fork_mortal()
        if command == 0:
            try:
                self.become()
            except BaseException as failure:
                complain(failure)
            os._exit(127)
        while True:
            try:
                pid, status = os.waitpid(-1, 0)
            except ChildProcessError:
                os._exit(0)
            if pid == command:
                self.say("exit", status)

    def ended(self, status):
        """What its first process ended with says nothing, unless that came before it could report."""
        self.listen()
        super().ended(status)

    def listen(self):
        while self.report is not None:
            try:
                line = os.read(self.report, 256).decode()
            except BlockingIOError:
                return
            word, _, value = line.strip().partition(" ")
            if word == "exit":
                super().ended(int(value))
            if not line:
                os.close(self.report)
                self.report = None

    def signal(self, number):
        try:
            os.kill(self.pid, number)
        except OSError:
            pass
        return []


class Gang:
    """The commands of all ranks, which begin together and end together."""

    def __init__(self, launch, adopting):
        self.launch = launch
        self.adopting = adopting
        self.exceeded = None
        self.out_of_memory = False
        self.failed = None
        self.kills_before = kills_for_memory()
        self.groups = {}
        self.commands = []
        self.uid = jail.choose_user() if launch["ownUser"] else None
        if self.uid is not None:
            jail.give([launch["folder"], launch["tmp"], launch["home"]], self.uid)
        kind = Sandbox if launch["isolation"] == "sandbox" else Command
        try:
            for rank in launch["ranks"]:
                self.commands.append(kind(launch, rank, self.uid, self.group_of(rank["node"])))
        except BaseException:
            self.remove_groups()
            raise
        for each in self.maskings():
            each.begin()

    def group_of(self, node):
        if node not in self.groups and (self.launch["grouped"] or self.launch["barred"]):
            self.groups[node] = limits.Group(self.launch["limits"])
            if self.launch["barred"]:
                self.groups[node].bar(self.launch["ports"])
        return self.groups.get(node)

    def maskings(self):
        return [command.masking for command in self.commands if command.masking]

    def release(self):
        for command in self.commands:
            command.release()

    def reap(self):
        """Takes note of what has ended. Returns whether anything is left."""
        for command in self.commands:
            command.listen()
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                # As a reaper of orphans we see them all; otherwise only the groups tell.
                return not self.adopting and any(command.group_lives() for command in self.commands)
            if pid == 0:
                return True
            for command in self.commands:
                if command.pid == pid:
                    command.ended(status)

    def is_over(self):
        """Whether all ranks have ended, or one has failed, which is then remembered."""
        if self.failed is None:
            failed = [command for command in self.commands if command.status not in (None, 0)]
            self.failed = min(failed, key=lambda command: command.ended_at, default=None)
        return self.failed is not None or not self.is_running()

    def is_running(self):
        return any(command.status is None for command in self.commands)

    def signal(self, number):
        reached = [pid for command in self.commands for pid in command.signal(number)]
        for pid in descendants([os.getpid()]) if self.launch["isolation"] != "sandbox" else []:
            try:
                if os.getpgid(pid) not in reached:
                    os.kill(pid, number)
            except OSError:
                pass
        if number == signal.SIGKILL:
            for group in self.groups.values():
                group.kill()
            if self.uid is not None:
                jail.sweep(self.uid)

    def watches_memory(self):
        """Whether it is ours to hold nodes to their memory, by looking."""
        limited = self.launch["limits"].get("memory") is not None
        held = [group for group in self.groups.values() if "memory" in group.controllers]
        return limited and limits is not None and len(held) < len({command.node for command in self.commands})

    def has_too_much_memory(self):
        most = self.launch["limits"]["memory"]
        nodes = {command.node for command in self.commands}
        for node in nodes:
            # What has lost its parent is ours, and with one node it is known whose it is.
            roots = [os.getpid()] if len(nodes) == 1 else [each.pid for each in self.commands if each.node == node]
            pids = descendants(roots) if len(nodes) == 1 else roots + descendants(roots)
            if limits.used_memory(pids, self.uid) > most:
                self.exceeded = limits.memory_in_words(most)
                self.out_of_memory = True
                return True
        return False

    def close(self):
        """Learns from the control groups what the command came up against, and removes them."""
        for group in self.groups.values():
            if group.ran_out_of_memory():
                self.out_of_memory = True
            self.exceeded = self.exceeded or group.exceeded()
        self.remove_groups()
        for each in self.maskings():
            each.end()

    def remove_groups(self):
        for group in self.groups.values():
            group.remove()

    def was_killed_for_memory(self):
        """Whether a rank was killed by this machine for want of memory, as far as can be told afterwards."""
        return self.failed is not None and self.failed.exit_code() == 137 and kills_for_memory() != self.kills_before

    def outcome(self):
        self.is_over()
        return {
            "exitCode": 0 if self.failed is None else self.failed.exit_code(),
            "rank": self.commands.index(self.failed) if self.failed is not None and len(self.commands) > 1 else None,
            "exceeded": self.exceeded,
            "outOfMemory": self.out_of_memory,
            "endedAt": max(command.ended_at for command in self.commands),
        }

    def identities(self):
        return [{"pid": command.pid, "identity": identity(command.pid)} for command in self.commands]

    def reports(self):
        return [command.report for command in self.commands if command.report is not None]


def fork_mortal():
    """Forks. A signal that comes to the child before it has become the command ends it, and is not lost in our handlers."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        for each in (signal.SIGPIPE, signal.SIGTERM, signal.SIGCHLD, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return pid


def wait_at(gate):
    if os.read(gate, 1) == b"":
        os._exit(126)  # the runner died before it could write down that we exist


def complain(failure):
    os.write(2, ("The command cannot be started: %s\n" % failure).encode())


def everyone_else(number):
    """Signals all processes of this namespace, but not its first, which calls this."""
    try:
        os.kill(-1, number)
    except OSError:
        pass


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

    def sleep(self, seconds, reports=()):
        if self.woken in select.select([self.woken, *reports], [], [], seconds)[0]:
            try:
                os.read(self.woken, 4096)
            except BlockingIOError:
                pass


def end(gang, signals, grace):
    """Asks what is left to end, then kills it; returns when nothing is left."""
    if not gang.reap():
        return
    gang.signal(signal.SIGTERM)
    deadline = time.monotonic() + grace
    while gang.reap():
        left = deadline - time.monotonic()
        if left <= 0:
            break
        signals.sleep(min(left, 0.2 if not gang.adopting else 1.0), gang.reports())
    while gang.reap():
        gang.signal(signal.SIGKILL)
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
    gang = Gang(launch, adopt_orphans())
    started_at = now()
    write_whole(
        os.path.join(state, "process.json"),
        {
            "runner": {"pid": os.getpid(), "identity": identity(os.getpid())},
            "commands": gang.identities(),
            "groups": [folder for folder in (group.killable() for group in gang.groups.values()) if folder],
            "uid": gang.uid,
            "startedAt": started_at,
        },
    )
    gang.release()
    limit = launch["timeLimit"]
    deadline = None if limit is None else time.monotonic() + limit / 1000
    print("started", flush=True)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(silence, stream)

    timed_out = False
    look = time.monotonic() if gang.watches_memory() else None
    while gang.reap() and not gang.is_over() and not signals.asked_to_stop:
        at = time.monotonic()
        if deadline is not None and at >= deadline:
            timed_out = True
            break
        if look is not None and at >= look:
            if gang.has_too_much_memory():
                gang.signal(signal.SIGKILL)
                break
            look = at + MEMORY_INTERVAL
        ahead = [moment - at for moment in (deadline, look) if moment is not None]
        signals.sleep(min(ahead, default=None), gang.reports())
    ended_by_itself = gang.is_over() or gang.exceeded is not None
    if ended_by_itself and gang.was_killed_for_memory():
        gang.out_of_memory = True
    end(gang, signals, LEFTOVER_GRACE if ended_by_itself and not gang.is_running() else grace_of(state, launch))
    gang.close()
    outcome = gang.outcome()
    outcome.update(timedOut=timed_out, startedAt=started_at)
    write_whole(os.path.join(state, "exit.json"), outcome)


if __name__ == "__main__":
    main()
