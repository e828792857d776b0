"""Fills a tracking server with what a scikit-learn user leaves behind, by MLflow 2.x or 3.x.

Usage: MLFLOW_TRACKING_URI=http://... python transfer_source.py RUNS [more]
With "more" it adds to what is there already: a run, and a tag on a run that ended long ago.
"""

import math
import os
import sys

os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

CLIENT = MlflowClient()
NAME = "iris / first"
THIRD_GENERATION = not mlflow.__version__.startswith("2.")
FEATURES, TARGET = load_iris(return_X_y=True, as_frame=True)


def train(strength):
    with mlflow.start_run(run_name=f"strength {strength}") as run:
        mlflow.log_params({"C": strength, "empty": ""})
        points = [Metric("loss", 1 / (index + 1), 1000 + index, index) for index in range(1000)]
        CLIENT.log_batch(run.info.run_id, points)
        mlflow.log_metric("not a number", math.nan)
        mlflow.log_metric("infinite", math.inf)
        mlflow.log_text("hällo", "notes/hällo wörld #1;%41.txt")
        mlflow.log_text("", "empty.txt")
        data = mlflow.data.from_pandas(FEATURES, name="iris")
        mlflow.log_input(data, context="training")
        model = LogisticRegression(C=strength, max_iter=500).fit(FEATURES, TARGET)
        signature = infer_signature(FEATURES, TARGET)
        if THIRD_GENERATION:
            logged = mlflow.sklearn.log_model(
                model, name="model", signature=signature, registered_model_name="iris", params={"kind": "linear"}
            )
            mlflow.log_metric("accuracy", 0.9 + strength / 100, model_id=logged.model_id, dataset=data)
        else:
            mlflow.sklearn.log_model(model, "model", signature=signature, registered_model_name="iris")
        with mlflow.start_run(nested=True):
            mlflow.log_metric("inner", 1)
    return run.info.run_id


def everything(runs):
    mlflow.set_experiment(NAME)
    experiment = CLIENT.get_experiment_by_name(NAME).experiment_id
    CLIENT.set_experiment_tag(experiment, "team", "flowers")
    ids = [train(0.1 * (index + 1)) for index in range(runs)]
    CLIENT.set_registered_model_alias("iris", "champion", "2")
    CLIENT.transition_model_version_stage("iris", "1", "Production")
    CLIENT.set_model_version_tag("iris", "1", "checked", "yes")
    CLIENT.update_model_version("iris", "1", description="The first")
    CLIENT.update_registered_model("iris", "Which iris it is")
    CLIENT.copy_model_version("models:/iris/1", "iris-copy")
    mlflow.register_model(f"runs:/{ids[-1]}/model", "iris-by-run")
    CLIENT.delete_model_version("iris", str(runs))
    CLIENT.create_registered_model("empty", tags={"a": "b"}, description="It has no versions")
    with mlflow.start_run(run_name="failed") as failed:
        pass
    CLIENT.set_terminated(failed.info.run_id, "FAILED")
    with mlflow.start_run(run_name="deleted") as deleted:
        mlflow.log_metric("lost", 1)
    CLIENT.delete_run(deleted.info.run_id)
    CLIENT.create_run(experiment, run_name="still running")
    gone = CLIENT.create_experiment("deleted")
    CLIENT.set_terminated(CLIENT.create_run(gone).info.run_id)
    CLIENT.delete_experiment(gone)


def more():
    mlflow.set_experiment(NAME)
    experiment = CLIENT.get_experiment_by_name(NAME).experiment_id
    failed = CLIENT.search_runs([experiment], "attributes.run_name = 'failed'")[0]
    CLIENT.set_tag(failed.info.run_id, "seen", "later")
    with mlflow.start_run(run_name="later"):
        mlflow.log_metric("loss", 0.5)
        mlflow.log_text("later", "later.txt")


if "more" in sys.argv:
    more()
else:
    everything(int(sys.argv[1]))
