"""Holds a job to its share of the machine, and keeps it off addresses that are none of its business.

Control groups do both where the server may make them: version 2 where its own group's parent hands controllers down, and
version 1. Where they are not to be had, the runner looks at the job's memory itself (see used_memory), and the limit of
processes is that of the job's user; CPUs are then not limited. Addresses are barred by small programs that the kernel
runs for the job's group of version 2 before anything is sent, for which the server must be root.
"""

import ctypes
import os
import struct
import sys

PREFIX = "millwright-job-"
LIMITS = {"memory": "memory", "pids": "processes", "cpu": "cpus"}
CONTROLLERS = tuple(LIMITS)
PERIOD = 100000  # microseconds; a share of CPUs is so much running time in each

SYS_BPF = {"x86_64": 321, "aarch64": 280}
BPF_PROG_LOAD, BPF_PROG_ATTACH = 5, 8
BPF_F_ALLOW_MULTI = 2
SOCKET, SOCKET_ADDRESS = 9, 18  # kinds of programs
CREATE, CONNECT_4, CONNECT_6, SEND_4, SEND_6 = 2, 10, 11, 14, 15  # where they are asked

NAME_SERVER_PORT = 53  # Google's and Azure's machines ask these very addresses for names
LINK_LOCAL = 0xA9FE  # 169.254.0.0/16: the metadata service of nearly every cloud
METADATA = [0xA83F8110, 0x646464C8]  # 168.63.129.16 at Azure, 100.100.100.200 at Alibaba
METADATA_6 = [(0xFD000EC2, 0x254), (0xFD2000CE, 0x254), (0xFE800000, 0xA9FEA9FE)]  # Amazon, Google, OpenStack
UNGUARDED_PROTOCOLS = [33, 132, 262]  # DCCP, SCTP, MPTCP connect without asking us


def mounts():
    """Yields kind, options, root and folder of each mounted hierarchy of control groups."""
    with open("/proc/self/mountinfo") as lines:
        for line in lines:
            place, _, what = line.partition(" - ")
            kind, _, options = what.split(None, 2)
            if kind in ("cgroup", "cgroup2"):
                fields = place.split()
                yield kind, options.strip().split(","), fields[3], fields[4]


def own_paths():
    """What group we are in, for each controller; that of version 2 has an empty name."""
    paths = {}
    with open("/proc/self/cgroup") as lines:
        for line in lines:
            _, controllers, path = line.rstrip("\n").split(":", 2)
            for name in controllers.split(","):
                paths[name] = path
    return paths


def words_of(path):
    try:
        with open(path) as file:
            return file.read().split()
    except OSError:
        return []


def places():
    """Which folder a job's group can be made in: for each controller, and for "" a folder of version 2."""
    found = {}
    try:
        paths = own_paths()
        for kind, options, root, folder in mounts():
            names = [""] if kind == "cgroup2" else [name for name in options if name in CONTROLLERS]
            for name in names:
                path = paths.get(name, "/..")
                if root != "/" and path.startswith(root):
                    path = path[len(root) :]
                own = os.path.normpath(folder + "/" + path)
                if "/.." not in path and os.access(own, os.W_OK):
                    found.setdefault(name, own)
                if kind == "cgroup2" and "/.." not in path:
                    found.update(handed_down(folder, own))
    except OSError:
        pass  # no control groups here
    return found


def handed_down(top, own):
    """The nearest folder above a group of version 2 whose groups have controllers. A group that has processes hands none down."""
    while len(own) > len(top):
        own = os.path.dirname(own)
        here = [name for name in CONTROLLERS if name in words_of(own + "/cgroup.subtree_control")]
        if "memory" in here and "pids" in here:
            return {name: own for name in [""] + here} if os.access(own, os.W_OK) else {}
    return {}


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


class Group:
    """The control groups of one job. Those that cannot be made are left out; controllers says which there are."""

    def __init__(self, limits, found=None):
        self.limits = limits
        self.folders = {}
        name = PREFIX + "%d-%s" % (os.getpid(), os.urandom(4).hex())
        for controller, place in (places() if found is None else found).items():
            if controller and limits.get(LIMITS[controller]) is None:
                continue
            folder = os.path.join(place, name)
            try:
                os.makedirs(folder, exist_ok=True)
                self.folders[controller] = folder
            except OSError:
                pass  # another hierarchy may let us
        for controller in [name for name in CONTROLLERS if name in self.folders]:
            try:
                self.restrict(controller, self.folders[controller])
            except OSError:
                folder = self.folders.pop(controller)
                if folder not in self.folders.values():
                    os.rmdir(folder)
        self.controllers = [name for name in CONTROLLERS if name in self.folders]

    def is_second(self, controller):
        return self.folders.get("") == self.folders[controller]

    def restrict(self, controller, folder):
        second = self.is_second(controller)
        most = self.limits[LIMITS[controller]]
        if controller == "pids":
            write(folder + "/pids.max", str(most))
        elif controller == "cpu" and second:
            write(folder + "/cpu.max", "%d %d" % (most * PERIOD, PERIOD))
        elif controller == "cpu":
            write(folder + "/cpu.cfs_period_us", str(PERIOD))
            write(folder + "/cpu.cfs_quota_us", str(int(most * PERIOD)))
        elif second:
            write(folder + "/memory.max", str(most))
            self.wish(folder + "/memory.swap.max", "0")
            self.wish(folder + "/memory.oom.group", "1")
        else:
            write(folder + "/memory.limit_in_bytes", str(most))
            self.wish(folder + "/memory.memsw.limit_in_bytes", str(most))

    def wish(self, path, text):
        if os.path.exists(path):
            write(path, text)

    def enter(self):
        for folder in set(self.folders.values()):
            write(folder + "/cgroup.procs", "0")

    def exceeded(self):
        """The limit that the job has come up against, in words; None when there is none."""
        if self.ran_out_of_memory():
            return memory_in_words(self.limits["memory"])
        if "pids" in self.folders and self.count("pids", "pids.events", "pids.events", "max"):
            return "%d processes and threads" % self.limits["processes"]
        return None

    def ran_out_of_memory(self):
        return "memory" in self.folders and bool(self.count("memory", "memory.events", "memory.oom_control", "oom_kill"))

    def killable(self):
        """The folder whose processes the kernel kills all at once when told; None where it cannot."""
        folder = self.folders.get("")
        return folder if folder and os.path.exists(folder + "/cgroup.kill") else None

    def kill(self):
        """Kills all that is in it at once, whatever it begins meanwhile; where it can."""
        folder = self.killable()
        if folder:
            try:
                write(folder + "/cgroup.kill", "1")
            except OSError:
                pass  # signals do it, if not as surely

    def count(self, controller, second, first, word):
        words = words_of(os.path.join(self.folders[controller], second if self.is_second(controller) else first))
        return int(words[words.index(word) + 1]) if word in words else 0

    def remove(self):
        for folder in set(self.folders.values()):
            try:
                os.rmdir(folder)
            except OSError:
                pass  # somebody is in it still; the next start of the server finds it

    def bar(self, ports):
        """Keeps the group off metadata services, and off these ports of the machine itself. Raises OSError where it cannot be."""
        folder = self.folders.get("")
        if folder is None:
            raise OSError("the server may make no control group of version 2")
        group = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for kind, hook, program in programs(ports):
                loaded = load(kind, hook, program)
                try:
                    bpf(BPF_PROG_ATTACH, struct.pack("=IIII", group, loaded, hook, BPF_F_ALLOW_MULTI))
                finally:
                    os.close(loaded)
        finally:
            os.close(group)


def clear():
    """Removes the groups of jobs whose runner could not."""
    for place in set(places().values()):
        try:
            for name in os.listdir(place):
                if name.startswith(PREFIX) and not os.path.exists("/proc/" + name[len(PREFIX) :].partition("-")[0]):
                    os.rmdir(os.path.join(place, name))
        except OSError:
            pass  # a job is in it


def probe(launch):
    """Tries what this machine allows: the controllers that limit jobs, and what stands in the way of barring addresses."""
    clear()
    group = Group(launch["limits"])
    try:
        child = os.fork()
        if child == 0:
            try:
                group.enter()
                os._exit(0)
            except BaseException:
                os._exit(1)
        if os.waitpid(child, 0)[1] != 0:
            return {"controllers": [], "unbarred": "a process may not be moved into a control group of its own"}
        try:
            group.bar([1])
            unbarred = None
        except OSError as refused:
            unbarred = refused.strerror or str(refused)
        return {"controllers": group.controllers, "kills": group.killable() is not None, "unbarred": unbarred}
    finally:
        group.remove()


def memory_in_words(most):
    return "%g GiB of memory" % round(most / 2**30, 1) if most >= 2**30 else "%d MiB of memory" % (most >> 20)


def used_memory(pids, uid):
    """What processes hold of the memory, as their user sees it: in a container root may not look at what is another's."""
    if uid is None:
        return seen_memory(pids)
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.write(tell, b"%d" % seen_memory(pids))
        finally:
            os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as answer:
        seen = int(answer.read() or b"0")
    os.waitpid(child, 0)
    return seen


def seen_memory(pids):
    """Bytes that processes hold and that no file could give back: their own, their part of what they share, and what is in /dev/shm."""
    total = 0
    shared = {}
    for pid in pids:
        try:
            with open("/proc/%d/smaps_rollup" % pid) as lines:
                fields = dict(line.split(":", 1) for line in lines if line.startswith("Pss_"))
            total += sum(int(fields.get(name, "0").split()[0]) for name in ("Pss_Anon", "Pss_Shmem")) << 10
            folder = "/proc/%d/root/dev/shm" % pid
            if os.path.ismount(folder) and os.stat(folder).st_dev != os.stat("/dev/shm").st_dev:
                room = os.statvfs(folder)
                shared[os.stat(folder).st_dev] = (room.f_blocks - room.f_bfree) * room.f_frsize
        except (OSError, ValueError):
            continue  # it has ended
    return total + sum(shared.values())


class Program:
    """A program for the kernel's own machine, which asks it whether a call may go on: 1 says yes, 0 no."""

    def __init__(self):
        self.code = []
        self.labels = {}

    def add(self, operation, target=0, source=0, offset=0, value=0):
        self.code.append((operation, target, source, offset, value))

    def load(self, register, offset):
        self.add(0x61, register, 1, offset)  # 32 bits of what the call is about

    def load_number(self, register, offset, bits=32):
        self.load(register, offset)
        self.add(0xDC, register, value=bits)  # it is in the network's order

    def shift(self, target, source, bits):
        self.add(0xBC, target, source)
        self.add(0x74, target, value=bits)

    def when(self, register, value, label):
        self.add(0x16, register, offset=label, value=value)

    def unless(self, register, value, label):
        self.add(0x56, register, offset=label, value=value)

    def go(self, label):
        self.add(0x05, offset=label)

    def label(self, name):
        self.labels[name] = len(self.code)

    def answer(self, value):
        self.add(0xB7, 0, value=value)
        self.add(0x95)

    def assemble(self):
        self.label("yes")
        self.answer(1)
        self.label("no")
        self.answer(0)
        code = b""
        for index, (operation, target, source, offset, value) in enumerate(self.code):
            if isinstance(offset, str):
                offset = self.labels[offset] - index - 1
            registers = source << 4 | target if sys.byteorder == "little" else target << 4 | source
            code += struct.pack("=BBhI", operation, registers, offset, value & 0xFFFFFFFF)
        return code


ADDRESS, PORT, PART = 6, 7, 8  # registers
USER_IP4, USER_IP6, USER_PORT = 4, 8, 24  # offsets in the kernel's bpf_sock_addr
PROTOCOL = 12  # and in its bpf_sock


def programs(ports):
    creation = Program()
    creation.load(PART, PROTOCOL)
    for protocol in UNGUARDED_PROTOCOLS:
        creation.when(PART, protocol, "no")
    fourth = Program()
    fourth.load_number(PORT, USER_PORT, 16)
    fourth.load_number(ADDRESS, USER_IP4)
    check_fourth(fourth, ports)
    sixth = Program()
    sixth.load_number(PORT, USER_PORT, 16)
    for index, (first, last) in enumerate(METADATA_6):
        sixth.load_number(PART, USER_IP6)
        sixth.unless(PART, first, "next%d" % index)
        sixth.load_number(PART, USER_IP6 + 12)
        sixth.when(PART, last, "metadata")
        sixth.label("next%d" % index)
    for offset in (0, 4):
        sixth.load(PART, USER_IP6 + offset)
        sixth.unless(PART, 0, "yes")
    sixth.load_number(ADDRESS, USER_IP6 + 12)
    sixth.load_number(PART, USER_IP6 + 8)
    sixth.when(PART, 0xFFFF, "fourth")  # an address of version 4, spelled as one of version 6
    sixth.unless(PART, 0, "yes")
    sixth.when(ADDRESS, 0, "machine")  # any
    sixth.when(ADDRESS, 1, "machine")  # this machine
    sixth.go("yes")
    sixth.label("fourth")
    check_fourth(sixth, ports)
    fourth_code, sixth_code = fourth.assemble(), sixth.assemble()
    return [
        (SOCKET, CREATE, creation.assemble()),
        (SOCKET_ADDRESS, CONNECT_4, fourth_code),
        (SOCKET_ADDRESS, CONNECT_6, sixth_code),
        (SOCKET_ADDRESS, SEND_4, fourth_code),
        (SOCKET_ADDRESS, SEND_6, sixth_code),
    ]


def check_fourth(program, ports):
    program.shift(PART, ADDRESS, 16)
    program.when(PART, LINK_LOCAL, "metadata")
    for address in METADATA:
        program.when(ADDRESS, address, "metadata")
    program.shift(PART, ADDRESS, 24)
    program.when(PART, 127, "machine")
    program.when(ADDRESS, 0, "machine")
    program.go("yes")
    program.label("metadata")
    program.when(PORT, NAME_SERVER_PORT, "yes")
    program.go("no")
    program.label("machine")
    for port in ports:
        program.when(PORT, port, "no")


def load(kind, hook, program):
    code = ctypes.create_string_buffer(program, len(program))
    license = ctypes.create_string_buffer(b"Apache-2.0")
    attributes = struct.pack(
        "=IIQQIIQII16sII",
        kind,
        len(program) // 8,
        ctypes.addressof(code),
        ctypes.addressof(license),
        0,
        0,
        0,
        0,
        0,
        b"millwright_job",
        0,
        hook,
    )
    return bpf(BPF_PROG_LOAD, attributes)


def bpf(command, attributes):
    number = SYS_BPF.get(os.uname().machine)
    if number is None:
        raise OSError("this kind of processor is not provided for")
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    answer = libc.syscall(ctypes.c_long(number), ctypes.c_int(command), buffer, ctypes.c_uint(len(attributes)))
    if answer == -1:
        number = ctypes.get_errno()
        raise OSError(number, "the kernel does not let the server do it: %s" % os.strerror(number))
    return answer
