"""Runs one attempt of a Millwright job on the driver of a Spark cluster, with nothing but Python's standard library (3.6 on).

A cluster does not share the server's disk. So this script asks the server what there is to do, fetches the code and the
inputs, runs the command, sends what it prints while it runs, and at last the files of outputs/ and logs/. It comes to the
cluster the way its service takes scripts, holds no secret, and is the same for every job. What it needs is a ticket: the
server's address, the attempt and the run's token, as JSON in URL-safe base64. It looks for it in the variable
MILLWRIGHT_TICKET, then in its first argument (--ticket=...), then in Spark's setting spark.millwright.ticket.token.
"""

import base64
import io
import json
import os
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile

PROTOCOL = 1
CHUNK = 256 * 1024
# Between two looks whether the attempt is to be stopped, and between two pieces of the log.
TICK = 0.5
ORDERS_EVERY = 2.0
TIME_LIMIT_GRACE = 10.0
# The server may be down, or the way to it; the program goes on meanwhile.
PATIENCE = 3600.0
# Said by the server when the attempt is over, was given to others, or never was.
GONE = (401, 403, 404, 409, 410)


class Gone(Exception):
    """The server wants to hear no more of this attempt."""


class Refusal(Exception):
    """The attempt cannot be run, for a reason that its owner can mend."""


class Server:
    """The way back to the server that sent us."""

    def __init__(self, ticket):
        self.base = "%s/api/v1/workspaces/%s/jobs/%s/attempts/%d" % (
            ticket["url"].rstrip("/"),
            urllib.parse.quote(ticket["workspace"], safe=""),
            urllib.parse.quote(ticket["run"], safe=""),
            ticket["attempt"],
        )
        self.token = ticket["token"]
        context = ssl.create_default_context()
        if ticket.get("authority"):
            context.load_verify_locations(cadata=ticket["authority"])
        self.opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))

    def open(self, method, path, body=None, content_type="application/octet-stream"):
        """Asks until there is an answer, as long as asking again can help. The body is bytes or a function that opens a file."""
        begin = time.time()
        pause = 0.5
        while True:
            content = body() if callable(body) else body
            request = urllib.request.Request(self.base + path, data=content, method=method)
            request.add_header("Authorization", "Bearer " + self.token)
            if content is not None:
                request.add_header("Content-Type", content_type)
                if callable(body):
                    request.add_header("Content-Length", str(os.fstat(content.fileno()).st_size))
            try:
                return self.opener.open(request, timeout=60)
            except urllib.error.HTTPError as answer:
                if answer.code in GONE:
                    raise Gone("%s %s: %d %s" % (method, path, answer.code, text(answer)))
                if answer.code < 500 and answer.code not in (408, 429):
                    raise Refusal("The server refuses %s %s: %d %s" % (method, path, answer.code, text(answer)))
                trouble = answer
            except (OSError, urllib.error.URLError) as unreachable:
                trouble = unreachable
            finally:
                if callable(body):
                    content.close()
            if time.time() - begin > PATIENCE:
                raise Gone("%s cannot be reached: %s" % (self.base, trouble))
            if pause >= 4:
                sys.__stderr__.write("millwright: %s cannot be reached, trying again: %s\n" % (self.base, trouble))
                sys.__stderr__.flush()
            time.sleep(pause)
            pause = min(pause * 2, 15)

    def tell(self, path, document):
        with self.open("POST", path, json.dumps(document).encode(), "application/json") as answer:
            return json.loads(answer.read().decode() or "{}")

    def ask(self, path):
        with self.open("GET", path) as answer:
            return json.loads(answer.read().decode())

    def fetch(self, path, target):
        with self.open("GET", path) as answer, open(target, "wb") as out:
            shutil.copyfileobj(answer, out, CHUNK)

    def send(self, path, source):
        self.open("PUT", path, lambda: open(source, "rb")).close()


def text(answer):
    try:
        return answer.read(2000).decode("utf-8", "replace")
    except OSError:
        return ""


class Log:
    """What the program prints, on its way to the server: in pieces that are counted, so that none comes twice or is lost."""

    def __init__(self, server, masked):
        self.server = server
        self.masked = Masked(masked)  # masking.py stands in front of this file: a cluster takes a single one
        self.waiting = b""
        self.number = 0
        self.lock = threading.Lock()
        self.sending = threading.Lock()

    def write(self, data):
        if data:
            with self.lock:
                self.waiting += self.masked.shown(data)

    def say(self, line):
        self.write((line + "\n").encode())

    def push(self, last=False):
        with self.sending:
            while True:
                with self.lock:
                    if last:
                        self.waiting += self.masked.shown(b"")
                    piece = self.waiting[:CHUNK]
                if not piece:
                    return
                self.server.open("PUT", "/log/%d" % self.number, piece).close()
                with self.lock:
                    self.number += 1
                    self.waiting = self.waiting[len(piece):]


class Printed(io.TextIOBase):
    """Stands in for sys.stdout where the script runs inside of our own process."""

    encoding = "utf-8"

    def __init__(self, log, also):
        super().__init__()
        self.log = log
        self.also = also

    def writable(self):
        return True

    def write(self, data):
        self.log.write(data.encode("utf-8", "replace"))
        try:
            self.also.write(data)
        except (OSError, ValueError):
            pass
        return len(data)

    def flush(self):
        try:
            self.also.flush()
        except (OSError, ValueError):
            pass


def find_ticket():
    found = os.environ.pop("MILLWRIGHT_TICKET", None)
    if not found and len(sys.argv) > 1 and sys.argv[1].startswith("--ticket="):
        found = sys.argv.pop(1)[len("--ticket="):]
    if not found:
        from pyspark import SparkConf, SparkContext

        SparkContext._ensure_initialized()
        found = SparkConf().get("spark.millwright.ticket.token")
    if not found:
        raise SystemExit("millwright: there is no ticket; this script is started by a Millwright server")
    return json.loads(base64.urlsafe_b64decode(found.encode()).decode())


def inside(folder, name):
    path = os.path.normpath(os.path.join(folder, name))
    if path == folder or not path.startswith(folder + os.sep):
        raise Refusal("'%s' is no path inside the working folder" % name)
    return path


def unpack(archive, target, what):
    try:
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                path = packed.extract(entry, target)
                mode = entry.external_attr >> 16
                if mode & 0o100 and os.path.isfile(path):
                    os.chmod(path, 0o755)
    except zipfile.BadZipFile as broken:
        raise Refusal("%s cannot be unpacked: %s" % (what, broken))


def lay(server, order, work, temporary):
    """Fetches the code and the inputs to where the command looks for them."""
    for number, file in enumerate(order["files"]):
        fetched = os.path.join(temporary, "fetched")
        server.fetch("/files/%d" % number, fetched)
        target = inside(work, file["path"]) if file["path"] else work
        if file["archive"]:
            os.makedirs(target, exist_ok=True)
            unpack(fetched, target, file["what"])
            os.remove(fetched)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.move(fetched, target)
    for name in order["folders"] + ["outputs", "logs"]:
        os.makedirs(inside(work, name), exist_ok=True)


def install(order, temporary, log):
    """Packages go into a folder of the job's own, and with the job to its executors."""
    version = order.get("pythonVersion")
    own = "%d.%d.%d" % sys.version_info[:3]
    if version and not (own + ".").startswith(version + "."):
        raise Refusal("The job asks for Python %s, and the cluster has %s" % (version, own))
    if not order["packages"]:
        return None
    folder = os.path.join(temporary, "packages")
    log.say("Installing %d packages for Python %s" % (len(order["packages"]), own))
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--target", folder]
    installed = subprocess.run(pip + order["packages"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log.write(installed.stdout)
    if installed.returncode:
        raise Refusal("The packages cannot be installed on the cluster; the log says why")
    return folder


def settle(order, work, packages):
    """
    Gives the JVM what the job brings along, before the first SparkContext is made. Where there is one already (on
    Databricks), it is given to that.
    """
    spark = order.get("spark")
    if not spark:
        return
    brought = dict((kind, [inside(work, each) for each in spark.get(kind, [])]) for kind in ("pyFiles", "jars", "files"))
    archives = [inside(work, each.split("#")[0]) + "".join("#" + part for part in each.split("#")[1:]) for each in spark.get("archives", [])]
    for each in brought["pyFiles"] + brought["jars"] + brought["files"] + [each.split("#")[0] for each in archives]:
        if not os.path.exists(each):
            raise Refusal("The code folder has no '%s'" % os.path.relpath(each, work))
    settings = {}
    if packages:
        packed = shutil.make_archive(packages, "gztar", packages)
        archives.append(packed + "#millwright-packages")
        settings["spark.executorEnv.PYTHONPATH"] = "millwright-packages"
    if not any(brought.values()) and not archives:
        return
    from pyspark import SparkConf, SparkContext

    existing = SparkContext._active_spark_context
    if existing:
        for each in brought["pyFiles"]:
            existing.addPyFile(each)
        for each in brought["files"]:
            existing.addFile(each)
        for each in archives:
            existing.addArchive(each)
        for each in brought["jars"]:
            existing._jsc.addJar(each)
        return
    SparkContext._ensure_initialized()
    jvm = SparkContext._jvm
    conf = SparkConf()

    def append(name, values):
        if values:
            settings[name] = ",".join([each for each in conf.get(name, "").split(",") if each] + values)

    append("spark.files", brought["files"] + brought["pyFiles"])
    append("spark.jars", brought["jars"])
    append("spark.archives", archives)
    for name, value in settings.items():
        jvm.java.lang.System.setProperty(name, value)
    if brought["jars"]:
        loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
        for each in brought["jars"]:
            loader.addURL(jvm.java.io.File(each).toURI().toURL())


def python_path(order, work, packages):
    """Python finds modules in zips and folders alike, the script's own folder first."""
    spark = order.get("spark") or {}
    found = [inside(work, each) for each in spark.get("pyFiles", [])]
    found = [os.path.dirname(each) if each.endswith(".py") else each for each in found]
    return found + ([packages] if packages else [])


def variables_of(order, temporary, path):
    variables = dict(os.environ)
    variables.update(order["variables"])
    variables["PYTHONUNBUFFERED"] = "1"
    if order.get("authority"):
        authority = os.path.join(temporary, "authority.pem")
        with open(authority, "w") as out:
            out.write(order["authority"])
        variables["MLFLOW_TRACKING_SERVER_CERT_PATH"] = authority
    else:
        variables.pop("MLFLOW_TRACKING_SERVER_CERT_PATH", None)
    variables["PYTHONPATH"] = os.pathsep.join(path + [each for each in variables.get("PYTHONPATH", "").split(os.pathsep) if each])
    # "python" is to be the Python that Spark was given.
    programs = os.path.join(temporary, "bin")
    os.makedirs(programs, exist_ok=True)
    for name in ("python", "python3"):
        program = os.path.join(programs, name)
        with open(program, "w") as out:
            out.write('#!/bin/sh\nexec %s "$@"\n' % shlex.quote(sys.executable))
        os.chmod(program, 0o755)
    variables["PATH"] = programs + os.pathsep + variables.get("PATH", "/usr/local/bin:/usr/bin:/bin")
    return variables


class Program:
    """The command as a process group of its own, so that it can be ended whole."""

    def __init__(self, order, work, variables, log):
        shell = "/bin/bash" if os.access("/bin/bash", os.X_OK) else "/bin/sh"
        self.log = log
        self.process = subprocess.Popen(
            [shell, "-c", order["command"]],
            cwd=work,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                return
            self.log.write(data)

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def is_over(self):
        return self.process.poll() is not None

    def wait(self, seconds):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        return self.is_over()

    def end(self, grace):
        self.signal(signal.SIGTERM)
        self.wait(grace)

    def exit_code(self):
        # What it left running goes with it, as does what holds its output open.
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join(5)
        code = self.process.returncode
        return 128 - code if code < 0 else code


class Orders(threading.Thread):
    """Looks whether the server wants the attempt to end, and sends the log meanwhile."""

    def __init__(self, server, log):
        super().__init__(daemon=True)
        self.server = server
        self.log = log
        self.grace = None
        self.gone = False
        self.over = threading.Event()

    def run(self):
        looked = 0.0
        while not self.over.wait(TICK):
            try:
                self.log.push()
                if time.time() - looked >= ORDERS_EVERY and self.grace is None:
                    looked = time.time()
                    grace = self.server.ask("/orders").get("stop_after_millis")
                    if grace is not None:
                        self.grace = grace / 1000.0
            except Gone:
                self.gone = True
                return
            except Refusal as refused:
                sys.__stderr__.write("millwright: %s\n" % refused)


def follow(program, orders, limit):
    """Waits for the end of the program, or brings it about. Says whether its time was over."""
    begin = time.time()
    while not program.wait(0.1):
        if orders.gone:
            program.signal(signal.SIGKILL)
        elif orders.grace is not None:
            program.end(orders.grace)
            return False
        elif limit is not None and time.time() - begin > limit:
            program.end(TIME_LIMIT_GRACE)
            return True
    return False


def run_inside(order, work, variables, path, log):
    """
    Runs the script in our own process, because on Databricks only that has the Spark session. What the script prints is
    taken from sys.stdout; what programs print that it starts is not.
    """
    import runpy

    os.environ.update(variables)
    os.chdir(work)
    words = shlex.split(order["command"])
    script = os.path.abspath(words[1])
    if not os.path.isfile(script):
        raise Refusal("The code folder has no '%s'" % words[1])
    sys.argv[:] = [script] + words[2:]
    sys.path[:0] = [os.path.dirname(script)] + path
    kept = sys.stdout, sys.stderr
    sys.stdout = Printed(log, kept[0])
    sys.stderr = Printed(log, kept[1])
    try:
        runpy.run_path(script, run_name="__main__")
        return 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        log.say(str(end.code))
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout, sys.stderr = kept


def send_outputs(server, work, log):
    for folder in ("outputs", "logs"):
        for parent, _, names in os.walk(os.path.join(work, folder)):
            for name in sorted(names):
                source = os.path.join(parent, name)
                if not os.path.isfile(source) or not os.path.realpath(source).startswith(os.path.realpath(work) + os.sep):
                    log.say("%s is not kept: it is no file of the working folder" % os.path.relpath(source, work))
                    continue
                path = os.path.relpath(source, work).replace(os.sep, "/")
                try:
                    server.send("/" + urllib.parse.quote(path), source)
                except Refusal as refused:
                    log.say("%s is not kept: %s" % (path, refused))


def attempt(server):
    place = os.path.basename(os.getcwd())
    server.tell("/begin", {"launcher": uuid.uuid4().hex, "protocol": PROTOCOL, "place": place})
    order = server.ask("/order")
    log = Log(server, order["masked"])
    home = tempfile.mkdtemp(prefix="millwright-%s-" % order["attempt"])
    work = os.path.join(home, "work")
    temporary = os.path.join(home, "tmp")
    os.makedirs(work)
    os.makedirs(temporary)
    orders = Orders(server, log)
    orders.start()
    code, timed_out = 1, False
    try:
        lay(server, order, work, temporary)
        packages = install(order, temporary, log)
        path = python_path(order, work, packages)
        variables = variables_of(order, temporary, path)
        settle(order, work, packages)
        if order.get("inside"):
            code = run_inside(order, work, variables, path, log)
        else:
            program = Program(order, work, variables, log)
            timed_out = follow(program, orders, order.get("timeLimitSeconds"))
            code = program.exit_code()
        send_outputs(server, work, log)
    except Refusal as refused:
        log.say(str(refused))
    except (OSError, ValueError, KeyError):
        log.say(traceback.format_exc())
    finally:
        orders.over.set()
        shutil.rmtree(home, ignore_errors=True)
    log.push(last=True)
    server.tell("/end", {"exit_code": code, "timed_out": timed_out})
    return code


def main():
    server = Server(find_ticket())
    try:
        code = attempt(server)
    except Gone as gone:
        # Another of us does the work, or nobody wants it any more: not an error of the job.
        sys.stderr.write("millwright: %s\n" % gone)
        return
    if code:
        # Some services print a stack trace for every SystemExit; the server knows the exit code already.
        raise SystemExit(code)


if __name__ == "__main__":
    main()
