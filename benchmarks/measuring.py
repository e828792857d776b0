"""What the benchmarks share: a Millwright server of their own, a connection to it, and what processes cost."""

import http.client
import json
import os
import platform
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MLFLOW = "mlflow==3.17.2"


def millwright(*arguments, data):
    command = [str(HOME / "millwright"), *arguments, "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HOME)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}{done.stdout}")
    return done.stdout


@contextmanager
def working_folder(given):
    """The folder that was asked for, or a temporary one that is gone afterwards. A server on its `data` is stopped."""
    folder = given or Path(tempfile.mkdtemp(prefix="millwright-benchmark-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        subprocess.run([str(HOME / "millwright"), "down", "--data", str(folder / "data")], capture_output=True)
        if not given:
            shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def stat(pid):
    """The fields of /proc/PID/stat from the third on; None when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


def cpu_seconds(pid):
    """User and system time of a process so far; Linux only."""
    fields = stat(pid)
    return float("nan") if fields is None else (int(fields[11]) + int(fields[12])) / TICKS


def family(root):
    """A process and all below it."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := stat(entry.name)):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    members = [root]
    for member in members:
        members += children.get(member, [])
    return members


def family_cpu_seconds(root):
    """Of a process, all below it, and those below it that ended and were waited for."""
    total = 0
    for pid in family(root):
        if fields := stat(pid):
            total += sum(map(int, fields[11:15]))
    return total / TICKS


def family_bytes(root):
    """Memory in use, shared pages counted for each process that has them."""
    return sum(int(fields[21]) * PAGE for pid in family(root) if (fields := stat(pid)))


class Api:
    """One kept connection to a server, ours or one without a token and TLS."""

    def __init__(self, connection):
        self.token = connection.get("token")
        scheme, address = connection["url"].split("://")
        host, port = address.split(":")
        if scheme == "https":
            trust = ssl.create_default_context(cafile=connection["ca"])
            self.http = http.client.HTTPSConnection(host, int(port), context=trust)
        else:
            self.http = http.client.HTTPConnection(host, int(port))

    def headers(self, token=None):
        headers = {"Content-Type": "application/json"}
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        return headers

    def open(self, method, path, body=None, headers=None):
        """Sends a request. Returns its answer, of which nothing is read yet."""
        self.http.request(method, path, body, headers or self.headers())
        response = self.http.getresponse()
        if response.status >= 300:
            sys.exit(f"{method} {path} answered {response.status}: {response.read()[:500]}")
        return response

    def call(self, method, path, body=None, token=None):
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body)
        return self.open(method, path, body, self.headers(token)).read()


def cache():
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "millwright-benchmarks"


def peer_python(packages):
    """The Python of a virtual environment with these packages, which is made when it is missing."""
    folder = cache() / "peer"
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    wanted = "\n".join(packages)
    if not python.exists() or not installed.exists() or not set(packages) <= set(installed.read_text().split()):
        print("Installing MLflow for the comparison ...", file=sys.stderr)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        known = installed.read_text() if installed.exists() else ""
        installed.write_text(f"{known}\n{wanted}\n")
    return python


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def machine():
    return (f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
            f"Python {platform.python_version()}; load average {os.getloadavg()[0]:.1f}")


def print_table(rows):
    """Left-bound the first column, right-bound the others; None is an empty cell."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        print("  ".join(cells).rstrip())
