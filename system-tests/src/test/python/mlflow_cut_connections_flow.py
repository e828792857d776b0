"""A script whose connections break after the server has done each thing: the client repeats by itself, and all is there once.

Usage: MLFLOW_TRACKING_URI=http://<a proxy that loses the first answer to each writing request> python mlflow_cut_connections_flow.py
"""

import os
import uuid

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from sklearn.linear_model import LinearRegression

SUFFIX = uuid.uuid4().hex[:8]
CLIENT = MlflowClient()


def main():
    mlflow.set_experiment(f"cut-{SUFFIX}")
    # The repetition is told that the experiment exists. The client takes that for a race and does not choose the experiment.
    experiment = mlflow.set_experiment(f"cut-{SUFFIX}").experiment_id
    mlflow.set_experiment_tag("team", "forge")
    with mlflow.start_run(run_name="cut") as run:
        run_id = run.info.run_id
        mlflow.log_param("depth", 3)
        mlflow.log_params({"a": 1, "b": 2})
        for step in range(3):
            mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
        CLIENT.log_batch(run_id, [Metric("curve", value, value, value) for value in range(100)],
                         [Param("c", "3")], [RunTag("t", "1")])
        mlflow.set_tag("kind", "trial")
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": 1}, "a.json")
        logged = mlflow.sklearn.log_model(LinearRegression().fit([[0], [1]], [0, 1]), name="line")
    name = f"cut-{SUFFIX}"
    version = mlflow.register_model(logged.model_uri, name)
    CLIENT.set_registered_model_alias(name, "champion", version.version)
    CLIENT.transition_model_version_stage(name, version.version, "Production")
    CLIENT.set_model_version_tag(name, version.version, "kind", "trial")

    stored = CLIENT.get_run(run_id)
    assert stored.info.status == "FINISHED" and stored.data.params == {"depth": "3", "a": "1", "b": "2", "c": "3"}
    assert stored.data.tags["kind"] == "trial" and stored.data.tags["t"] == "1"
    assert [point.value for point in CLIENT.get_metric_history(run_id, "loss")] == [1.0, 0.5, 1 / 3]
    assert [point.value for point in CLIENT.get_metric_history(run_id, "curve")] == list(range(100))
    assert {file.path for file in CLIENT.list_artifacts(run_id)} == {"notes", "a.json"}
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt") == "hello"
    assert [output.model_id for output in stored.outputs.model_outputs] == [logged.model_id]
    champion = CLIENT.get_model_version_by_alias(name, "champion")
    assert champion.version == version.version and champion.current_stage == "Production"
    assert champion.tags == {"kind": "trial"}
    assert mlflow.sklearn.load_model(f"models:/{name}@champion").predict([[2]])[0] > 1.9
    # What creates something new each time it is asked creates two: the client goes on with the second.
    names = [run.info.run_id for run in CLIENT.search_runs([experiment])]
    assert len(names) == 2 and run_id in names, names
    assert sorted(int(each.version) for each in CLIENT.search_model_versions(f"name = '{name}'")) == [1, 2]
    assert int(version.version) == 2
    print("MLflow", mlflow.__version__, "is satisfied")


if __name__ == "__main__":
    main()
