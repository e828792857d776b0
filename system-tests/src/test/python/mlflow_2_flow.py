"""What a scikit-learn user of MLflow 2.x does, told as checks against any tracking server.

Usage: MLFLOW_TRACKING_URI=https://... python mlflow_2_flow.py
Clients of 2.x know no logged models: model files lie below the run, and the run is told by ``runs/log-model``.
"""

import json
import math
import os
import uuid

os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")

import mlflow
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split

SUFFIX = uuid.uuid4().hex[:8]
CLIENT = MlflowClient()


def data():
    features, target = load_breast_cancer(return_X_y=True, as_frame=True)
    return train_test_split(features, target, random_state=7, test_size=0.25)


def tracking():
    experiment = mlflow.set_experiment(f"tracking-2-{SUFFIX}").experiment_id
    with mlflow.start_run(run_name="first") as run:
        mlflow.log_params({"a": 1, "b": "two"})
        mlflow.log_metrics({"loss": 0.5, "bad": math.nan}, step=3)
        mlflow.log_text("hello", "notes/hello.txt")
    found = CLIENT.search_runs([experiment], "metrics.loss < 1 AND params.b = 'two'", order_by=["metrics.loss DESC"])
    assert [each.info.run_id for each in found] == [run.info.run_id]
    assert found[0].data.params == {"a": "1", "b": "two"} and math.isnan(found[0].data.metrics["bad"])
    assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/hello.txt") == "hello"


def models():
    mlflow.set_experiment(f"models-2-{SUFFIX}")
    train, test, train_target, test_target = data()
    model = LogisticRegression(max_iter=5000).fit(train, train_target)
    expected = model.predict(test)
    name = f"cancer-2-{SUFFIX}"
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(model, "classifier", signature=infer_signature(train, expected),
                                 registered_model_name=name)
        mlflow.sklearn.log_model(model, "again")
    run_id = run.info.run_id
    history = json.loads(CLIENT.get_run(run_id).data.tags["mlflow.log-model.history"])
    assert [each["artifact_path"] for each in history] == ["classifier", "again"]
    assert "classifier/MLmodel" in [file.path for file in CLIENT.list_artifacts(run_id, "classifier")]
    second = mlflow.register_model(f"runs:/{run_id}/again", name)
    assert int(second.version) == 2
    CLIENT.set_registered_model_alias(name, "champion", "1")
    CLIENT.transition_model_version_stage(name, "2", "Staging")
    for address in [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/latest",
                    f"models:/{name}/Staging", f"runs:/{run_id}/classifier"]:
        assert (mlflow.pyfunc.load_model(address).predict(test) == expected).all(), address
    result = mlflow.evaluate(f"models:/{name}/1", test.assign(target=test_target), targets="target",
                             model_type="classifier", evaluator_config={"log_explainer": False})
    assert result.metrics["accuracy_score"] > 0.9


def autolog():
    experiment = mlflow.set_experiment(f"autolog-2-{SUFFIX}").experiment_id
    train, _, train_target, _ = data()
    mlflow.sklearn.autolog()
    with mlflow.start_run() as run:
        GridSearchCV(LogisticRegression(max_iter=5000), {"C": [0.1, 1.0]}, cv=2).fit(train, train_target)
    children = CLIENT.search_runs([experiment], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    assert {child.data.params["C"] for child in children} == {"0.1", "1.0"}
    parent = CLIENT.get_run(run.info.run_id)
    assert parent.info.status == "FINISHED" and "best_cv_score" in parent.data.metrics
    assert parent.inputs.dataset_inputs
    assert {"best_estimator", "model", "cv_results.csv"} <= {file.path for file in
                                                            CLIENT.list_artifacts(run.info.run_id)}


def main():
    for part in [tracking, models, autolog]:
        part()
        print("passed:", part.__name__, flush=True)
    print("MLflow", mlflow.__version__, "is satisfied")


if __name__ == "__main__":
    main()
