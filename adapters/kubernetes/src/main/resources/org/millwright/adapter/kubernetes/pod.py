"""Does the work of one attempt in a pod: fetches what it needs, runs its command, and sends home what that leaves.

Usage: pod.py prepare | run

The environment says where things are:
    MILLWRIGHT_LAUNCH  folder of this file, of masking.py and of launch.json
    MILLWRIGHT_WORK    folder that both steps share
    MILLWRIGHT_END     file whose content Kubernetes keeps with the container's end

launch.json:
    server     address of the server, with a path if it has one
    token      bearer token for it, or null
    authority  whether ca.pem lies beside launch.json, the certificate to trust
    code       one source, or null
    files      list of sources
    folders    of the working folder, that must be there before the command runs
    python     version such as "3.11" that the image must have, or null
    packages   requirement lines
    command    a shell command line
    variables  what the command's environment has beside the image's
    nodes      for each node the list of its processes, each with variables of its own
    masked     texts that the log shows as "***", longest first
    uploads    address below the server where outputs/ and logs/ go
    timeLimit  milliseconds, or null
    grace      milliseconds between asking a process to end and killing it
    patience   seconds for which the server may be away before this gives up

A source is {"url", "path", "unpack", "what"}. Needs the standard library of Python 3.8 or newer, and pip when there are
packages.
"""

import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

# An image may have turned off that Python looks beside the script.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import masking

MOST_FILES = 200_000
MOST_BYTES = 20 << 30
# A command that has ended may leave children behind; they get this long to end by themselves when told.
LEFTOVER_GRACE = 2.0


class Trouble(Exception):
    """Why this cannot go on, in a sentence for the owner of the job."""


class Place:
    """Where things are in this pod."""

    def __init__(self):
        self.launch = os.environ["MILLWRIGHT_LAUNCH"]
        self.root = os.environ["MILLWRIGHT_WORK"]
        self.end = os.environ["MILLWRIGHT_END"]
        self.work = os.path.join(self.root, "work")
        self.home = os.path.join(self.root, "home")
        self.temporary = os.path.join(self.root, "tmp")
        self.environment = os.path.join(self.root, "environment")
        self.authority = os.path.join(self.launch, "ca.pem")

    def read_launch(self):
        with open(os.path.join(self.launch, "launch.json"), encoding="utf-8") as file:
            return json.load(file)

    def leave_end(self, **facts):
        with open(self.end, "w", encoding="utf-8") as file:
            json.dump(facts, file)


class Server:
    """The server that this attempt belongs to. It may restart meanwhile; then this waits for it."""

    def __init__(self, launch, place):
        self.address = launch["server"].rstrip("/")
        self.token = launch["token"]
        self.patience = launch["patience"]
        self.tls = ssl.create_default_context()
        if launch["authority"]:
            self.tls.load_verify_locations(place.authority)

    def fetch(self, url, target, what):
        def once():
            with self.open(urllib.request.Request(self.address + url)) as answer, open(target, "wb") as file:
                expected = answer.headers.get("Content-Length")
                size = 0
                while True:
                    piece = answer.read(1 << 20)
                    if not piece:
                        break
                    size += len(piece)
                    file.write(piece)
                if expected is not None and size != int(expected):
                    raise OSError("%s came only in part" % what)

        self.patiently(once, "%s cannot be fetched" % what)

    def send(self, source, url):
        def once():
            with open(source, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                request = urllib.request.Request(self.address + url, data=file if size else b"", method="PUT")
                request.add_header("Content-Length", str(size))
                request.add_header("Content-Type", "application/octet-stream")
                self.open(request).close()

        self.patiently(once, "'%s' cannot be stored" % source)

    def open(self, request):
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        return urllib.request.urlopen(request, timeout=300, context=self.tls)

    def patiently(self, call, what):
        until = time.monotonic() + self.patience
        pause = 0.2
        while True:
            try:
                return call()
            except urllib.error.HTTPError as answer:
                said = "%d %s" % (answer.code, answer.read(2000).decode("utf-8", "replace"))
                if answer.code < 500 and answer.code not in (408, 429):
                    raise Trouble("%s: the server answers %s" % (what, said))
            except (OSError, ValueError) as failure:
                said = str(failure)
            if time.monotonic() > until:
                raise Trouble("%s: %s" % (what, said))
            time.sleep(pause)
            pause = min(pause * 2, 15)


# ---------------------------------------------------------------- before the command


def inside(folder, name):
    path = os.path.normpath(os.path.join(folder, name))
    if path == folder or not path.startswith(folder + os.sep):
        raise Trouble("'%s' is no path inside the working folder" % name)
    return path


def unpack(archive, folder, what):
    """A zip that somebody sent: its own words about names and sizes are not believed."""
    try:
        with zipfile.ZipFile(archive) as content:
            left = MOST_BYTES
            entries = content.infolist()
            if len(entries) > MOST_FILES:
                raise Trouble("%s has more than %d files" % (what, MOST_FILES))
            for entry in entries:
                name = entry.filename
                if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
                    raise Trouble("%s has '%s', which is no path inside a folder" % (what, name))
                target = os.path.join(folder, name)
                if name.endswith("/"):
                    os.makedirs(target, exist_ok=True)
                    continue
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with content.open(entry) as source, open(target, "wb") as file:
                    while True:
                        piece = source.read(1 << 20)
                        if not piece:
                            break
                        left -= len(piece)
                        if left < 0:
                            raise Trouble("%s unpacks to more than %d bytes" % (what, MOST_BYTES))
                        file.write(piece)
                if entry.external_attr >> 16 & stat.S_IXUSR:
                    os.chmod(target, 0o755)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as damaged:
        raise Trouble("%s cannot be unpacked: %s" % (what, damaged))


def lay(server, place, source):
    what = source["what"]
    fetched = os.path.join(place.root, "fetched")
    server.fetch(source["url"], fetched, what)
    target = inside(place.work, source["path"]) if source["path"] else place.work
    if source["unpack"]:
        os.makedirs(target, exist_ok=True)
        unpack(fetched, target, what)
        os.remove(fetched)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(fetched, target)


def build_environment(place, launch):
    wanted = launch["python"]
    has = "%d.%d.%d" % sys.version_info[:3]
    if wanted and not (has + ".").startswith(wanted + "."):
        raise Trouble("The job asks for Python %s, and the image has Python %s" % (wanted, has))
    if not launch["packages"]:
        return
    requirements = os.path.join(place.root, "requirements.txt")
    with open(requirements, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in launch["packages"]))
    print("Installing %d packages" % len(launch["packages"]), flush=True)
    variables = dict(os.environ, HOME=place.home, TMPDIR=place.temporary)
    python = os.path.join(place.environment, "bin", "python")
    for command in (
        # What the image has counts, so an image with a large framework is of use.
        [sys.executable, "-m", "venv", "--system-site-packages", place.environment],
        [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-r", requirements],
    ):
        if subprocess.run(command, env=variables, stdin=subprocess.DEVNULL).returncode != 0:
            raise Trouble("The environment could not be built; the log says why")
    with open(os.path.join(place.root, "packages.txt"), "wb") as file:
        subprocess.run([python, "-m", "pip", "freeze"], env=variables, stdin=subprocess.DEVNULL, stdout=file)


def prepare(place):
    # The first process of a container ignores what it does not handle.
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(128 + number))
    launch = place.read_launch()
    for folder in (place.work, place.home, place.temporary):
        os.makedirs(folder, exist_ok=True)
    server = Server(launch, place)
    if launch["code"]:
        lay(server, place, launch["code"])
    for source in launch["files"]:
        lay(server, place, source)
    for folder in launch["folders"]:
        os.makedirs(inside(place.work, folder), exist_ok=True)
    build_environment(place, launch)


# ---------------------------------------------------------------- the command


class Masking:
    """Stands between a command and its log, and lets nothing into it that must not be read there."""

    def __init__(self, masked):
        self.masked = masking.Masked(masked)
        self.source, self.target = os.pipe()
        self.thread = threading.Thread(target=self.pump, daemon=True)
        self.thread.start()

    def end(self):
        """Waits until all is written. Who inherited the pipe and got away does not keep us for ever."""
        os.close(self.target)
        self.thread.join(5)

    def pump(self):
        while True:
            piece = os.read(self.source, 65536)
            text = self.masked.shown(piece)
            while text:
                text = text[os.write(1, text) :]
            if not piece:
                return


class Command:
    """The processes of this node, each the leader of a group. One that fails ends the others."""

    def __init__(self, place, launch):
        self.place = place
        self.launch = launch
        self.alive = {}
        self.status = 0
        self.asked = threading.Event()
        self.timed_out = False
        self.failed = None
        self.masking = Masking(launch["masked"]) if launch["masked"] else None

    def run(self, processes):
        signal.signal(signal.SIGTERM, lambda number, frame: self.ask())
        signal.signal(signal.SIGINT, lambda number, frame: self.ask())
        groups = []
        # Started one by one, but none gets ahead: a stop that comes meanwhile reaches all of them.
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
        for own in processes:
            pid = self.start(own)
            self.alive[pid] = own
            groups.append(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
        limit = self.launch["timeLimit"]
        if limit is not None:
            timer = threading.Timer(limit / 1000, self.expire)
            timer.daemon = True
            timer.start()
        while self.alive:
            self.reap()
        self.end_leftovers(groups)
        if self.masking:
            self.masking.end()
        return self.status

    def start(self, own):
        shell = "/bin/bash" if os.access("/bin/bash", os.X_OK) else "/bin/sh"
        output = self.masking.target if self.masking else 1
        process = subprocess.Popen(
            [shell, "-c", self.launch["command"]],
            cwd=self.place.work,
            env=self.variables(own),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, ()),
        )
        process.returncode = 0  # it is reaped here, not by that class
        return process.pid

    def variables(self, own):
        place = self.place
        variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MILLWRIGHT_", "KUBERNETES_")) and name != "JOB_COMPLETION_INDEX"
        }
        variables.update(HOME=place.home, TMPDIR=place.temporary, PYTHONUNBUFFERED="1")
        variables.update(self.launch["variables"])
        if self.launch["authority"]:
            variables["MLFLOW_TRACKING_SERVER_CERT_PATH"] = place.authority
        variables.update(own)
        if os.path.isdir(place.environment):
            variables["VIRTUAL_ENV"] = place.environment
            variables["PATH"] = os.path.join(place.environment, "bin") + ":" + variables.get("PATH", os.defpath)
        return variables

    def reap(self):
        pid, status = os.waitpid(-1, 0)
        if self.alive.pop(pid, None) is None:
            return  # an orphan: the first process of a container inherits them
        code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        if code != 0 and self.failed is None:
            self.failed = pid
            self.status = code
            self.ask()

    def expire(self):
        if not self.asked.is_set():
            self.timed_out = True
            self.ask()

    def ask(self):
        if self.asked.is_set():
            return
        self.asked.set()
        self.signal(signal.SIGTERM)
        timer = threading.Timer(self.launch["grace"] / 1000, lambda: self.signal(signal.SIGKILL))
        timer.daemon = True
        timer.start()

    def signal(self, number):
        for pid in list(self.alive):
            signal_group(pid, number)

    def end_leftovers(self, groups):
        if not any([signal_group(pid, signal.SIGTERM) for pid in groups]):
            return
        until = time.monotonic() + LEFTOVER_GRACE
        while time.monotonic() < until and any(signal_group(pid, 0) for pid in groups):
            reap_orphans()
            time.sleep(0.05)
        for pid in groups:
            signal_group(pid, signal.SIGKILL)
        reap_orphans()


def reap_orphans():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def signal_group(leader, number):
    """Whether there was anyone to send it to."""
    try:
        os.killpg(leader, number)
        return True
    except (ProcessLookupError, PermissionError):
        return False


# ---------------------------------------------------------------- after the command


def upload(place, launch):
    server = Server(launch, place)
    for name in ("outputs", "logs"):
        for folder, _, files in os.walk(os.path.join(place.work, name)):
            for file in files:
                path = os.path.join(folder, file)
                if stat.S_ISREG(os.lstat(path).st_mode):  # a link leads who knows where
                    relative = os.path.relpath(path, place.work)
                    server.send(path, launch["uploads"] + "/" + urllib.parse.quote(relative))
    packages = os.path.join(place.root, "packages.txt")
    if os.path.isfile(packages):
        server.send(packages, launch["uploads"] + "/environment/packages.txt")


def run(place):
    launch = place.read_launch()
    node = int(os.environ.get("JOB_COMPLETION_INDEX", "0"))
    started = int(time.time() * 1000)
    command = Command(place, launch)
    code = command.run(launch["nodes"][node])
    facts = {
        "exitCode": code,
        "timedOut": command.timed_out,
        "startedAt": started,
        "endedAt": int(time.time() * 1000),
    }
    # Told before the upload too: whoever ends us meanwhile leaves that as what is known.
    place.leave_end(stored=False, **facts)
    try:
        upload(place, launch)
        place.leave_end(stored=True, **facts)
    except Trouble as trouble:
        print("millwright: %s" % trouble, flush=True)
        place.leave_end(stored=False, trouble=str(trouble)[:2000], **facts)
    return code


def main():
    place = Place()
    try:
        return prepare(place) if sys.argv[1] == "prepare" else run(place)
    except Trouble as trouble:
        print("millwright: %s" % trouble, flush=True)
        place.leave_end(trouble=str(trouble)[:2000])
        return 1


if __name__ == "__main__":
    sys.exit(main())
