"""A job that wants more than it is given. Prints one line for each thing it tries: what, and "refused" or what it got."""

import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import time

data, server, database_port, victim, barred = sys.argv[1:6]
server = int(server)
victim_folder = os.path.join(data, "jobs", victim, "1")


def attempt(what, deed):
    try:
        got = deed()
    except (OSError, subprocess.SubprocessError) as refused:
        got = "refused: %s" % refused
    print("ATTEMPT %s -> %s" % (what, got), flush=True)


def read(path):
    with open(path, "rb") as file:
        return "GOT %r" % file.read(40)


def write(path):
    with open(path, "w") as file:
        file.write("planted")
    return "GOT to write"


def listing(path):
    return "GOT %s" % os.listdir(path)


def wish_ptrace(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, pid, None, None) == -1:  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "GOT hold of it"


def others():
    """Processes that have not this job's variables, its first process aside."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            with open("/proc/%s/cmdline" % name, "rb") as line:
                command = line.read()
            if b"hostile_job" not in command:
                found.append((name, command))
    if not found:
        raise OSError("there is nobody")
    return "GOT %s" % found


def database(password):
    """PostgreSQL's protocol, version 3: whoever comes without a password is asked for SCRAM, and a wrong word ends it."""
    with socket.create_connection(("127.0.0.1", int(database_port)), 10) as connection:
        body = struct.pack("!I", 196608) + b"user\0millwright\0database\0millwright\0\0"
        connection.sendall(struct.pack("!I", len(body) + 4) + body)
        answer = connection.recv(256)
        if answer[:1] == b"R" and struct.unpack("!I", answer[5:9])[0] == 0:
            return "GOT in without a password"
        word = password.encode() + b"\0"
        connection.sendall(b"p" + struct.pack("!I", len(word) + 4) + word)
        answer = connection.recv(256)
        if answer[:1] == b"E" or answer == b"":
            raise OSError("the database says no")
        return "GOT %r" % answer


def root_again():
    os.setuid(0)
    return "GOT to be root"


def remount():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "GOT to mount"


secrets = os.path.join(data, "secrets")
attempt("list the data folder's secrets", lambda: listing(secrets))
for name in ("admin.token", "master.key", "database.password", "keystore.password"):
    attempt("read " + name, lambda: read(os.path.join(secrets, name)))
    attempt("read %s by the server's root" % name, lambda: read("/proc/%d/root%s/%s" % (server, secrets, name)))
    attempt("link " + name, lambda: os.link(os.path.join(secrets, name), "outputs/hard-" + name) or "GOT a link")
for name in ("artifacts", "postgres", "logs", "server", "serving", "run"):
    attempt("list " + name, lambda: listing(os.path.join(data, name)))
attempt("write beside the secrets", lambda: write(os.path.join(data, "planted")))
attempt("change its environment", lambda: write(os.path.join(sys.prefix, "planted")))
attempt("change the system", lambda: write("/usr/bin/planted"))
attempt("read the runner's state", lambda: listing("../state"))
for name in ("environ", "mem", "maps", "cmdline", "fd/0"):
    attempt("read the server's " + name, lambda: read("/proc/%d/%s" % (server, name)))
attempt("ptrace the server", lambda: wish_ptrace(server))
for number in (0, signal.SIGTERM, signal.SIGKILL):
    attempt("signal %d to the server" % number, lambda: os.kill(server, number) or "GOT it signalled")
attempt("see other processes", others)
attempt("see another job's files", lambda: listing(os.path.join(victim_folder, "work")))
attempt("read another job's file", lambda: read(os.path.join(victim_folder, "work", "private")))
attempt("write into another job's folder", lambda: write(os.path.join(victim_folder, "work", "planted")))
for word in ("", "millwright", "postgres", os.environ["MLFLOW_TRACKING_TOKEN"]):
    attempt("enter the database", lambda: database(word))
if barred == "true":
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "169.254.170.2", "168.63.129.16"):
        attempt("reach the metadata service", lambda: socket.create_connection((address, 80), 10) and "GOT through")
    attempt("reach the database", lambda: socket.create_connection(("127.0.0.1", int(database_port)), 10) and "GOT through")
attempt("become root", root_again)
attempt("become root by sudo", lambda: subprocess.run(["sudo", "-n", "id"], check=True) and "GOT root")
attempt("mount", remount)
attempt("open the memory of the machine", lambda: read("/dev/mem"))
attempt("read the machine's passwords", lambda: read("/etc/shadow"))
attempt("find the server's variables", lambda: read("/proc/1/environ") if b"MILLWRIGHT_" in open("/proc/1/environ", "rb").read() else (_ for _ in ()).throw(OSError("none")))
attempt("find secrets in its own variables", lambda: "GOT some" if any(name.startswith("MILLWRIGHT_") for name in os.environ) else (_ for _ in ()).throw(OSError("none")))

os.symlink(os.path.join(secrets, "admin.token"), "outputs/leak")
os.symlink(secrets, "outputs/leaks")
os.symlink("/proc/%d/environ" % server, "outputs/environ")
os.mkfifo("outputs/never-ends")
with open("/proc/self/status") as status:
    for line in status:
        if line.startswith(("NoNewPrivs", "CapEff", "CapBnd", "Uid")):
            print("STATUS " + " ".join(line.split()), flush=True)

# What survives its end has to leave its parent, its session, and its ears for the signals that ask.
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        with open("survivor", "w") as file:
            file.write(str(os.getpid()))
        while True:
            time.sleep(1)
    os._exit(0)
while not os.path.exists("survivor"):
    time.sleep(0.02)
print("the end", flush=True)
