"""Compares two tracking servers by their API, and the answers of the models that both have.

Usage: python transfer_compare.py SOURCE_URI TARGET_URI [without-models]
A token for either is in SOURCE_TOKEN and TARGET_TOKEN. What a server may choose for itself is left out of the comparison:
the numbers of experiments, and where files lie.
"""

import math
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_TRACKING_SERVER_CERT_PATH", "")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType
from sklearn.datasets import load_iris

FEATURES, _ = load_iris(return_X_y=True, as_frame=True)
THIRD_GENERATION = not mlflow.__version__.startswith("2.")


def number(value):
    return "NaN" if math.isnan(value) else value


def pages(search, **arguments):
    found, token = [], None
    while True:
        page = search(page_token=token, **arguments)
        found += page
        token = page.token
        if not token:
            return found


def files(run):
    with tempfile.TemporaryDirectory() as folder:
        try:
            root = pathlib.Path(mlflow.artifacts.download_artifacts(artifact_uri=run.info.artifact_uri, dst_path=folder))
        except Exception:  # nothing was written
            return {}
        return content(root)


def content(root):
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}


def logged_model(client, model):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(mlflow.artifacts.download_artifacts(f"models:/{model.model_id}", dst_path=folder))
        # Which local cache they came from is noted in a file of the client's own.
        found = {name: text for name, text in content(root).items() if name != "registered_model_meta"}
    return {
        "name": model.name,
        "type": model.model_type,
        "run": model.source_run_id,
        "status": str(model.status),
        "created": model.creation_timestamp,
        "updated": model.last_updated_timestamp,
        "tags": model.tags,
        "params": model.params,
        "metrics": sorted(
            (point.key, number(point.value), point.timestamp, point.step, point.dataset_name, point.dataset_digest)
            for point in model.metrics or []
        ),
        "files": found,
    }


def experiment(client, each):
    runs = {}
    for run in pages(client.search_runs, experiment_ids=[each.experiment_id], run_view_type=ViewType.ALL, max_results=50):
        histories = {
            key: [(point.timestamp, point.step, number(point.value)) for point in client.get_metric_history(run.info.run_id, key)]
            for key in sorted(run.data.metrics)
        }
        runs[run.info.run_id] = {
            "name": run.info.run_name,
            "user": run.info.user_id,
            "status": run.info.status,
            "times": (run.info.start_time, run.info.end_time),
            "stage": run.info.lifecycle_stage,
            "params": run.data.params,
            "tags": run.data.tags,
            "latest": {key: number(value) for key, value in run.data.metrics.items()},
            "histories": histories,
            "datasets": [
                (one.dataset.to_dictionary(), {tag.key: tag.value for tag in one.tags}) for one in run.inputs.dataset_inputs
            ],
            "outputs": [(one.model_id, one.step) for one in run.outputs.model_outputs]
            if THIRD_GENERATION and run.outputs
            else [],
            "files": files(run) if each.lifecycle_stage == "active" and run.info.lifecycle_stage == "active" else {},
        }
    models = {}
    if THIRD_GENERATION and each.lifecycle_stage == "active":
        for model in pages(client.search_logged_models, experiment_ids=[each.experiment_id]):
            models[model.model_id] = logged_model(client, client.get_logged_model(model.model_id))
    return {
        "tags": each.tags,
        "stage": each.lifecycle_stage,
        "times": (each.creation_time, each.last_update_time) if each.name != "Default" else None,
        "runs": runs,
        "models": models,
    }


def version(client, each):
    return {
        "description": each.description or "",
        "tags": each.tags,
        "stage": each.current_stage,
        "run": each.run_id or "",
        "user": each.user_id or "",
        "times": (each.creation_timestamp, each.last_updated_timestamp),
        "aliases": sorted(each.aliases),
    }


def predictions(client, names):
    loaded = {}
    for name in names:
        for found in client.search_model_versions(f"name='{name}'"):
            each = client.get_model_version(name, found.version)
            forms = [f"models:/{name}/{each.version}"] + [f"models:/{name}@{alias}" for alias in each.aliases]
            if each.current_stage == "Production":
                forms.append(f"models:/{name}/Production")
            if each.run_id:
                forms.append(f"runs:/{each.run_id}/model")
            if THIRD_GENERATION and each.model_id:
                forms.append(f"models:/{each.model_id}")
            for form in forms:
                loaded[form] = mlflow.pyfunc.load_model(form).predict(FEATURES).tolist()
    return loaded


def state(uri, token):
    if token:
        os.environ["MLFLOW_TRACKING_TOKEN"] = token
    else:
        os.environ.pop("MLFLOW_TRACKING_TOKEN", None)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = MlflowClient()
    models = {model.name: model for model in pages(client.search_registered_models)}
    return {
        "experiments": {
            each.name: experiment(client, each) for each in pages(client.search_experiments, view_type=ViewType.ALL)
        },
        "models": {
            name: {
                "description": model.description or "",
                "tags": model.tags,
                "aliases": {alias: int(number) for alias, number in model.aliases.items()},
                "times": (model.creation_timestamp, model.last_updated_timestamp),
                "versions": {
                    int(each.version): version(client, client.get_model_version(name, each.version))
                    for each in client.search_model_versions(f"name='{name}'")
                },
            }
            for name, model in models.items()
        },
        "predictions": {} if "without-models" in sys.argv else predictions(client, models),
    }


def differences(one, other, place=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other), key=str):
            if key not in one:
                yield f"{place}/{key}: only at the target: {str(other[key])[:200]}"
            elif key not in other:
                yield f"{place}/{key}: only at the source: {str(one[key])[:200]}"
            else:
                yield from differences(one[key], other[key], f"{place}/{key}")
    elif one != other:
        yield f"{place}: {str(one)[:200]} is not {str(other)[:200]}"


source = state(sys.argv[1], os.environ.get("SOURCE_TOKEN"))
target = state(sys.argv[2], os.environ.get("TARGET_TOKEN"))
assert source["models"] and (source["predictions"] or "without-models" in sys.argv), "there is nothing to compare"
found = list(differences(source, target))
assert not found, "\n".join(found)
runs = sum(len(each["runs"]) for each in source["experiments"].values())
print(f"equal: {runs} runs, {len(source['models'])} models, {len(source['predictions'])} ways to load")
