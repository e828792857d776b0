#!/usr/bin/env python3
"""Measures what a permission check adds to a request: for somebody with one role on the server, and for people who hold
roles on many single experiments.

    benchmarks/access/checks.py [--requests 3000] [--data DIR]

First it times the check itself in a Java program, whether one resource is there and which may be listed, with 1, 50 and 200
roles. Then it starts a server of its own in a temporary folder and asks it for the same run and for the list of experiments
in turn as an owner and as people with 50 and with 200 roles, over one connection each. With --data it uses that folder's
server, started or not, and leaves it running.
"""

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path

from audit import PACKAGES, connect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from measuring import HOME, Api, free_port, machine, millwright, peer_python, percentile, print_table, working_folder

TARGET = 100  # microseconds
ROLES = [1, 50, 200]


def time_checks():
    """Microseconds of a check of one resource, and of computing what may be listed, by number of roles."""
    jars = [jar for jar in (HOME / "domain" / "target").glob("domain-*.jar") if "tests" not in jar.name]
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if "JAVA_HOME" in os.environ else "java"
    program = [str(java), "--class-path", str(jars[0]), str(Path(__file__).parent / "Checks.java"), *map(str, ROLES)]
    lines = subprocess.run(program, capture_output=True, check=True, text=True).stdout.splitlines()
    return [[int(word) / (1000 if place else 1) for place, word in enumerate(line.split())] for line in lines]


def people(data, api):
    """Makes 200 experiments, with a run in the first, and somebody for each number of roles. Returns their tokens and the run."""
    experiments = []
    for number in range(max(ROLES)):
        made = api.call("POST", "/api/2.0/mlflow/experiments/create", {"name": f"checks-{uuid.uuid4()}"})
        experiments.append(json.loads(made)["experiment_id"])
    made = api.call("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": experiments[0]})
    tokens = {}
    with closing(connect(data)) as database, database.cursor() as cursor:
        for roles in ROLES:
            name, token = f"checks-{uuid.uuid4()}", f"mwt_{uuid.uuid4()}"
            cursor.execute("INSERT INTO access.principal (id, name) VALUES (%s, %s)", (name, name))
            held = [(None, None)] if roles == 1 else [("EXPERIMENT", one) for one in reversed(experiments[:roles])]
            for kind, one in held:
                cursor.execute(
                    "INSERT INTO access.role_assignment (principal, role, workspace, resource_kind, resource) VALUES (%s, %s, %s, %s, %s)",
                    (name, "Owner" if kind is None else "AzureML Data Scientist", kind and "main", kind, one))
            cursor.execute(
                "INSERT INTO access.credential (id, kind, principal, name, digest, created_at) VALUES (%s, 'PERSONAL_TOKEN', %s, 'checks', %s, now())",
                (str(uuid.uuid4()), name, hashlib.sha256(token.encode()).hexdigest()))
            tokens[roles] = token
    return tokens, json.loads(made)["run"]["info"]["run_id"]


def time_requests(data, requests):
    """Microseconds of each request, by what is asked and by number of roles."""
    connection = json.loads(millwright("connection", "--format", "json", data=data))
    tokens, run = people(data, Api(connection))
    asked = {"one run": f"/api/2.0/mlflow/runs/get?run_id={run}", "50 experiments": "/api/2.0/mlflow/experiments/search?max_results=50"}
    apis = {roles: Api({**connection, "token": token}) for roles, token in tokens.items()}
    measured = {(what, roles): [] for what in asked for roles in ROLES}
    for number in range(requests + requests // 4):
        for what, address in asked.items():
            for roles in ROLES:
                began = time.perf_counter()
                apis[roles].call("GET", address)
                if number >= requests // 4:
                    measured[what, roles].append((time.perf_counter() - began) * 1e6)
    return asked, measured


def measure(data, requests):
    print(machine())
    checks = time_checks()
    print_table([["roles", "is it there, µs", "which are there, µs"],
                 *[[f"{roles:.0f}", f"{one:.2f}", f"{several:.2f}"] for roles, one, several in checks]])
    asked, measured = time_requests(data, requests)
    table = [["request", "roles", "median µs", "95 % µs", "more than an owner's, µs"]]
    for what in asked:
        usual = statistics.median(measured[what, 1])
        for roles in ROLES:
            times = measured[what, roles]
            table.append([what, roles, f"{statistics.median(times):.0f}", f"{percentile(times, 0.95):.0f}", f"{statistics.median(times) - usual:+.0f}"])
    print()
    print_table(table)
    slowest = max(max(check[1:]) for check in checks)
    print(f"slowest check {slowest:.1f} µs, wanted under {TARGET} µs")
    return slowest < TARGET


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    python = peer_python(PACKAGES)
    if Path(sys.executable).resolve() != python.resolve() or sys.prefix != str(python.parent.parent):
        os.execv(python, [str(python), *sys.argv])
    if options.data:
        millwright("up", "--detach", data=options.data)
        sys.exit(0 if measure(options.data, options.requests) else 1)
    with working_folder(None) as folder:
        millwright("up", "--detach", "--port", str(free_port()), data=folder / "data")
        sys.exit(0 if measure(folder / "data", options.requests) else 1)


if __name__ == "__main__":
    main()
