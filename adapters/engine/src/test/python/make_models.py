"""Writes the small ONNX models that the tests load, and what Python answers for them.

    pip install onnx==1.23.2 skl2onnx==1.20.0 scikit-learn==1.9.1 onnxruntime==1.32.0 numpy
    python make_models.py ../resources/models

The files are checked in, so that the tests need no Python.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

OPSET = 18


def save(folder, name, model):
    model.ir_version = 9
    onnx.checker.check_model(model)
    (folder / name).write_bytes(model.SerializeToString())


def graph_model(nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(initializers))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])


def tensor(name, datatype, *shape):
    return helper.make_tensor_value_info(name, datatype, shape)


def linear():
    """y = 1*a + 2*b + 3*c + 0.5, rows of three floats."""
    weights = numpy_helper.from_array(np.array([[1], [2], [3]], dtype=np.float32), "weights")
    bias = numpy_helper.from_array(np.array([0.5], dtype=np.float32), "bias")
    nodes = [
        helper.make_node("MatMul", ["x", "weights"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["y"]),
    ]
    return graph_model(
        nodes, [tensor("x", TensorProto.FLOAT, None, 3)], [tensor("y", TensorProto.FLOAT, None, 1)], [weights, bias]
    )


def identity(datatype, *shape):
    return graph_model(
        [helper.make_node("Identity", ["x"], ["y"])], [tensor("x", datatype, *shape)], [tensor("y", datatype, *shape)]
    )


def typed_columns():
    """One input per column, each of another type, given back as they came."""
    columns = {
        "age": TensorProto.INT64,
        "height": TensorProto.FLOAT,
        "weight": TensorProto.DOUBLE,
        "city": TensorProto.STRING,
        "member": TensorProto.BOOL,
    }
    nodes = [helper.make_node("Identity", [name], [f"{name}_out"]) for name in columns]
    inputs = [tensor(name, datatype, None, 1) for name, datatype in columns.items()]
    outputs = [tensor(f"{name}_out", datatype, None, 1) for name, datatype in columns.items()]
    return graph_model(nodes, inputs, outputs)


def slow():
    """Multiplies a matrix by itself for as many rounds as asked: long enough to meet a time-out."""
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state", "state"], ["product"]),
            helper.make_node("Tanh", ["product"], ["next"]),
            helper.make_node("Identity", ["go"], ["go_on"]),
        ],
        "body",
        [
            tensor("round", TensorProto.INT64),
            tensor("go", TensorProto.BOOL),
            tensor("state", TensorProto.FLOAT, 64, 64),
        ],
        [tensor("go_on", TensorProto.BOOL), tensor("next", TensorProto.FLOAT, 64, 64)],
    )
    start = numpy_helper.from_array(np.full((64, 64), 0.01, dtype=np.float32), "start")
    yes = numpy_helper.from_array(np.array(True), "yes")
    axes = numpy_helper.from_array(np.array([0, 1], dtype=np.int64), "axes")
    one = numpy_helper.from_array(np.array([1], dtype=np.int64), "one")
    nodes = [
        helper.make_node("Squeeze", ["rounds"], ["count"]),
        helper.make_node("Loop", ["count", "yes", "start"], ["end"], body=body),
        helper.make_node("ReduceSum", ["end", "axes"], ["total"], keepdims=0),
        helper.make_node("Reshape", ["total", "one"], ["y"]),
    ]
    return graph_model(
        nodes, [tensor("rounds", TensorProto.INT64, 1)], [tensor("y", TensorProto.FLOAT, 1)], [start, yes, axes, one]
    )


def failing():
    """Takes an index that may lie outside its table, which only shows when it runs."""
    table = numpy_helper.from_array(np.array([10.0, 20.0, 30.0], dtype=np.float32), "table")
    return graph_model(
        [helper.make_node("Gather", ["table", "index"], ["y"])],
        [tensor("index", TensorProto.INT64, None)],
        [tensor("y", TensorProto.FLOAT, None)],
        [table],
    )


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    save(folder, "linear.onnx", linear())
    save(folder, "double.onnx", identity(TensorProto.DOUBLE, None, 2))
    save(folder, "image.onnx", identity(TensorProto.FLOAT, None, 2, 2, 3))
    save(folder, "whole-numbers.onnx", identity(TensorProto.INT32, None, 2))
    save(folder, "half.onnx", identity(TensorProto.FLOAT16, None, 2))
    save(folder, "typed-columns.onnx", typed_columns())
    save(folder, "slow.onnx", slow())
    save(folder, "failing.onnx", failing())

    iris = load_iris()
    rows = iris.data.astype(np.float32)
    classifier = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, iris.target)
    options = {id(classifier): {"zipmap": False}}
    save(folder, "iris.onnx", to_onnx(classifier, rows[:1], options=options, target_opset=OPSET))
    save(folder, "iris-zipmap.onnx", to_onnx(classifier, rows[:1], target_opset=OPSET))
    sample = rows[[0, 60, 120]]
    (folder / "iris-expected.json").write_text(
        json.dumps(
            {
                "rows": [[float(str(value)) for value in row] for row in sample],
                "label": classifier.predict(sample).tolist(),
                "probabilities": classifier.predict_proba(sample).tolist(),
            },
            indent=1,
        )
        + "\n"
    )

    import pandas

    frame = pandas.DataFrame(
        {
            "size": np.array([1, 2, 3, 4, 5, 6], dtype=np.float32),
            "colour": ["red", "green", "red", "blue", "green", "blue"],
        }
    )
    named = make_pipeline(
        ColumnTransformer([("numbers", StandardScaler(), ["size"]), ("words", OneHotEncoder(), ["colour"])]),
        LogisticRegression(),
    ).fit(frame, [0, 0, 0, 1, 1, 1])
    types = [("size", FloatTensorType([None, 1])), ("colour", StringTensorType([None, 1]))]
    save(
        folder,
        "named-columns.onnx",
        to_onnx(named, initial_types=types, options={id(named): {"zipmap": False}}, target_opset=OPSET),
    )
    (folder / "named-columns-expected.json").write_text(
        json.dumps(
            {
                "columns": list(frame.columns),
                "rows": frame.values.tolist(),
                "label": named.predict(frame).tolist(),
                "probabilities": named.predict_proba(frame).tolist(),
            },
            indent=1,
        )
        + "\n"
    )

    external = linear()
    external.ir_version = 9
    onnx.save_model(
        external,
        folder / "external.onnx",
        save_as_external_data=True,
        location="weights-beside-the-model.bin",
        size_threshold=0,
        convert_attribute=False,
    )
    (folder / "weights-beside-the-model.bin").unlink()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
