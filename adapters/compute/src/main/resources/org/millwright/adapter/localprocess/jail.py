"""Shuts the process of a job off from the machine that it runs on, with nothing but Linux and Python's standard library.

Two strengths, of which the server takes the first that a trial (see probe) finds to work:

sandbox  The job has namespaces of its own: of mounts, so that it sees the system's programs, its environment and its own
         folders and no other file; of processes, so that it sees and signals none but its own, and all of them end with
         it; of IPC. Where the server is root the job is a user of its own as well; where it is not, a user namespace
         makes the others possible.
user     The job is a user of its own and no more; for a server that is root where namespaces are forbidden, as in most
         containers.

Either way the job gains no privilege by a set-uid program, has no capability, no descriptor and no key ring of the server.
"""

import ctypes
import fnmatch
import json
import os
import resource
import signal
import sys

# Python's -I leaves the script's own folder out of its path.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import limits

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000

MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 2

SYS_MOUNT_SETATTR = 442  # on every architecture but Alpha
SYS_KEYCTL = {"x86_64": 250, "aarch64": 219}
AT_FDCWD = -100
AT_RECURSIVE = 0x8000
ATTR_RDONLY = 0x1
ATTR_NOSUID = 0x2
ATTR_NODEV = 0x4

PR_SET_NO_NEW_PRIVS = 38
PR_CAPBSET_DROP = 24
CAPABILITY_VERSION_3 = 0x20080522

# Numbers that no distribution gives to anyone: systemd's list of ranges calls them unused.
USERS = range(1900000000, 2000000000)
# The same for a machine inside a user namespace that has only the first 65,536.
FEW_USERS = range(30000, 60000)
MOST_FILES = 65536
# When memory runs out the kernel is to end the job, and neither the server nor its database.
OUT_OF_MEMORY_SCORE = b"500"

HOME = "/home/job"
PROGRAMS = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/sys"]
DEVICES = ["null", "zero", "full", "random", "urandom", "tty"]
ACCELERATORS = ["nvidia*", "dri", "kfd", "dxg", "davinci*", "accel"]
# What programs need to find names, certificates, time zones and libraries. Passwords and settings of services stay outside.
SETTINGS = (
    "alternatives ca-certificates ca-certificates.conf crypto-policies debian_version fonts gai.conf gnutls group host.conf"
    " hosts inputrc issue java* jvm* ld.so.cache ld.so.conf ld.so.conf.d locale.alias locale.conf localtime machine-id magic"
    " mime.types networks nsswitch.conf OpenCL openssl os-release pki profile protocols python3* R redhat-release"
    " resolv.conf rpc services ssl timezone vulkan xdg"
).split()


class Refusal(Exception):
    """The kernel, or who runs it, does not let us."""


class MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "namespace")]


class CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


LIBC = ctypes.CDLL(None, use_errno=True)


def call(what, function, *arguments):
    if function(*arguments) == -1:
        raise Refusal("%s: %s" % (what, os.strerror(ctypes.get_errno())))


def mount(source, target, kind, flags, options=None):
    path = os.fsencode(target)
    data = None if options is None else options.encode()
    what = "mounting %s" % (kind or source)
    call(what, LIBC.mount, os.fsencode(source), path, kind and kind.encode(), ctypes.c_ulong(flags), data)


def restrict(target, attributes, recursive=True):
    wanted = MountAttributes(set=attributes)
    call(
        "restricting a mount, for which Linux 5.12 is needed",
        LIBC.syscall,
        ctypes.c_long(SYS_MOUNT_SETATTR),
        ctypes.c_int(AT_FDCWD),
        ctypes.c_char_p(os.fsencode(target)),
        ctypes.c_uint(AT_RECURSIVE if recursive else 0),
        ctypes.byref(wanted),
        ctypes.c_size_t(ctypes.sizeof(wanted)),
    )


def is_inside(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def matches(folder, patterns):
    return [os.path.join(folder, name) for name in os.listdir(folder) if any(fnmatch.fnmatchcase(name, each) for each in patterns)]


class View:
    """The file system as a job sees it, made in an empty folder before anything of the job runs."""

    def __init__(self, base):
        self.base = base
        self.shown = []
        self.sealed = [base]
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        mount("tmpfs", base, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m")

    def at(self, path):
        return self.base + path

    def show(self, path, source=None, attributes=ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV):
        """Lets the job see a file or folder of the machine at its own path, read-only unless the attributes say otherwise."""
        source = source or path
        if attributes & ATTR_RDONLY and any(is_inside(path, folder) for folder in self.shown):
            return
        target = self.at(path)
        if os.path.isdir(source):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.exists(target):
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        mount(os.path.realpath(source), target, None, MS_BIND | MS_REC)
        restrict(target, attributes)
        if attributes & ATTR_RDONLY:
            self.shown.append(path)

    def write(self, path, text):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path), "w") as out:
            out.write(text)

    def copy(self, path):
        """Gives the job a file that may be its owner's alone on the machine."""
        if not os.path.exists(self.at(path)):
            with open(path) as source:
                self.write(path, source.read())

    def hide(self, path):
        """Puts an empty folder over what showing a folder above it has let be seen."""
        if os.path.isdir(self.at(path)) and any(is_inside(path, folder) for folder in self.shown):
            mount("tmpfs", self.at(path), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
            self.sealed.append(self.at(path))
            self.shown = [folder for folder in self.shown if not is_inside(path, folder)]

    def system(self):
        for path in PROGRAMS:
            if os.path.islink(path):
                os.symlink(os.readlink(path), self.at(path))
            elif os.path.isdir(path):
                self.show(path)
        for path in matches("/etc", SETTINGS):
            if os.path.isdir(path) or os.path.isfile(path):
                self.show(path)

    def devices(self):
        os.mkdir(self.at("/dev"))
        for name in DEVICES:
            self.device("/dev/" + name)
        for path in matches("/dev", ACCELERATORS):
            self.device(path)
        for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
            os.symlink("/proc/self/fd" + target, self.at("/dev/" + name))
        os.mkdir(self.at("/dev/shm"))
        mount("tmpfs", self.at("/dev/shm"), "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
        os.mkdir(self.at("/dev/pts"))
        try:
            mount("devpts", self.at("/dev/pts"), "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")
            os.symlink("pts/ptmx", self.at("/dev/ptmx"))
        except Refusal:
            pass  # few scripts want a terminal, and none needs one

    def device(self, path):
        if os.path.exists(path):
            self.show(path, attributes=ATTR_NOSUID)

    def processes(self):
        os.mkdir(self.at("/proc"))
        mount("proc", self.at("/proc"), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)

    def enter(self):
        for path in self.sealed:
            restrict(path, ATTR_RDONLY, recursive=False)
        os.chdir(self.base)
        call("changing the root", LIBC.pivot_root, b".", b".")
        call("leaving the old root", LIBC.umount2, b".", MNT_DETACH)
        os.chdir("/")


def interpreter_folders(environment):
    """Where the Python lies that a virtual environment stands on: as its settings name it, and as links lead there."""
    programs = [os.path.realpath(os.path.join(environment, "bin", "python"))]
    try:
        with open(os.path.join(environment, "pyvenv.cfg")) as settings:
            for line in settings:
                name, _, value = line.partition("=")
                if name.strip() == "home":
                    programs.append(os.path.join(value.strip(), "python"))
    except OSError:
        pass
    return [os.path.dirname(os.path.dirname(program)) for program in programs]


def view_of(launch, uid):
    """Builds and enters what the job may see. Called by the first process of the job's own process namespace."""
    os.umask(0o022)
    view = View(launch["view"])
    view.system()
    for path in launch["hidden"]:
        view.hide(path)
    view.devices()
    view.processes()
    writable = ATTR_NOSUID | ATTR_NODEV
    view.show("/tmp", launch["tmp"], writable)
    os.makedirs(view.at("/var"), exist_ok=True)
    os.symlink("/tmp", view.at("/var/tmp"))
    os.symlink("/run", view.at("/var/run"))
    os.mkdir(view.at("/run"))
    for prefix in interpreter_folders(launch["environment"]):
        holds_more = any(is_inside(path, prefix) for path in launch["hidden"]) or prefix == "/"
        for path in [os.path.join(prefix, name) for name in ("bin", "lib", "lib64", "share")] if holds_more else [prefix]:
            if os.path.isdir(path):
                view.show(path)
    for path in [launch["environment"]] + launch["readable"]:
        if os.path.isfile(path):
            view.copy(path)
        elif os.path.isdir(path):
            view.show(path)
    view.show(HOME, launch["home"], writable)
    view.show(launch["folder"], attributes=writable)
    view.write("/etc/passwd", "root:x:0:0::/nonexistent:/bin/false\njob:x:%d:%d::%s:/bin/sh\n" % (uid, uid, HOME))
    view.enter()


def own_namespaces(as_root):
    """Leaves the machine's namespaces. The process namespace is that of the children."""
    flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID
    uid, gid = os.geteuid(), os.getegid()
    try:
        call("making namespaces", LIBC.unshare, flags if as_root else flags | CLONE_NEWUSER)
    except Refusal as refused:
        raise Refusal(
            "%s (%s)"
            % (
                refused,
                "the container or service that the server runs in forbids it: CAP_SYS_ADMIN, seccomp"
                if as_root
                else "the system forbids user namespaces to ordinary users: user.max_user_namespaces,"
                " kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns",
            )
        )
    if not as_root:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", "%d %d 1" % (uid, uid)),
            ("gid_map", "%d %d 1" % (gid, gid)),
        ):
            with open("/proc/self/" + name, "w") as out:
                out.write(text)


def give_up_privileges(uid):
    """Becomes the user, if there is one to become, without any way back."""
    for capability in range(64):
        LIBC.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    leave_key_ring()
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    call("giving up capabilities", LIBC.capset, ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
    no_new_privileges()


def no_new_privileges():
    call("refusing new privileges", LIBC.prctl, PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0)


def leave_key_ring():
    number = SYS_KEYCTL.get(os.uname().machine)
    if number is not None:
        LIBC.syscall(ctypes.c_long(number), ctypes.c_long(1), None)  # KEYCTL_JOIN_SESSION_KEYRING, a new one


def limit(processes):
    """What each process may take by itself. The limit of processes is that of their user, in its namespace if it has one."""
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_NOFILE, MOST_FILES)
    lower(resource.RLIMIT_NPROC, processes)
    try:
        with open("/proc/self/oom_score_adj", "wb") as score:
            score.write(OUT_OF_MEMORY_SCORE)
    except OSError:
        pass  # it is set higher than that


def lower(kind, most):
    soft, hard = resource.getrlimit(kind)
    hard = most if hard == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(kind, (hard if soft == resource.RLIM_INFINITY else min(soft, hard), hard))


def choose_user():
    """A number that is nobody's: no account's, and of no process that runs."""
    taken = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                taken.add(os.stat("/proc/" + name).st_uid)
            except OSError:
                pass  # it has ended
    candidates = USERS if maps(USERS) else FEW_USERS
    while True:
        chosen = candidates[int.from_bytes(os.urandom(8), "big") % len(candidates)]
        if chosen not in taken:
            return chosen


def maps(users):
    try:
        with open("/proc/self/uid_map") as lines:
            ranges = [[int(field) for field in line.split()] for line in lines]
    except OSError:
        return True
    return any(first <= users[0] and users[-1] < first + count for first, _, count in ranges)


def give(folders, uid):
    """Makes the user the owner of folders and of all that lies in them."""
    for top in folders:
        os.lchown(top, uid, uid)
        for folder, names, files in os.walk(top):
            for name in names + files:
                os.lchown(os.path.join(folder, name), uid, uid)


def sweep(uid):
    """Kills every process of a job's own user."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.kill(-1, signal.SIGKILL)
        except OSError:
            pass  # there was none
        os._exit(0)
    os.waitpid(child, 0)


def probe(kind, launch):
    """Tries one isolation on this machine, by a process that then looks for what it must not find.

    Returns what stands in the way; None when nothing does.
    """
    if not sys.platform.startswith("linux"):
        return "it needs Linux"
    return attempt(kind, os.geteuid() == 0, launch)


def attempt(kind, root, launch):
    uid = choose_user() if root else None
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        answer = ""
        try:
            if root:
                give([launch["folder"], launch["tmp"], launch["home"]], uid)
            if kind == "sandbox":
                own_namespaces(root)
                first = os.fork()
                if first:
                    os._exit(os.waitpid(first, 0)[1] >> 8)
                view_of(launch, uid if root else os.geteuid())
            limit(launch["limits"]["processes"])
            give_up_privileges(uid)
            os.chdir(launch["folder"])
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            os.dup2(tell, 1)
            os.dup2(tell, 2)
            program = [launch["python"], "-I", "-S", "-B", "-c", LOOK_AROUND] + launch["secret"]
            os.execve(program[0], program, {"PATH": "/usr/bin:/bin"})
        except PermissionError as refused:
            answer = "a user of its own may not reach %s" % (refused.filename or "the job's folder")
        except BaseException as failure:
            answer = str(failure)
        os.write(tell, answer.encode())
        os._exit(1)
    os.close(tell)
    with os.fdopen(told, "rb") as answers:
        answer = answers.read().decode("utf-8", "replace").strip()
    status = os.waitpid(child, 0)[1]
    return None if status == 0 else answer.splitlines()[-1] if answer else "it ended with status %d" % status


# What a job would do. Succeeds if its own folder can be written to and the server's secrets cannot be reached.
LOOK_AROUND = """
import os, sys
open("probe", "w").close()
for path in sys.argv[1:]:
    try:
        os.listdir(path)
    except OSError:
        continue
    sys.exit(path + " can be read all the same")
"""


def main():
    if sys.argv[1] == "sweep":
        sweep(int(sys.argv[2]))
    else:
        asked = json.load(sys.stdin.buffer)
        answer = limits.probe(asked["launch"])
        answer["obstacle"] = None if asked["kind"] == "none" else probe(asked["kind"], asked["launch"])
        print(json.dumps(answer))


if __name__ == "__main__":
    main()
