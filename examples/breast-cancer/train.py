"""Trains a classifier on the breast cancer data that ships inside scikit-learn, and registers it as an ONNX model.

Everything it reports goes through the ordinary MLflow client, which finds the server and the run in its environment.
To run it by hand, let MLFLOW_TRACKING_URI and the other lines of "./millwright connection --format env" name a server.
"""

import argparse
import json
from pathlib import Path

import mlflow
import mlflow.onnx
import mlflow.sklearn
import numpy
import onnxruntime
from mlflow.models import infer_signature
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MODEL = "breast-cancer"
SERVED_AS_TRAINED = 1e-5


def pipeline(strength):
    """Scaling belongs to the model: whoever asks it sends rows as they were measured."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0 / strength, max_iter=2000))


def search(train, validation, steps):
    """Tries regularisation from strong to weak, one step each, and returns the strength with the lowest loss."""
    tried = {}
    for step, strength in enumerate(numpy.geomspace(100.0, 0.001, steps)):
        model = pipeline(strength).fit(*train)
        rows, labels = validation
        loss = log_loss(labels, model.predict_proba(rows))
        tried[strength] = loss
        accuracy = accuracy_score(labels, model.predict(rows))
        mlflow.log_metrics(
            {
                "regularisation": float(strength),
                "train_log_loss": log_loss(train[1], model.predict_proba(train[0])),
                "validation_log_loss": loss,
                "validation_accuracy": accuracy,
            },
            step=step,
        )
        print(f"step {step:2d}  regularisation {strength:10.4f}  loss {loss:.4f}  accuracy {accuracy:.4f}", flush=True)
    return min(tried, key=tried.get)


def to_onnx(model, width):
    """zipmap=False: the probabilities become a plain table instead of a list of dictionaries."""
    return convert_sklearn(
        model,
        name=MODEL,
        initial_types=[("input", FloatTensorType([None, width]))],
        options={id(model): {"zipmap": False}},
        target_opset=21,
    )


def probabilities(onnx_model, rows):
    session = onnxruntime.InferenceSession(onnx_model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["probabilities"], {"input": rows.astype(numpy.float32)})[0]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=25, help="how many strengths of regularisation to try")
    arguments.add_argument("--report", type=Path, default=Path("outputs/report"), help="folder for the report")
    options = arguments.parse_args()

    data = load_breast_cancer()
    rest, test_rows, rest_labels, test_labels = train_test_split(
        data.data, data.target, test_size=0.2, random_state=11, stratify=data.target
    )
    train_rows, validation_rows, train_labels, validation_labels = train_test_split(
        rest, rest_labels, test_size=0.25, random_state=7, stratify=rest_labels
    )

    with mlflow.start_run() as run:
        strength = search((train_rows, train_labels), (validation_rows, validation_labels), options.steps)

        # From here on autolog notes the pipeline's parameters and training metrics. The model is logged as ONNX below,
        # so a second copy of it as a Python object would serve nobody.
        mlflow.sklearn.autolog(log_models=False)
        model = pipeline(strength).fit(rest, rest_labels)
        mlflow.sklearn.autolog(disable=True)

        expected = model.predict_proba(test_rows)
        mlflow.log_metrics(
            {
                "test_accuracy": accuracy_score(test_labels, model.predict(test_rows)),
                "test_roc_auc": roc_auc_score(test_labels, expected[:, 1]),
                "test_log_loss": log_loss(test_labels, expected),
            }
        )

        onnx_model = to_onnx(model, data.data.shape[1])
        difference = float(numpy.abs(probabilities(onnx_model, test_rows) - expected).max())
        mlflow.log_metric("onnx_difference", difference)
        if difference > SERVED_AS_TRAINED:
            raise SystemExit(f"The ONNX model differs from scikit-learn's by {difference:.1e}; not registered")

        example = test_rows[:2].astype(numpy.float32)
        logged = mlflow.onnx.log_model(
            onnx_model,
            name="model",
            registered_model_name=MODEL,
            signature=infer_signature(
                example,
                {
                    "label": model.predict(test_rows[:2]).astype(numpy.int64),
                    "probabilities": expected[:2].astype(numpy.float32),
                },
            ),
            input_example=example,
            onnx_execution_providers=["CPUExecutionProvider"],
            pip_requirements=[f"onnxruntime=={onnxruntime.__version__}", f"numpy=={numpy.__version__}"],
        )

        write_report(options.report, onnx_model, test_rows[:3], model)
        print(f"test accuracy {accuracy_score(test_labels, model.predict(test_rows)):.4f}")
        print(f"largest difference between ONNX and scikit-learn {difference:.1e}")
        print(f"registered {MODEL} version {logged.registered_model_version} from run {run.info.run_id}")


def write_report(folder, onnx_model, rows, model):
    """A request for the endpoint, and scikit-learn's own answer to compare the endpoint's with."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(onnx_model.SerializeToString())
    (folder / "sample-request.json").write_text(json.dumps({"input_data": rows.tolist()}, indent=2) + "\n")
    answer = {"label": model.predict(rows).tolist(), "probabilities": model.predict_proba(rows).tolist()}
    (folder / "expected.json").write_text(json.dumps(answer, indent=2) + "\n")


if __name__ == "__main__":
    main()
