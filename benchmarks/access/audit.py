#!/usr/bin/env python3
"""Measures the audit trail on this machine: how fast entries are put into the chain, how long each kind of search takes on a
long trail, and how fast the chain is checked.

    benchmarks/access/audit.py [--rows 1000000] [--searches 50] [--data DIR]

It starts a server of its own on a free port and a temporary folder, writes entries as a year of a busy team leaves them,
waits until the server has sealed them, and asks by the REST API. With --data it uses that folder's server, started or not,
and leaves it running.
"""

import argparse
import json
import os
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from measuring import Api, free_port, machine, millwright, peer_python, percentile, print_table, working_folder

PACKAGES = ["psycopg2-binary"]
TARGET = 0.200
PIECE = 50_000

# Most is done by a few; most of that is runs; one in two hundred entries is a refusal.
WRITE = """
INSERT INTO access.audit_waiting (at, action, outcome, reason, principal, principal_name, address, client, request, operation,
    permission, workspace, kind, resource, part, before, after)
SELECT timestamptz '2025-11-01' + i * interval '30 seconds', action, outcome, CASE WHEN outcome = 'REFUSED' THEN 'no role' END,
    who, initcap(who), '10.0.' || i %% 7 || '.' || i %% 200, 'mlflow-python-client/3.17', md5(i::text), operation, permission,
    'team-' || (random() ^ 3 * 20)::int, kind, resource, part,
    CASE WHEN action = 'CHANGE' THEN '{"stage": "NONE"}'::jsonb END,
    CASE WHEN action IN ('CREATE', 'CHANGE') THEN '{"stage": "STAGING", "description": "as the team agreed in its last review"}'::jsonb END
FROM generate_series(%s, %s) i,
LATERAL (SELECT random() AS dice, 'person-' || (random() ^ 4 * 200)::int AS who,
    CASE WHEN i %% 200 = 0 THEN 'REFUSED' ELSE 'ALLOWED' END AS outcome) a,
LATERAL (SELECT
    CASE WHEN dice < .6 THEN 'run' WHEN dice < .8 THEN 'file' WHEN dice < .9 THEN 'model' WHEN dice < .97 THEN 'credential'
         WHEN dice < .999 THEN 'endpoint' ELSE 'role assignment' END AS kind) b,
LATERAL (SELECT
    CASE kind WHEN 'run' THEN 'CREATE' WHEN 'file' THEN 'READ' WHEN 'credential' THEN 'SIGN_IN' ELSE 'CHANGE' END AS action,
    CASE kind WHEN 'run' THEN 'POST /api/2.0/mlflow/runs/create' WHEN 'file' THEN 'GET /api/2.0/mlflow-artifacts/artifacts/{path}'
         ELSE 'PUT /api/v1/' || kind || '/' || (random() * 5)::int END AS operation,
    CASE kind WHEN 'run' THEN 'EXPERIMENT_WRITE' WHEN 'file' THEN 'EXPERIMENT_READ' WHEN 'model' THEN 'MODEL_WRITE'
         WHEN 'endpoint' THEN 'ENDPOINT_WRITE' ELSE 'ACCESS_MANAGE' END AS permission,
    CASE kind WHEN 'run' THEN md5('r' || i) WHEN 'file' THEN '0/' || md5(i::text) || '/artifacts/model.onnx'
         WHEN 'model' THEN 'model-' || (random() * 5000)::int WHEN 'credential' THEN who ELSE 'thing-' || (random() * 300)::int END AS resource,
    CASE kind WHEN 'model' THEN (random() * 30)::int::text WHEN 'role assignment' THEN 'Contributor' END AS part) c
"""

SEARCHES = {
    "the newest": "",
    "by the busiest person": "actor=person-0",
    "by somebody who does little": "actor=person-177",
    "of a workspace": "@team-1",
    "what happened to a model": "resource=model-77",
    "who promoted a version": "kind=model&resource=model-77&part=7",
    "refused": "outcome=refused",
    "refused in a workspace": "@team-1?outcome=refused",
    "refused to somebody": "actor=person-3&outcome=refused",
    "of a kind that is frequent": "kind=run",
    "of a kind that is rare": "kind=role%20assignment",
    "of a rare kind by somebody busy": "kind=role%20assignment&actor=person-0",
    "of a rare kind in a workspace": "@team-1?kind=role%20assignment",
    "reads": "action=read",
    "by an operation": "operation=POST%20/api/2.0/mlflow/runs/create",
    "by a permission": "permission=ENDPOINT_WRITE",
    "from an address": "address=10.0.3.77",
    "of one request": "request=@",
    "of a day half a year ago": "from=2026-03-01&until=2026-03-02",
    "by somebody half a year ago": "actor=person-0&from=2026-03-01&until=2026-03-02",
    "refused half a year ago": "outcome=refused&from=2026-03-01&until=2026-03-08",
    "before anything happened": "actor=person-0&until=2025-01-01",
}


def connect(data):
    import psycopg2

    port = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[3])
    password = (data / "secrets" / "database.password").read_text().strip()
    connection = psycopg2.connect(f"postgresql://millwright:{password}@127.0.0.1:{port}/millwright")
    connection.autocommit = True
    return connection


def waiting(cursor):
    cursor.execute("SELECT count(*) FROM access.audit_waiting")
    return cursor.fetchone()[0]


def fill(cursor, rows):
    """Entries per second from the first that is written to the last that is in the chain."""
    began = time.monotonic()
    for first in range(1, rows + 1, PIECE):
        cursor.execute(WRITE, (first, min(first + PIECE - 1, rows)))
        while waiting(cursor) > PIECE:
            time.sleep(0.5)
        print(f"\r{first + PIECE - 1:,} written", end="", file=sys.stderr)
    while waiting(cursor) > 0:
        time.sleep(0.2)
    print(file=sys.stderr)
    seconds = time.monotonic() - began
    cursor.execute("ANALYZE access.audit_event")
    return rows / seconds


def path(search, request):
    if search.startswith("@"):
        workspace, _, query = search[1:].partition("?")
        return f"/api/v1/workspaces/{workspace}/audit?size=50&{query}"
    return f"/api/v1/audit?size=50&{search.replace('@', request)}"


def search_times(api, address, times):
    measured = []
    for number in range(times + 3):
        began = time.perf_counter()
        answer = api.call("GET", address)
        if number >= 3:
            measured.append(time.perf_counter() - began)
    return measured, len(json.loads(answer)["items"])


def check_speed(api):
    """Entries of the chain that are checked in a second."""
    began, address, first = time.monotonic(), "/api/v1/audit/check", None
    while True:
        answer = json.loads(api.call("GET", address))
        first = answer["from"]["sequence"] if first is None else first
        if answer["complete"]:
            if not answer["intact"]:
                sys.exit(f"The chain does not hold: {answer}")
            return (answer["to"]["sequence"] - first) / (time.monotonic() - began)
        address = f"/api/v1/audit/check?after={answer['to']['sequence']}&hash={answer['to']['hash']}"


def measure(data, rows, times):
    connection = json.loads(millwright("connection", "--format", "json", data=data))
    api = Api(connection)
    for number in range(21):
        try:
            api.call("POST", "/api/v1/workspaces", {"name": f"team-{number}"})
        except SystemExit:  # there already
            api = Api(connection)
    with closing(connect(data)) as database, database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access.audit_event")
        there = cursor.fetchone()[0]
        speed = fill(cursor, rows - there) if there < rows else None
        cursor.execute("SELECT request FROM access.audit_event WHERE request IS NOT NULL ORDER BY sequence LIMIT 1")
        request = cursor.fetchone()[0]
        cursor.execute("SELECT count(*), pg_total_relation_size('access.audit_event') FROM access.audit_event")
        entries, size = cursor.fetchone()
    print(f"{machine()}\n{entries:,} entries, {size / entries:.0f} bytes each with all indexes")
    if speed:
        print(f"written and sealed: {speed:,.0f} entries a second")
    api = Api(connection)  # the server has closed the one that waited while the trail was filled
    table, slowest = [["search", "rows", "median ms", "95 % ms"]], 0
    for name, search in SEARCHES.items():
        measured, found = search_times(api, path(search, request), times)
        slowest = max(slowest, statistics.median(measured))
        table.append([name, found, f"{statistics.median(measured) * 1000:.1f}", f"{percentile(measured, 0.95) * 1000:.1f}"])
    print_table(table)
    print(f"slowest median {slowest * 1000:.1f} ms, wanted under {TARGET * 1000:.0f} ms")
    print(f"checked: {check_speed(api):,.0f} entries a second")
    return slowest <= TARGET


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=50)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    python = peer_python(PACKAGES)
    if Path(sys.executable).resolve() != python.resolve() or sys.prefix != str(python.parent.parent):
        os.execv(python, [str(python), *sys.argv])
    if options.data:
        millwright("up", "--detach", data=options.data)
        sys.exit(0 if measure(options.data, options.rows, options.searches) else 1)
    with working_folder(None) as folder:
        millwright("up", "--detach", "--port", str(free_port()), data=folder / "data")
        sys.exit(0 if measure(folder / "data", options.rows, options.searches) else 1)


if __name__ == "__main__":
    main()
