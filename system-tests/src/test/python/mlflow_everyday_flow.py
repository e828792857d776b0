"""What users of either generation of MLflow's client do day by day, told as checks against any tracking server.

Usage: MLFLOW_TRACKING_URI=https://... python mlflow_everyday_flow.py
Needs xgboost and psutil beside mlflow and scikit-learn. It passes with clients of 2.22 and of 3.x.
"""

import os
import pathlib
import sys
import tempfile
import textwrap
import time
import uuid

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as pyplot
import mlflow
import numpy as np
import pandas as pd
import xgboost
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

SUFFIX = uuid.uuid4().hex[:8]
CLIENT = MlflowClient()
NEW = int(mlflow.__version__.split(".")[0]) >= 3


def refused(code, status, action, *arguments, **named):
    """The server refuses the action with this error code, which goes with this HTTP status, and says why."""
    try:
        action(*arguments, **named)
    except MlflowException as answer:
        assert answer.error_code == code, f"{answer.error_code} instead of {code}: {answer}"
        assert answer.get_http_status_code() == status, f"{answer.get_http_status_code()}: {answer}"
        assert answer.message, "a refusal says why"
        return
    raise AssertionError(f"{action} was not refused with {code}")


def names_below(run_id, path=None):
    return {file.path for file in CLIENT.list_artifacts(run_id, path)}


def paged(search, **named):
    """Everything a search finds, two by two; each page but the last is full, and nothing comes twice."""
    found, page = [], search(max_results=2, **named)
    while True:
        found += page
        if not page.token:
            return found
        assert len(page) == 2, page
        page = search(max_results=2, page_token=page.token, **named)


def fluent():
    experiment = mlflow.set_experiment(f"fluent-{SUFFIX}").experiment_id
    mlflow.set_experiment_tags({"team": "forge", "area": "tests"})
    assert CLIENT.get_experiment(experiment).tags == {"team": "forge", "area": "tests"}
    with mlflow.start_run(run_name="whole day", tags={"kind": "trial"}, description="a note") as run:
        run_id = run.info.run_id
        assert mlflow.active_run().info.run_id == run_id
        assert mlflow.get_artifact_uri("a/b") == f"{run.info.artifact_uri}/a/b"
        mlflow.log_params({"depth": 3, "rate": 0.1})
        for step in range(3):
            mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
        mlflow.set_tag("kind", "final")
        mlflow.set_tag("passing", "1")
        mlflow.delete_tag("passing")
        mlflow.log_dict({"a": [1, 2]}, "config/settings.json")
        mlflow.log_text("<b>hello</b>", "report.html")
        figure, axes = pyplot.subplots()
        axes.plot([1, 2])
        mlflow.log_figure(figure, "plots/line.png")
        pyplot.close(figure)
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), "pictures/black.png")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="steps", step=4, synchronous=True)
        mlflow.log_table({"question": ["a", "b"], "answer": [1, 2]}, "tables/answers.json")
        mlflow.log_table(pd.DataFrame({"question": ["c"], "answer": [3]}), "tables/answers.json")
        with mlflow.start_run(nested=True, run_name="inner") as inner:
            mlflow.log_metric("loss", 7)
            with mlflow.start_run(nested=True, run_name="innermost") as innermost:
                mlflow.log_param("depth", 9)
    assert mlflow.last_active_run().info.run_id == run_id
    assert mlflow.get_parent_run(innermost.info.run_id).info.run_id == inner.info.run_id
    assert mlflow.get_parent_run(inner.info.run_id).info.run_id == run_id
    children = mlflow.search_runs([experiment], f"tags.mlflow.parentRunId = '{run_id}'", output_format="list")
    assert [child.info.run_id for child in children] == [inner.info.run_id]

    logged = mlflow.get_run(run_id)
    assert logged.info.status == "FINISHED" and logged.info.run_name == "whole day"
    assert logged.data.params == {"depth": "3", "rate": "0.1"} and logged.data.metrics == {"loss": 1 / 3}
    assert logged.data.tags["kind"] == "final" and logged.data.tags["mlflow.note.content"] == "a note"
    assert "passing" not in logged.data.tags
    assert [(point.step, point.value) for point in CLIENT.get_metric_history(run_id, "loss")] == [
        (0, 1.0), (1, 0.5), (2, 1 / 3)]
    assert {"config", "report.html", "plots", "pictures", "images", "tables"} == names_below(run_id)
    assert mlflow.artifacts.load_dict(f"runs:/{run_id}/config/settings.json") == {"a": [1, 2]}
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/report.html") == "<b>hello</b>"
    assert mlflow.artifacts.load_image(f"runs:/{run_id}/pictures/black.png").size == (8, 8)
    suffixes = {pathlib.PurePosixPath(name).suffix for name in names_below(run_id, "images")}
    assert suffixes == {".png", ".webp"}, suffixes
    table = mlflow.load_table("tables/answers.json", run_ids=[run_id], extra_columns=["run_id"])
    assert list(table["answer"]) == [1, 2, 3] and set(table["run_id"]) == {run_id}

    with mlflow.start_run(run_id=run_id):
        mlflow.log_metric("loss", 0.1, step=9)
    assert CLIENT.get_run(run_id).data.metrics["loss"] == 0.1
    try:
        with mlflow.start_run() as broken:
            raise KeyError("the script fails")
    except KeyError:
        pass
    assert CLIENT.get_run(broken.info.run_id).info.status == "FAILED"
    mlflow.delete_run(broken.info.run_id)
    active = [run.info.run_id for run in CLIENT.search_runs([experiment])]
    deleted = [run.info.run_id for run in CLIENT.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)]
    assert broken.info.run_id not in active and deleted == [broken.info.run_id]
    CLIENT.restore_run(broken.info.run_id)
    assert len(CLIENT.search_runs([experiment], run_view_type=ViewType.ALL)) == 4
    mlflow.delete_experiment(experiment)
    assert CLIENT.get_experiment(experiment).lifecycle_stage == "deleted"
    CLIENT.restore_experiment(experiment)
    assert CLIENT.get_run(run_id).info.lifecycle_stage == "active"


def asynchronous():
    mlflow.set_experiment(f"asynchronous-{SUFFIX}")
    mlflow.config.enable_async_logging(True)
    try:
        with mlflow.start_run() as run:
            waiting = [mlflow.log_metric("loss", float(step), step=step) for step in range(250)]
            waiting.append(mlflow.log_params({f"p{index}": index for index in range(120)}))
            waiting.append(mlflow.set_tag("late", "yes"))
            for each in waiting:
                each.wait()
        mlflow.flush_async_logging()
    finally:
        mlflow.config.enable_async_logging(False)
    logged = CLIENT.get_run(run.info.run_id)
    assert logged.data.metrics == {"loss": 249.0} and len(logged.data.params) == 120
    assert logged.data.tags["late"] == "yes"
    assert [point.value for point in CLIENT.get_metric_history(run.info.run_id, "loss")] == list(range(250))


def client():
    experiment = CLIENT.create_experiment(f"client-{SUFFIX}")
    run = CLIENT.create_run(experiment, start_time=1_700_000_000_000, run_name="by hand", tags={"a": "1"})
    run_id = run.info.run_id
    assert run.info.start_time == 1_700_000_000_000 and run.info.run_name == "by hand"
    CLIENT.log_batch(run_id,
                     metrics=[Metric("m", value, 1_700_000_000_000 + value, value) for value in range(300)],
                     params=[Param(f"p{index}", str(index)) for index in range(50)],
                     tags=[RunTag(f"t{index}", str(index)) for index in range(50)])
    CLIENT.log_param(run_id, "late", "x")
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "one.txt").write_text("one")
        (root / "deep" / "er").mkdir(parents=True)
        (root / "deep" / "er" / "two.bin").write_bytes(bytes(range(256)) * 1000)
        CLIENT.log_artifact(run_id, str(root / "one.txt"))
        CLIENT.log_artifact(run_id, str(root / "one.txt"), "copies")
        CLIENT.log_artifacts(run_id, folder, "tree")
        copy = pathlib.Path(CLIENT.download_artifacts(run_id, "tree/deep"))
        assert (copy / "er" / "two.bin").read_bytes() == (root / "deep" / "er" / "two.bin").read_bytes()
    assert names_below(run_id) == {"one.txt", "copies", "tree"}
    assert names_below(run_id, "tree") == {"tree/one.txt", "tree/deep"}
    CLIENT.set_terminated(run_id, "FINISHED", end_time=1_700_000_005_000)
    logged = CLIENT.get_run(run_id)
    assert logged.info.end_time == 1_700_000_005_000 and logged.info.status == "FINISHED"
    assert logged.data.metrics == {"m": 299.0} and len(logged.data.params) == 51

    refused("RESOURCE_DOES_NOT_EXIST", 404, CLIENT.get_run, "f" * 32)
    refused("RESOURCE_DOES_NOT_EXIST", 404, CLIENT.get_experiment, "123456789")
    refused("RESOURCE_ALREADY_EXISTS", 400, CLIENT.create_experiment, f"client-{SUFFIX}")
    refused("INVALID_PARAMETER_VALUE", 400, CLIENT.log_param, run_id, "late", "y")
    refused("INVALID_PARAMETER_VALUE", 400, CLIENT.search_runs, [experiment], "metrics.m >> 1")
    refused("INVALID_PARAMETER_VALUE", 400, CLIENT.search_experiments, page_token="not of this server")


def searches():
    for index in range(5):
        CLIENT.create_experiment(f"searched-{SUFFIX}-{index}", tags={"number": str(index)})
    found = paged(CLIENT.search_experiments, filter_string=f"name LIKE 'searched-{SUFFIX}-%'", order_by=["name DESC"])
    assert [each.tags["number"] for each in found] == ["4", "3", "2", "1", "0"]
    first, second = found[-1].experiment_id, found[-2].experiment_id
    runs = []
    for index in range(5):
        run = CLIENT.create_run([first, second][index % 2], run_name=f"run-{index}")
        CLIENT.log_metric(run.info.run_id, "score", index / 10)
        CLIENT.log_param(run.info.run_id, "odd", str(index % 2))
        runs.append(run.info.run_id)
    found = paged(CLIENT.search_runs, experiment_ids=[first, second], order_by=["metrics.score DESC"])
    assert [run.info.run_id for run in found] == runs[::-1]
    found = paged(CLIENT.search_runs, experiment_ids=[first, second], filter_string="metrics.score >= 0.1",
                  order_by=["attributes.run_name ASC"])
    assert [run.info.run_id for run in found] == runs[1:]
    assert len(paged(CLIENT.search_runs, experiment_ids=[second])) == 2
    table = mlflow.search_runs(search_all_experiments=True,
                               filter_string="params.odd = '1' AND attributes.run_name ILIKE 'RUN-%'",
                               order_by=["metrics.score"])
    assert [run for run in table["run_id"] if run in runs] == [runs[1], runs[3]]
    by_name = mlflow.search_runs(experiment_names=[f"searched-{SUFFIX}-0"], output_format="list")
    assert {run.info.run_id for run in by_name} == set(runs[::2])

    for index in range(5):
        CLIENT.create_registered_model(f"searched-{SUFFIX}-{index}", tags={"even": str(index % 2 == 0)})
    one = f"searched-{SUFFIX}-0"
    for index in range(5):
        CLIENT.create_model_version(one, f"runs:/{runs[0]}/model", runs[0], tags={"n": str(index)})
    found = paged(CLIENT.search_registered_models, filter_string=f"name LIKE 'searched-{SUFFIX}%'",
                  order_by=["name DESC"])
    assert [model.name[-1] for model in found] == ["4", "3", "2", "1", "0"]
    assert len(CLIENT.search_registered_models(f"name LIKE 'searched-{SUFFIX}%' AND tags.even = 'True'")) == 3
    found = paged(CLIENT.search_model_versions, filter_string=f"name = '{one}'", order_by=["version_number DESC"])
    assert [int(version.version) for version in found] == [5, 4, 3, 2, 1]
    assert [version.tags["n"] for version in CLIENT.search_model_versions(f"name = '{one}' AND tags.n = '3'")] == ["3"]


def boosting():
    """XGBoost by both of its interfaces, logged by itself."""
    experiment = mlflow.set_experiment(f"boosting-{SUFFIX}").experiment_id
    features, target = load_breast_cancer(return_X_y=True, as_frame=True)
    train, test, train_target, test_target = train_test_split(features, target, random_state=7)
    mlflow.xgboost.autolog(log_input_examples=True)
    try:
        with mlflow.start_run() as run:
            matrix = xgboost.DMatrix(train, label=train_target)
            booster = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, matrix, num_boost_round=5,
                                    evals=[(matrix, "train")], verbose_eval=False)
        with mlflow.start_run() as by_estimator:
            xgboost.XGBClassifier(n_estimators=3, max_depth=2).fit(train, train_target)
    finally:
        mlflow.xgboost.autolog(disable=True)
    logged = CLIENT.get_run(run.info.run_id)
    assert logged.info.status == "FINISHED" and logged.data.params["max_depth"] == "2"
    assert len(CLIENT.get_metric_history(run.info.run_id, "train-logloss")) == 5
    assert any(name.startswith("feature_importance") for name in names_below(run.info.run_id))
    assert CLIENT.get_run(by_estimator.info.run_id).data.params["num_boost_round"] == "3"
    expected = booster.predict(xgboost.DMatrix(test))
    again = mlflow.xgboost.load_model(f"runs:/{run.info.run_id}/model")
    assert np.allclose(again.predict(xgboost.DMatrix(test)), expected)
    assert np.allclose(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(test), expected)
    if NEW:
        models = mlflow.search_logged_models([experiment], output_format="list")
        assert {model.source_run_id for model in models} == {run.info.run_id, by_estimator.info.run_id}
    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", f"boosted-{SUFFIX}")
    loaded = mlflow.pyfunc.load_model(f"models:/boosted-{SUFFIX}/{version.version}")
    assert np.allclose(loaded.predict(test), expected)


def evaluation():
    mlflow.set_experiment(f"evaluation-{SUFFIX}")
    features, target = load_diabetes(return_X_y=True, as_frame=True)
    model = LinearRegression().fit(features, target)
    frame = features.assign(target=target, prediction=model.predict(features))
    with mlflow.start_run() as run:
        dataset = mlflow.data.from_pandas(frame, name="diabetes", targets="target", predictions="prediction")
        mlflow.log_input(dataset, context="evaluation")
        result = mlflow.models.evaluate(data=dataset, model_type="regressor", predictions=None,
                                        evaluator_config={"log_explainer": False})
    logged = CLIENT.get_run(run.info.run_id)
    assert logged.data.metrics["root_mean_squared_error"] == result.metrics["root_mean_squared_error"] > 0
    assert [each.dataset.name for each in logged.inputs.dataset_inputs] == ["diabetes"]
    digest = logged.inputs.dataset_inputs[0].dataset.digest
    found = CLIENT.search_runs([run.info.experiment_id], f"datasets.digest = '{digest}'")
    assert [each.info.run_id for each in found] == [run.info.run_id]


def projects():
    """`mlflow run`: the client makes the run, and the script of the project joins it and nests its own below."""
    experiment = mlflow.set_experiment(f"projects-{SUFFIX}").experiment_id
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "MLproject").write_text(textwrap.dedent(f"""
            name: nested
            entry_points:
              main:
                parameters:
                  depth: {{type: int, default: 1}}
                command: "{sys.executable} train.py {{depth}}"
            """))
        (root / "train.py").write_text(textwrap.dedent("""
            import sys
            import mlflow

            with mlflow.start_run():
                for depth in range(int(sys.argv[1])):
                    with mlflow.start_run(nested=True, run_name=f"depth-{depth}"):
                        mlflow.log_metric("score", depth)
                mlflow.log_metric("best", depth)
            """))
        submitted = mlflow.projects.run(folder, parameters={"depth": 3}, env_manager="local",
                                        experiment_id=experiment)
    assert submitted.get_status() == "FINISHED"
    parent = CLIENT.get_run(submitted.run_id)
    assert parent.info.status == "FINISHED" and parent.data.metrics == {"best": 2.0}
    assert parent.data.params["depth"] == "3" and parent.data.tags["mlflow.source.type"] == "PROJECT"
    children = CLIENT.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
                                  order_by=["attributes.run_name"])
    assert [child.info.run_name for child in children] == ["depth-0", "depth-1", "depth-2"]


def system_metrics():
    mlflow.set_experiment(f"system-{SUFFIX}")
    mlflow.set_system_metrics_sampling_interval(0.2)
    mlflow.set_system_metrics_samples_before_logging(1)
    try:
        with mlflow.start_run(log_system_metrics=True) as run:
            # The client measures in a thread of its own; that a measurement arrives is all there is to wait for.
            for _ in range(600):
                if CLIENT.get_run(run.info.run_id).data.metrics:
                    break
                time.sleep(0.1)
    finally:
        mlflow.set_system_metrics_sampling_interval(None)
        mlflow.set_system_metrics_samples_before_logging(None)
    found = set(CLIENT.get_run(run.info.run_id).data.metrics)
    assert {"system/cpu_utilization_percentage", "system/system_memory_usage_percentage"} <= found, found


def main():
    for part in [fluent, asynchronous, client, searches, boosting, evaluation, projects, system_metrics]:
        part()
        print("passed:", part.__name__, flush=True)
    print("MLflow", mlflow.__version__, "is satisfied")


if __name__ == "__main__":
    main()
