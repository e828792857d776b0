"""What a scikit-learn user of MLflow 3.x does, told as checks against any tracking server.

Usage: MLFLOW_TRACKING_URI=https://... python mlflow_sklearn_flow.py
Every check states the protocol as MLflow's own server speaks it, so the script passes against that one as well.
"""

import json
import math
import os
import pathlib
import tempfile
import uuid

os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow
import numpy as np
import pandas as pd
import requests
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split

SUFFIX = uuid.uuid4().hex[:8]
CLIENT = MlflowClient()


def raises(code, action, *arguments, text=None, **named):
    """The action is refused with this error code, and, if given, with this text in the message."""
    try:
        action(*arguments, **named)
    except MlflowException as refused:
        assert refused.error_code == code, f"{refused.error_code} instead of {code}: {refused}"
        assert text is None or text in str(refused), f"'{text}' is not in: {refused}"
        return
    raise AssertionError(f"{action} was not refused with {code}")


def data():
    features, target = load_breast_cancer(return_X_y=True, as_frame=True)
    return train_test_split(features, target, random_state=7, test_size=0.25)


def experiments():
    name = f"experiments-{SUFFIX}"
    created = CLIENT.create_experiment(name, tags={"team": "forge"})
    experiment = CLIENT.get_experiment(created)
    assert experiment.name == name and experiment.lifecycle_stage == "active"
    assert experiment.tags == {"team": "forge"}
    assert experiment.artifact_location.startswith("mlflow-artifacts:/")
    assert experiment.creation_time > 0 and experiment.last_update_time > 0
    raises("RESOURCE_ALREADY_EXISTS", CLIENT.create_experiment, name)
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_experiment, "987654321")
    assert CLIENT.get_experiment_by_name(f"absent-{SUFFIX}") is None

    CLIENT.set_experiment_tag(created, "stage", "trial")
    CLIENT.rename_experiment(created, name + "-renamed")
    experiment = CLIENT.get_experiment_by_name(name + "-renamed")
    assert experiment.tags == {"team": "forge", "stage": "trial"}
    CLIENT.delete_experiment_tag(created, "stage")
    assert CLIENT.get_experiment(created).tags == {"team": "forge"}

    found = mlflow.search_experiments(filter_string=f"name LIKE 'experiments-{SUFFIX}%' AND tags.team = 'forge'")
    assert [each.experiment_id for each in found] == [created]
    CLIENT.delete_experiment(created)
    assert CLIENT.get_experiment(created).lifecycle_stage == "deleted"
    raises("INVALID_PARAMETER_VALUE", CLIENT.create_run, created, text="active")
    assert created in [each.experiment_id for each in CLIENT.search_experiments(view_type=ViewType.DELETED_ONLY)]
    assert created not in [each.experiment_id for each in CLIENT.search_experiments()]
    CLIENT.restore_experiment(created)
    assert CLIENT.get_experiment(created).lifecycle_stage == "active"


def runs():
    experiment = mlflow.set_experiment(f"runs-{SUFFIX}").experiment_id
    with mlflow.start_run() as run:
        assert run.info.status == "RUNNING" and len(run.info.run_id) == 32
        assert run.info.run_name and run.data.tags["mlflow.runName"] == run.info.run_name
        assert run.info.artifact_uri == f"mlflow-artifacts:/{experiment}/{run.info.run_id}/artifacts"
        mlflow.log_param("depth", 3)
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metrics({"loss": 0.25, "accuracy": 0.75}, step=2)
        mlflow.set_tags({"who": "me", "mlflow.note.content": "a note"})
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": 1}, "notes/a.json")
        mlflow.log_table({"x": [1, 2]}, "table.json")
        with mlflow.start_run(nested=True, run_name="child") as child:
            mlflow.log_metric("loss", 9)
    run_id = run.info.run_id
    run = CLIENT.get_run(run_id)
    assert run.info.status == "FINISHED" and run.info.end_time >= run.info.start_time
    assert run.data.params == {"depth": "3"}
    assert run.data.metrics == {"loss": 0.25, "accuracy": 0.75}
    assert run.data.tags["who"] == "me"
    child = CLIENT.get_run(child.info.run_id)
    assert child.data.tags["mlflow.parentRunId"] == run_id and child.info.run_name == "child"

    CLIENT.log_param(run_id, "depth", 3)
    raises("INVALID_PARAMETER_VALUE", CLIENT.log_param, run_id, "depth", 4)
    CLIENT.log_param(run_id, "empty", "")
    assert CLIENT.get_run(run_id).data.params["empty"] == ""
    CLIENT.set_tag(run_id, "mlflow.runName", "renamed by tag")
    assert CLIENT.get_run(run_id).info.run_name == "renamed by tag"
    CLIENT.update_run(run_id, name="renamed")
    assert CLIENT.get_run(run_id).data.tags["mlflow.runName"] == "renamed"
    CLIENT.set_tag(run_id, "temporary", "x")
    CLIENT.delete_tag(run_id, "temporary")
    assert "temporary" not in CLIENT.get_run(run_id).data.tags
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.delete_tag, run_id, "temporary")
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_run, "0" * 32)
    CLIENT.set_tag(run_id, "long", "x" * 7999)
    assert len(CLIENT.get_run(run_id).data.tags["long"]) == 7999

    CLIENT.update_run(run_id, status="KILLED")
    assert CLIENT.get_run(run_id).info.status == "KILLED"
    CLIENT.set_terminated(run_id, "FAILED")
    assert CLIENT.get_run(run_id).info.status == "FAILED"
    with mlflow.start_run(run_id=run_id):
        assert CLIENT.get_run(run_id).info.status == "RUNNING"
    CLIENT.delete_run(run_id)
    assert CLIENT.get_run(run_id).info.lifecycle_stage == "deleted"
    raises("INVALID_PARAMETER_VALUE", CLIENT.log_metric, run_id, "loss", 1, text="active")
    CLIENT.restore_run(run_id)
    assert CLIENT.get_run(run_id).info.lifecycle_stage == "active"


def metrics():
    mlflow.set_experiment(f"metrics-{SUFFIX}")
    with mlflow.start_run() as run:
        run_id = run.info.run_id
    for value, timestamp, step in [(1.0, 100, 1), (3.0, 90, 3), (2.0, 110, 2), (3.5, 90, 3)]:
        CLIENT.log_metric(run_id, "m", value, timestamp=timestamp, step=step)
        CLIENT.log_metric(run_id, "m", value, timestamp=timestamp, step=step)  # a repeat adds nothing
    history = [(point.timestamp, point.step, point.value) for point in CLIENT.get_metric_history(run_id, "m")]
    assert history == [(90, 3, 3.0), (90, 3, 3.5), (100, 1, 1.0), (110, 2, 2.0)], history
    assert CLIENT.get_run(run_id).data.metrics["m"] == 3.5  # the highest step, then time, then value

    CLIENT.log_metric(run_id, "not-a-number", math.nan)
    CLIENT.log_metric(run_id, "infinite", math.inf)
    CLIENT.log_metric(run_id, "minus", -math.inf)
    latest = CLIENT.get_run(run_id).data.metrics
    assert math.isnan(latest["not-a-number"])
    assert latest["infinite"] == 1.7976931348623157e308 and latest["minus"] == -1.7976931348623157e308
    assert CLIENT.get_metric_history(run_id, "absent") == []

    points = [Metric("batch", float(index), 1000 + index, index) for index in range(1000)]
    CLIENT.log_batch(run_id, metrics=points)
    CLIENT.log_batch(run_id, metrics=points[:500], params=[Param("p", "1")], tags=[RunTag("t", "1")])
    assert len(CLIENT.get_metric_history(run_id, "batch")) == 1000
    raises("INVALID_PARAMETER_VALUE", CLIENT.log_batch, run_id, params=[Param("p", "2")])
    raises("INVALID_PARAMETER_VALUE", CLIENT.log_metric, run_id, "../up", 1.0)
    raises("INVALID_PARAMETER_VALUE", CLIENT.log_metric, run_id, "k" * 251, 1.0)
    CLIENT.log_metric(run_id, "large step", 1.0, timestamp=2**40, step=2**40)
    assert CLIENT.get_metric_history(run_id, "large step")[0].step == 2**40


def searching():
    experiment = mlflow.set_experiment(f"searching-{SUFFIX}").experiment_id
    for index in range(5):
        with mlflow.start_run(run_name=f"run-{index}", tags={"group": "even" if index % 2 == 0 else "odd"}):
            mlflow.log_param("size", f"s{index}")
            mlflow.log_param("with space", str(index))
            if index < 3:
                mlflow.log_metric("score", [0.1, math.nan, 0.9][index])

    def names(filter_string="", order_by=None, **named):
        found = CLIENT.search_runs([experiment], filter_string, order_by=order_by, **named)
        return [run.info.run_name for run in found]

    assert names() == ["run-4", "run-3", "run-2", "run-1", "run-0"]
    assert names("metrics.score > 0.5") == ["run-2"]
    assert names("params.size = 's3'") == ["run-3"]
    assert names("params.`with space` = '4'") == ["run-4"]
    assert names("params.size != 's3' AND tags.group = 'odd'") == ["run-1"]
    assert names("tags.group LIKE 'e%'", ["params.size ASC"]) == ["run-0", "run-2", "run-4"]
    assert names("tags.group ILIKE 'ODD'", ["params.size DESC"]) == ["run-3", "run-1"]
    assert names("attributes.run_name = 'run-1'") == ["run-1"]
    assert names("run_name LIKE '%-2'") == ["run-2"]
    assert names("status = 'FINISHED' AND start_time > 0", ["run_name"]) == [f"run-{index}" for index in range(5)]
    assert names("status = 'RUNNING'") == []
    assert len(names("tags.absent IS NULL AND params.size IS NOT NULL")) == 5
    assert names("tags.absent IS NOT NULL") == []
    # Numbers, then NaN, then none at all, whichever the direction.
    assert names(order_by=["metrics.score ASC", "run_name ASC"]) == ["run-0", "run-2", "run-1", "run-3", "run-4"]
    assert names(order_by=["metrics.score DESC", "run_name ASC"]) == ["run-2", "run-0", "run-1", "run-3", "run-4"]
    ids = [run.info.run_id for run in CLIENT.search_runs([experiment], "run_name = 'run-1'")]
    assert names(f"run_id IN ('{ids[0]}')") == ["run-1"]
    assert len(names(f"run_id NOT IN ('{ids[0]}')")) == 4

    page = CLIENT.search_runs([experiment], max_results=2, order_by=["run_name"])
    seen = [run.info.run_name for run in page]
    while page.token:
        page = CLIENT.search_runs([experiment], max_results=2, order_by=["run_name"], page_token=page.token)
        seen += [run.info.run_name for run in page]
    assert seen == [f"run-{index}" for index in range(5)], seen
    table = mlflow.search_runs([experiment], order_by=["run_name"])
    assert list(table["params.size"]) == [f"s{index}" for index in range(5)]

    for wrong in ["metrics.score > 'a'", "params.size = 1", "params.size > 'a'", "attributes.absent = 'x'",
                  "other.thing = 'x'", "metrics.score >", "params.size = 'open", "(metrics.score > 1)"]:
        raises("INVALID_PARAMETER_VALUE", names, wrong)
    raises("INVALID_PARAMETER_VALUE", names, "metrics.score > 1 OR metrics.score < 0",
           text="Invalid clause(s) in filter string: 'OR'")
    raises("INVALID_PARAMETER_VALUE", names, order_by=["metrics.score sideways"])


def datasets():
    experiment = mlflow.set_experiment(f"datasets-{SUFFIX}").experiment_id
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": [0, 1]})
    with mlflow.start_run() as run:
        mlflow.log_input(mlflow.data.from_pandas(frame, name="pairs", targets="y"), context="training")
    inputs = CLIENT.get_run(run.info.run_id).inputs.dataset_inputs
    assert len(inputs) == 1 and inputs[0].dataset.name == "pairs"
    assert [tag.value for tag in inputs[0].tags if tag.key == "mlflow.data.context"] == ["training"]
    assert json.loads(inputs[0].dataset.schema)["mlflow_colspec"]
    again = DatasetInput(
        Dataset("pairs", inputs[0].dataset.digest, "code", "{}"), [InputTag("mlflow.data.context", "training")])
    CLIENT.log_inputs(run.info.run_id, [again])
    assert len(CLIENT.get_run(run.info.run_id).inputs.dataset_inputs) == 1
    found = CLIENT.search_runs([experiment], "datasets.name = 'pairs' AND datasets.context = 'training'")
    assert [each.info.run_id for each in found] == [run.info.run_id]


def artifacts():
    mlflow.set_experiment(f"artifacts-{SUFFIX}")
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "sub").mkdir()
        (root / "a file with späce.txt").write_text("ä")
        (root / "sub" / "large.bin").write_bytes(os.urandom(3_000_000))
        (root / "sub" / "empty").write_bytes(b"")
        mlflow.log_artifacts(folder, "tree")
        run_id = run.info.run_id
        assert [(file.path, file.is_dir) for file in CLIENT.list_artifacts(run_id)] == [("tree", True)]
        listed = {file.path: (file.is_dir, file.file_size or 0) for file in CLIENT.list_artifacts(run_id, "tree/sub")}
        assert listed == {"tree/sub/large.bin": (False, 3_000_000), "tree/sub/empty": (False, 0)}, listed
        assert CLIENT.list_artifacts(run_id, "absent") == []
        copy = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="tree"))
        assert (copy / "a file with späce.txt").read_text() == "ä"
        assert (copy / "sub" / "large.bin").read_bytes() == (root / "sub" / "large.bin").read_bytes()
        assert (copy / "sub" / "empty").read_bytes() == b""
        assert mlflow.artifacts.load_text(f"runs:/{run_id}/tree/a file with späce.txt") == "ä"
    try:
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="tree/absent")
        raise AssertionError("an absent file was downloaded")
    except (MlflowException, OSError):
        pass
    repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(run.info.artifact_uri)
    repository.delete_artifacts("tree/sub")
    assert [file.path for file in CLIENT.list_artifacts(run_id, "tree")] == ["tree/a file with späce.txt"]


def autolog():
    experiment = mlflow.set_experiment(f"autolog-{SUFFIX}").experiment_id
    train, test, train_target, test_target = data()
    mlflow.sklearn.autolog(log_input_examples=True)
    try:
        with mlflow.start_run() as run:
            model = LogisticRegression(max_iter=5000).fit(train, train_target)
            model.score(test, test_target)
        run = CLIENT.get_run(run.info.run_id)
        assert run.info.status == "FINISHED"
        assert run.data.params["max_iter"] == "5000" and run.data.metrics["training_score"] > 0.9
        assert "LogisticRegression_score_test" in run.data.metrics
        assert run.inputs.dataset_inputs
        assert len(run.outputs.model_outputs) == 1
        names = {file.path for file in CLIENT.list_artifacts(run.info.run_id)}
        assert {"estimator.html", "training_confusion_matrix.png"} <= names, names

        with mlflow.start_run() as search_run:
            GridSearchCV(LogisticRegression(max_iter=5000), {"C": [0.1, 1.0]}, cv=2).fit(train, train_target)
        children = CLIENT.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{search_run.info.run_id}'")
        assert len(children) == 2 and {child.data.params["C"] for child in children} == {"0.1", "1.0"}
        parent = CLIENT.get_run(search_run.info.run_id)
        assert parent.data.params["best_C"] in {"0.1", "1.0"} and "best_cv_score" in parent.data.metrics
        assert "cv_results.csv" in {file.path for file in CLIENT.list_artifacts(parent.info.run_id)}
    finally:
        mlflow.sklearn.autolog(disable=True)


def models():
    experiment = mlflow.set_experiment(f"models-{SUFFIX}").experiment_id
    train, test, train_target, test_target = data()
    model = LogisticRegression(max_iter=5000).fit(train, train_target)
    expected = model.predict(test)
    name = f"cancer-{SUFFIX}"
    with mlflow.start_run() as run:
        mlflow.log_metric("early", 1.0)
        logged = mlflow.sklearn.log_model(
            model, name="classifier", signature=infer_signature(train, expected), input_example=train.head(2),
            registered_model_name=name, params={"C": "1.0"})
        mlflow.log_metric("late", 2.0, model_id=logged.model_id)
    run_id = run.info.run_id

    found = mlflow.get_logged_model(logged.model_id)
    assert found.status.value == "READY" and found.name == "classifier" and found.source_run_id == run_id
    assert found.params["C"] == "1.0" and {metric.key for metric in found.metrics} == {"early", "late"}
    assert found.artifact_location == f"mlflow-artifacts:/{experiment}/models/{logged.model_id}/artifacts"
    assert [output.model_id for output in CLIENT.get_run(run_id).outputs.model_outputs] == [logged.model_id]
    by_metric = mlflow.search_logged_models([experiment], "metrics.late > 1.5", output_format="list")
    assert [each.model_id for each in by_metric] == [logged.model_id]
    ordered = mlflow.search_logged_models(
        [experiment], order_by=[{"field_name": "metrics.late", "ascending": False}], output_format="list")
    assert [each.model_id for each in ordered] == [logged.model_id]
    assert mlflow.search_logged_models([experiment], "name = 'other'", output_format="list") == []
    CLIENT.set_logged_model_tags(logged.model_id, {"colour": "blue"})
    assert mlflow.get_logged_model(logged.model_id).tags["colour"] == "blue"
    CLIENT.delete_logged_model_tag(logged.model_id, "colour")
    assert "colour" not in mlflow.get_logged_model(logged.model_id).tags

    version = CLIENT.get_model_version(name, "1")
    assert version.run_id == run_id and version.status == "READY" and version.current_stage == "None"
    second = mlflow.register_model(f"runs:/{run_id}/classifier", name, tags={"from": "run"})
    assert int(second.version) == 2
    third = mlflow.register_model(f"models:/{logged.model_id}", name)
    assert int(third.version) == 3 and CLIENT.get_model_version(name, "3").run_id == run_id
    assert CLIENT.get_model_version(name, "2").tags == {"from": "run"}

    CLIENT.set_registered_model_alias(name, "champion", "2")
    CLIENT.transition_model_version_stage(name, "1", "Production", archive_existing_versions=True)
    CLIENT.transition_model_version_stage(name, "3", "Production", archive_existing_versions=True)
    assert CLIENT.get_model_version(name, "1").current_stage == "Archived"
    for address in [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/latest",
                    f"models:/{name}/Production", f"models:/{logged.model_id}", f"runs:/{run_id}/classifier",
                    logged.model_uri]:
        assert (mlflow.pyfunc.load_model(address).predict(test) == expected).all(), address
        assert np.allclose(mlflow.sklearn.load_model(address).predict_proba(test), model.predict_proba(test)), address
    info = mlflow.models.get_model_info(f"models:/{name}/1")
    assert info.signature is not None

    CLIENT.finalize_logged_model(logged.model_id, "FAILED")
    assert mlflow.get_logged_model(logged.model_id).status.value == "FAILED"
    CLIENT.finalize_logged_model(logged.model_id, "READY")
    spare = CLIENT.create_logged_model(experiment, name="spare", params={"a": "1"}, tags={"b": "2"})
    assert spare.status.value == "PENDING" and spare.params == {"a": "1"}
    CLIENT.log_model_params(spare.model_id, {"c": "3"})
    assert mlflow.get_logged_model(spare.model_id).params == {"a": "1", "c": "3"}
    CLIENT.delete_logged_model(spare.model_id)
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_logged_model, spare.model_id)

    frame = test.assign(target=test_target)
    with mlflow.start_run() as evaluation:
        result = mlflow.models.evaluate(
            f"models:/{logged.model_id}", frame, targets="target", model_type="classifier",
            evaluator_config={"log_explainer": False})
    assert result.metrics["accuracy_score"] > 0.9
    evaluated = CLIENT.get_run(evaluation.info.run_id)
    assert evaluated.data.metrics["accuracy_score"] == result.metrics["accuracy_score"]
    assert [each.model_id for each in evaluated.inputs.model_inputs] == [logged.model_id]
    assert evaluated.inputs.dataset_inputs


def registry():
    name = f"registry-{SUFFIX}"
    model = CLIENT.create_registered_model(name, tags={"a": "1"}, description="first")
    assert model.name == name and model.tags == {"a": "1"} and model.description == "first"
    raises("RESOURCE_ALREADY_EXISTS", CLIENT.create_registered_model, name)
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_registered_model, name + "-absent")
    raises("INVALID_PARAMETER_VALUE", CLIENT.create_registered_model, "with/slash")
    CLIENT.update_registered_model(name, "second")
    CLIENT.set_registered_model_tag(name, "b", "2")
    CLIENT.delete_registered_model_tag(name, "a")
    model = CLIENT.get_registered_model(name)
    assert model.tags == {"b": "2"} and model.description == "second"

    mlflow.set_experiment(f"registry-{SUFFIX}")
    with mlflow.start_run() as run:
        mlflow.log_text("weights", "model/weights.txt")
    source = f"runs:/{run.info.run_id}/model"
    one = CLIENT.create_model_version(name, source, run.info.run_id, tags={"t": "1"}, description="d")
    two = CLIENT.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id)
    assert (int(one.version), int(two.version)) == (1, 2)
    assert one.tags == {"t": "1"} and one.description == "d" and one.source == source
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_model_version, name, "99")
    raises("INVALID_PARAMETER_VALUE", CLIENT.create_model_version, name,
           f"{run.info.artifact_uri}/../../elsewhere", run.info.run_id)
    raises("INVALID_PARAMETER_VALUE", CLIENT.create_model_version, name, "file:///etc", run.info.run_id)
    assert CLIENT.get_model_version_download_uri(name, "2") == f"{run.info.artifact_uri}/model"

    CLIENT.update_model_version(name, "1", "described")
    CLIENT.set_model_version_tag(name, "1", "u", "2")
    CLIENT.delete_model_version_tag(name, "1", "t")
    version = CLIENT.get_model_version(name, "1")
    assert version.description == "described" and version.tags == {"u": "2"}
    CLIENT.set_registered_model_alias(name, "best", "1")
    CLIENT.set_registered_model_alias(name, "best", "2")
    assert int(CLIENT.get_model_version_by_alias(name, "best").version) == 2
    assert CLIENT.get_model_version(name, "2").aliases == ["best"]
    aliases = CLIENT.get_registered_model(name).aliases
    assert {alias: int(number) for alias, number in aliases.items()} == {"best": 2}
    raises("INVALID_PARAMETER_VALUE", CLIENT.set_registered_model_alias, name, "latest", "1")
    raises("INVALID_PARAMETER_VALUE", CLIENT.set_registered_model_alias, name, "v1", "1")
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.set_registered_model_alias, name, "other", "77")
    raises("INVALID_PARAMETER_VALUE", CLIENT.get_model_version_by_alias, name, "absent")
    CLIENT.delete_registered_model_alias(name, "best")
    raises("INVALID_PARAMETER_VALUE", CLIENT.get_model_version_by_alias, name, "best")

    raises("INVALID_PARAMETER_VALUE", CLIENT.transition_model_version_stage, name, "1", "Nowhere")
    CLIENT.transition_model_version_stage(name, "1", "staging")
    assert {(each.version, each.current_stage) for each in CLIENT.get_latest_versions(name)} == {
        (one.version, "Staging"), (two.version, "None")}
    assert [each.version for each in CLIENT.get_latest_versions(name, ["Staging"])] == [one.version]

    assert [each.name for each in CLIENT.search_registered_models(f"name = '{name}'")] == [name]
    assert [each.name for each in CLIENT.search_registered_models(f"name ILIKE 'REGISTRY-{SUFFIX}%'")] == [name]
    assert [each.name for each in CLIENT.search_registered_models("tags.b = '2'") if SUFFIX in each.name] == [name]
    found = CLIENT.search_model_versions(f"name = '{name}'", order_by=["version_number ASC"])
    assert [int(each.version) for each in found] == [1, 2]
    assert len(CLIENT.search_model_versions(f"run_id = '{run.info.run_id}'")) == 2
    assert len(CLIENT.search_model_versions(f"name = '{name}' AND tags.u = '2'")) == 1
    assert len(CLIENT.search_model_versions(f"name = '{name}' AND source_path = '{source}'")) == 1
    raises("INVALID_PARAMETER_VALUE", CLIENT.search_registered_models, "absent = 'x'")
    copied = CLIENT.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    assert int(copied.version) == 1
    assert CLIENT.get_model_version_download_uri(copied.name, "1").endswith("/model")

    CLIENT.rename_registered_model(name, name + "-renamed")
    assert int(CLIENT.get_model_version(name + "-renamed", "2").version) == 2
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_registered_model, name)
    CLIENT.delete_model_version(name + "-renamed", "1")
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_model_version, name + "-renamed", "1")
    CLIENT.delete_registered_model(name + "-renamed")
    raises("RESOURCE_DOES_NOT_EXIST", CLIENT.get_registered_model, name + "-renamed")


def protocol():
    """What a client library hides: the words and shapes on the wire."""
    root = mlflow.get_tracking_uri().rstrip("/")
    session = requests.Session()
    session.trust_env = False  # or REQUESTS_CA_BUNDLE would take the place of the certificate named here
    session.verify = os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH", True)
    if os.environ.get("MLFLOW_TRACKING_TOKEN"):
        session.headers["Authorization"] = "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]

    def post(path, body, **named):
        return session.post(f"{root}/api/2.0/mlflow/{path}", json=body, **named)

    assert session.get(f"{root}/health").text == "OK"
    assert session.get(f"{root}/version").text.strip()[0].isdigit()
    assert "store_type" in session.get(f"{root}/api/3.0/mlflow/server-info").json()
    missing = post("experiments/create", {})
    assert missing.status_code == 400 and missing.json()["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "Missing value for required parameter 'name'" in missing.json()["message"]
    wrong = post("experiments/create", {"name": 123})
    assert "Invalid value 123 for parameter 'name' supplied" in wrong.json()["message"]
    assert session.post(f"{root}/api/2.0/mlflow/experiments/create", data="{}",
                        headers={"Content-Type": "text/plain"}).status_code == 400
    assert session.post(f"{root}/api/2.0/mlflow/experiments/create", data='{"name":',
                        headers={"Content-Type": "application/json"}).status_code == 400
    assert session.get(f"{root}/api/2.0/mlflow/no/such/route").status_code == 404
    assert session.get(f"{root}/api/2.0/mlflow/experiments/create").status_code == 405

    experiment = post("experiments/create", {"name": f"protocol-{SUFFIX}", "unknown": [1]}).json()["experiment_id"]
    answer = post("runs/create", {"experiment_id": experiment, "start_time": 1700000000000, "user_id": "ada"})
    run = answer.json()["run"]
    run_id = run["info"]["run_id"]
    assert run["info"]["run_uuid"] == run_id and run["info"]["start_time"] == 1700000000000
    assert run["info"]["user_id"] == "ada" and run["inputs"] == {} and "metrics" not in run["data"]
    assert "end_time" not in run["info"]
    for value in [1, "2.5", "NaN", "Infinity"]:
        assert post("runs/log-metric",
                    {"run_id": run_id, "key": "m", "value": value, "timestamp": "5", "step": 1}).json() == {}
    history = session.get(f"{root}/api/2.0/mlflow/metrics/get-history",
                          params={"run_id": run_id, "metric_key": "m"}).json()["metrics"]
    assert {str(point["value"]) for point in history} == {"1.0", "2.5", "NaN", "1.7976931348623157e+308"}, history
    assert history[0]["timestamp"] == 5 and history[0]["step"] == 1
    for body, text in [
        ({"key": "m", "value": 1, "timestamp": 1}, "Missing value for required parameter 'run_id'"),
        ({"run_id": run_id, "key": "m", "timestamp": 1}, "Missing value for required parameter 'value'"),
        ({"run_id": run_id, "key": "m", "value": "abc", "timestamp": 1}, "Invalid value \"abc\" for parameter 'value'"),
    ]:
        refused = post("runs/log-metric", body)
        assert refused.status_code == 400 and text in refused.json()["message"], refused.text
    point = {"key": "b", "value": 1, "timestamp": 1}
    for body, text in [
        ({"metrics": [point] * 1001}, "at most 1000 metrics"),
        ({"params": [{"key": f"p{index}", "value": "1"} for index in range(101)]}, "at most 100 params"),
        ({"params": [{"key": "d", "value": "1"}, {"key": "d", "value": "2"}]}, "Duplicate parameter keys"),
        ({"metrics": [{"value": 1, "timestamp": 1}]}, "Missing value for required parameter 'metrics[0].key'"),
        ({"metrics": {}}, "for parameter 'metrics' supplied"),
    ]:
        refused = post("runs/log-batch", {"run_id": run_id, **body})
        assert refused.status_code == 400 and text in refused.json()["message"], refused.text
    refused = post("runs/log-batch", {"run_id": run_id, "metrics": [point], "params": [{"value": "no key"}]})
    assert refused.status_code == 400
    assert "metrics" in session.get(f"{root}/api/2.0/mlflow/runs/get", params={"run_id": run_id}).json()["run"]["data"]
    stored = session.get(f"{root}/api/2.0/mlflow/metrics/get-history", params={"run_id": run_id, "metric_key": "b"})
    assert stored.json() == {}, "a refused batch left something behind"
    assert post("runs/search", {"experiment_ids": [experiment], "filter": "params.none = 'x'"}).json() == {}
    files = f"{root}/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run_id}/artifacts"
    assert session.put(f"{files}/a.txt", data=b"abc").status_code == 200
    assert session.get(f"{files}/a.txt").content == b"abc"
    absent = session.get(f"{files}/absent")
    assert absent.status_code == 404 and absent.json()["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    for path in ["%2e%2e/%2e%2e/x", "a/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fx"]:
        assert session.get(f"{files}/{path}").status_code in (400, 404), path
        assert session.put(f"{files}/{path}", data=b"x").status_code in (400, 404, 405), path
    listing = session.get(f"{root}/api/2.0/mlflow-artifacts/artifacts",
                          params={"path": f"{experiment}/{run_id}/artifacts"}).json()
    assert listing == {"files": [{"path": "a.txt", "is_dir": False, "file_size": 3}]}, listing
    assert session.get(f"{root}/ajax-api/2.0/mlflow/runs/get", params={"run_id": run_id}).status_code == 200


def main():
    for part in [protocol, experiments, runs, metrics, searching, datasets, artifacts, registry, models, autolog]:
        part()
        print("passed:", part.__name__, flush=True)
    print("MLflow", mlflow.__version__, "is satisfied")


if __name__ == "__main__":
    main()
