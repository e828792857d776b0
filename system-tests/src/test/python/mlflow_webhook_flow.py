"""What a user of MLflow's webhooks does with MLflow's own client, with a receiver on this machine.

Usage: MLFLOW_TRACKING_URI=https://... RECEIVER_PORT=... WEBHOOK_GUIDE=docs/webhooks.md python mlflow_webhook_flow.py
The server must allow http://127.0.0.1:$RECEIVER_PORT as a receiver. The guide's own code checks the signatures.
"""

import json
import os
import queue
import re
import ssl
import threading
import time
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mlflow
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.exceptions import MlflowException

SUFFIX = uuid.uuid4().hex[:8]
SECRET = "correct horse battery staple"
PORT = int(os.environ["RECEIVER_PORT"])
CLIENT = MlflowClient()
PATIENCE = 180
GUIDE = {}
exec(next(code for code in re.findall(r"```python\n(.*?)```", open(os.environ["WEBHOOK_GUIDE"]).read(), re.S)
          if "def verify" in code), GUIDE)


class Receiver:
    """Takes what is posted to each path, and answers as it was told to."""

    def __init__(self):
        self.arrived = {}
        self.answers = {}
        self.lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.lock:
                    planned = receiver.answers.get(self.path, [])
                    status, headers = planned.pop(0) if planned else (200, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                answer = f"seen {self.path}".encode()
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                receiver.of(self.path).put((self.headers, body, status))

            do_GET = do_POST

            def log_message(self, *_):
                pass

        threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever, daemon=True).start()

    def of(self, path):
        with self.lock:
            return self.arrived.setdefault(path, queue.Queue())

    def answer(self, path, *answers):
        with self.lock:
            self.answers[path] = list(answers)

    def next(self, path):
        """The next one that arrives: its headers and its payload, once its signature is right."""
        headers, body, _ = self.of(path).get(timeout=PATIENCE)
        assert GUIDE["verify"](SECRET, headers, body), headers
        assert not GUIDE["verify"]("another secret", headers, body)
        assert not GUIDE["verify"](SECRET, headers, body + b" ")
        assert headers["Content-Type"] == "application/json"
        return headers, json.loads(body)


def url(path):
    return f"http://127.0.0.1:{PORT}{path}"


def refused(call, *said):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE", error
        for words in said:
            assert words in str(error), (words, error)
        return
    raise AssertionError("not refused")


def rest(method, path, body=None):
    """Our own API, for what MLflow's has no words for."""
    context = ssl.create_default_context(cafile=os.environ["MLFLOW_TRACKING_SERVER_CERT_PATH"])
    request = urllib.request.Request(
        f"{os.environ['MLFLOW_TRACKING_URI']}/api/v1/workspaces/main/webhooks/{path}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, context=context) as answer:
        return json.load(answer)


def deliveries(webhook):
    return rest("GET", f"{webhook.webhook_id}/deliveries")["items"]


def eventually(look, wished):
    deadline = time.monotonic() + PATIENCE
    while not wished(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.2)
    return seen


def made_changed_and_deleted():
    webhook = CLIENT.create_webhook(
        name=f"first-{SUFFIX}", url=url("/first"), events=["model_version.created", WebhookEvent("prompt", "created")],
        description="tells the pipeline", secret=SECRET)
    found = CLIENT.get_webhook(webhook.webhook_id)
    assert (found.name, found.url, found.description) == (f"first-{SUFFIX}", url("/first"), "tells the pipeline")
    assert set(map(str, found.events)) == {"model_version.created", "prompt.created"}
    assert found.status == WebhookStatus.ACTIVE and found.secret is None
    assert found.creation_timestamp == found.last_updated_timestamp > 0
    changed = CLIENT.update_webhook(
        webhook.webhook_id, name=f"renamed-{SUFFIX}", events=["registered_model.created"], status="DISABLED")
    assert (changed.name, changed.status) == (f"renamed-{SUFFIX}", WebhookStatus.DISABLED)
    assert list(map(str, changed.events)) == ["registered_model.created"] and changed.url == url("/first")
    others = [CLIENT.create_webhook(f"page-{n}-{SUFFIX}", url("/page"), ["model_version.created"]) for n in range(2)]
    listed, token = [], None
    while True:
        page = CLIENT.list_webhooks(max_results=1, page_token=token)
        listed += page
        token = page.token
        if not token:
            break
    mine = [each.webhook_id for each in listed if each.name.endswith(SUFFIX)]
    assert mine == [others[1].webhook_id, others[0].webhook_id, webhook.webhook_id], listed
    for each in [webhook, *others]:
        CLIENT.delete_webhook(each.webhook_id)
    try:
        CLIENT.get_webhook(webhook.webhook_id)
        raise AssertionError("still there")
    except MlflowException as error:
        assert error.error_code == "RESOURCE_DOES_NOT_EXIST"
        assert f"Webhook with ID {webhook.webhook_id} not found." in str(error)


def wrong_ones_are_refused():
    def create(name="fine", address=url("/in"), events=("model_version.created",)):
        return lambda: CLIENT.create_webhook(name, address, list(events))

    refused(create(name="-wrong"), "Webhook name '-wrong' is invalid")
    refused(create(name="a b"), "Webhook name 'a b' is invalid")
    refused(create(name="x" * 64), "is invalid")
    refused(create(name=""), "name")
    refused(create(address=""), "url")
    refused(create(address=" "), "Webhook URL cannot be empty or just whitespace")
    refused(lambda: CLIENT.list_webhooks(max_results=1001), "max_results")
    refused(create(address="ftp://example.com/"), "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https.")
    refused(create(address="https:///nowhere"), "Webhook URL")
    refused(create(address="https://no-such-host.invalid/"), "Cannot resolve Webhook URL hostname")
    for inside in [
            "http://127.0.0.2/", "https://127.0.0.1/", f"http://127.0.0.1:{PORT + 1}/", f"http://localhost:{PORT}/",
            "https://localhost/", "https://0.0.0.0/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/", "https://100.100.100.200/", "https://[::1]/",
            "https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[64:ff9b::a9fe:a9fe]/",
            "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://2130706433/", "https://127.1/", "https://0x7f000001/",
            "https://0177.0.0.1/", "https://metadata.google.internal/", "https://a.localhost/", "https://user@127.0.0.1/",
            f"http://127.0.0.1:{PORT}@169.254.169.254/", "file:///etc/passwd"]:
        refused(create(address=inside))
    kept = CLIENT.create_webhook(f"kept-{SUFFIX}", url("/kept"), ["model_version.created"])
    refused(lambda: CLIENT.update_webhook(kept.webhook_id, url="https://169.254.169.254/"), "non-public IP address")
    assert CLIENT.get_webhook(kept.webhook_id).url == url("/kept")
    CLIENT.delete_webhook(kept.webhook_id)


def a_test_is_sent_at_once(receiver):
    webhook = CLIENT.create_webhook(f"test-{SUFFIX}", url("/test"), ["model_version.created"], secret=SECRET)
    result = CLIENT.test_webhook(webhook.webhook_id)
    assert (result.success, result.response_status, result.response_body) == (True, 200, "seen /test"), result
    _, payload = receiver.next("/test")
    assert payload["data"]["name"] == "example_model" and payload["entity"] == "model_version"
    CLIENT.test_webhook(webhook.webhook_id, "model_version_alias.created")
    assert receiver.next("/test")[1]["data"] == {"name": "example_model", "alias": "example_alias", "version": "1"}
    receiver.answer("/test", (500, {}))
    result = CLIENT.test_webhook(webhook.webhook_id)
    assert (result.success, result.response_status) == (False, 500)
    CLIENT.delete_webhook(webhook.webhook_id)


def what_happens_to_a_model_arrives_in_order(receiver):
    webhook = CLIENT.create_webhook(
        f"all-{SUFFIX}", url("/all"),
        ["registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted",
         "model_version_alias.created", "model_version_alias.deleted"], secret=SECRET)
    name = f"churn-{SUFFIX}"
    with mlflow.start_run() as run:
        mlflow.log_text("weights", "model/weights.txt")
    source = f"runs:/{run.info.run_id}/model"
    CLIENT.create_registered_model(name, tags={"team": "risk"}, description="who leaves")
    CLIENT.create_model_version(name, source, run_id=run.info.run_id, tags={"a": "b"})
    CLIENT.set_model_version_tag(name, "1", "checked", "yes")
    CLIENT.delete_model_version_tag(name, "1", "checked")
    CLIENT.set_registered_model_alias(name, "champion", "1")
    CLIENT.delete_registered_model_alias(name, "champion")
    expected = [
        ("registered_model", "created", {"name": name, "tags": {"team": "risk"}, "description": "who leaves"}),
        ("model_version", "created", {"name": name, "version": "1", "source": source, "run_id": run.info.run_id,
                                      "tags": {"a": "b"}, "description": None}),
        ("model_version_tag", "set", {"name": name, "version": "1", "key": "checked", "value": "yes"}),
        ("model_version_tag", "deleted", {"name": name, "version": "1", "key": "checked"}),
        ("model_version_alias", "created", {"name": name, "alias": "champion", "version": "1"}),
        ("model_version_alias", "deleted", {"name": name, "alias": "champion"})]
    seen = set()
    for entity, action, data in expected:
        headers, payload = receiver.next("/all")
        assert (payload["entity"], payload["action"], payload["data"]) == (entity, action, data), payload
        assert payload["timestamp"].endswith("+00:00") and payload["workspace"] == "main"
        seen.add(headers["X-MLflow-Delivery-Id"])
    assert len(seen) == len(expected)
    CLIENT.delete_webhook(webhook.webhook_id)


def prompts_have_events_of_their_own(receiver):
    webhook = CLIENT.create_webhook(
        f"prompts-{SUFFIX}", url("/prompts"), ["prompt.created", "prompt_version.created", "prompt_alias.created",
                                               "registered_model.created", "model_version.created"], secret=SECRET)
    name = f"greeting-{SUFFIX}"
    mlflow.genai.register_prompt(name, "Hello {{name}}!", commit_message="first", tags={"tone": "kind"})
    mlflow.genai.set_prompt_alias(name, "live", 1)
    _, created = receiver.next("/prompts")
    assert (created["entity"], created["action"], created["data"]["name"]) == ("prompt", "created", name), created
    _, version = receiver.next("/prompts")
    assert (version["entity"], version["data"]["template"]) == ("prompt_version", "Hello {{name}}!"), version
    assert version["data"]["tags"] == {"tone": "kind"} and version["data"]["description"] == "first"
    _, alias = receiver.next("/prompts")
    assert (alias["entity"], alias["data"]) == ("prompt_alias", {"name": name, "alias": "live", "version": "1"}), alias
    CLIENT.delete_webhook(webhook.webhook_id)


def what_fails_is_tried_again_and_replayed(receiver):
    receiver.answer("/flaky", (503, {}), (302, {"Location": url("/elsewhere")}))
    webhook = CLIENT.create_webhook(f"flaky-{SUFFIX}", url("/flaky"), ["registered_model.created"], secret=SECRET)
    name = f"flaky-{SUFFIX}"
    CLIENT.create_registered_model(name)
    first, _ = receiver.next("/flaky")
    second, _ = receiver.next("/flaky")
    after_redirect = eventually(lambda: deliveries(webhook), lambda seen: seen[0]["attempts"] == 2)[0]
    eventually(lambda: deliveries(webhook)[0], lambda seen: seen.get("status") == 302)
    assert after_redirect["state"] == "waiting"
    third, payload = receiver.next("/flaky")
    assert payload["data"]["name"] == name
    ids = {headers["X-MLflow-Delivery-Id"] for headers in (first, second, third)}
    assert ids == {after_redirect["id"]}
    done = eventually(lambda: deliveries(webhook)[0], lambda seen: seen["state"] == "delivered")
    assert (done["attempts"], done["status"], done["answer"]) == (3, 200, "seen /flaky"), done
    assert receiver.of("/elsewhere").empty()

    again = rest("POST", f"{webhook.webhook_id}/deliveries/{done['id']}/replay")
    assert again["state"] == "waiting" and again["attempts"] == 0
    fourth, replayed = receiver.next("/flaky")
    assert fourth["X-MLflow-Delivery-Id"] == done["id"] and replayed == payload
    CLIENT.delete_webhook(webhook.webhook_id)


def our_own_events_do_not_reach_a_client_that_cannot_read_them():
    ours = rest("POST", "", {"name": f"ours-{SUFFIX}", "url": url("/ours"), "events": ["run.failed"]})
    both = rest("POST", "", {"name": f"both-{SUFFIX}", "url": url("/both"),
                             "events": ["run.failed", "model_version.created"]})
    assert ours["secret"] and ours["signed"] and "secret" not in rest("GET", ours["id"])
    listed = {each.webhook_id: each for each in CLIENT.list_webhooks()}
    assert ours["id"] not in listed and list(map(str, listed[both["id"]].events)) == ["model_version.created"]
    CLIENT.update_webhook(both["id"], events=["registered_model.created"])
    assert rest("GET", both["id"])["events"] == ["registered_model.created", "run.failed"]


if __name__ == "__main__":
    incoming = Receiver()
    made_changed_and_deleted()
    wrong_ones_are_refused()
    a_test_is_sent_at_once(incoming)
    what_happens_to_a_model_arrives_in_order(incoming)
    prompts_have_events_of_their_own(incoming)
    what_fails_is_tried_again_and_replayed(incoming)
    our_own_events_do_not_reach_a_client_that_cannot_read_them()
    print("all passed")
