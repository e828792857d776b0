"""What a user of MLflow 3 does with a model whose promotions may need approval.

Usage: MLFLOW_TRACKING_URI=https://... python registry_flow.py train NAME | guarded NAME | load NAME
"""

import json
import os
import sys

os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

CLIENT = MlflowClient()


def train(name):
    """Two runs on the same data, each of which registers a version."""
    features, target = load_iris(return_X_y=True, as_frame=True)
    data = mlflow.data.from_pandas(features.assign(target=target), name="iris", targets="target")
    mlflow.set_experiment(name)
    runs = []
    for strength, accuracy in ((0.1, 0.9), (1.0, 0.95)):
        with mlflow.start_run() as run:
            mlflow.log_input(data, context="training")
            mlflow.log_param("C", strength)
            mlflow.log_metrics({"accuracy": accuracy, "log_loss": 1 - accuracy})
            model = LogisticRegression(C=strength, max_iter=500).fit(features, target)
            mlflow.sklearn.log_model(model, name="model", input_example=features.head(2), registered_model_name=name)
        runs.append(run.info.run_id)
    print(json.dumps({"digest": data.digest, "runs": runs}))


def guarded(name):
    """Every call that would go around the policies of Production and @champion is refused in words."""
    calls = [
        lambda: CLIENT.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True),
        lambda: CLIENT.transition_model_version_stage(name, "2", "Production"),
        lambda: CLIENT.transition_model_version_stage(name, "1", "Archived"),
        lambda: CLIENT.set_registered_model_alias(name, "champion", "2"),
        lambda: CLIENT.delete_registered_model_alias(name, "champion"),
        lambda: CLIENT.delete_model_version(name, "1"),
        lambda: CLIENT.delete_registered_model(name),
    ]
    for number, call in enumerate(calls):
        try:
            call()
        except MlflowException as refused:
            assert refused.error_code == "PERMISSION_DENIED", (number, refused)
            if number in (0, 1, 3):
                assert f"millwright model promote {name}:2 --to" in refused.message, (number, refused.message)
        else:
            raise AssertionError(f"call {number} was not refused")
    CLIENT.set_registered_model_alias(name, "challenger", "2")
    assert CLIENT.get_model_version_by_alias(name, "champion").version == "1"


def load(name):
    """The clients' own ways of loading see what was promoted."""
    features, _ = load_iris(return_X_y=True, as_frame=True)
    for address in (f"models:/{name}@champion", f"models:/{name}/Production"):
        assert len(mlflow.pyfunc.load_model(address).predict(features)) == len(features)
    print(json.dumps({"champion": CLIENT.get_model_version_by_alias(name, "champion").version}))


{"train": train, "guarded": guarded, "load": load}[sys.argv[1]](sys.argv[2])
