package org.millwright.cli.yaml;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What becomes of one entry of a conda file's dependencies, where there is pip but no conda. */
sealed interface CondaPackage {
    /** The interpreter. @param version such as {@code 3.11} */
    record Python(String version) implements CondaPackage {}

    /** @param requirement what pip installs instead */
    record Pip(String requirement) implements CondaPackage {}

    /** Nothing is lost without it. */
    record LeftOut() implements CondaPackage {}

    /** @param reason a sentence for the user */
    record Unknown(String reason) implements CondaPackage {}

    /** Conda's {@code [channel::]name[constraint]}; the constraint may follow after spaces. */
    Pattern FORM = Pattern.compile("(?:[\\w./-]+::)?([A-Za-z0-9_.-]+)\\s*(.*)");

    /** {@code =1.2=py311_0}: one version, of one build. */
    Pattern BUILD = Pattern.compile("==?[^=<>!~,|\\s]+=[^=]+");

    Pattern FUZZY = Pattern.compile("=\\s*(\\d+(?:\\.\\d+)*)(?:\\.\\*)?");
    Pattern PLAIN = Pattern.compile(
            "(?:(?:==|>=|<=|!=|~=|>|<)\\s*[\\w.*+!]+)(?:\\s*,\\s*(?:==|>=|<=|!=|~=|>|<)\\s*[\\w.*+!]+)*");

    /** Names that mean the same on PyPI. */
    Set<String> SAME = Set.of(
            "absl-py",
            "aiohttp",
            "altair",
            "beautifulsoup4",
            "black",
            "bokeh",
            "boto3",
            "catboost",
            "click",
            "cloudpickle",
            "cryptography",
            "cython",
            "dask",
            "dill",
            "distributed",
            "duckdb",
            "fastapi",
            "flask",
            "fsspec",
            "gensim",
            "geopandas",
            "h5py",
            "httpx",
            "imbalanced-learn",
            "ipykernel",
            "ipython",
            "jinja2",
            "joblib",
            "jsonschema",
            "jupyter",
            "keras",
            "lightgbm",
            "lxml",
            "matplotlib",
            "mlflow",
            "mlflow-skinny",
            "networkx",
            "nltk",
            "notebook",
            "numba",
            "numexpr",
            "numpy",
            "onnx",
            "onnxruntime",
            "openpyxl",
            "optuna",
            "packaging",
            "pandas",
            "patsy",
            "pillow",
            "plotly",
            "polars",
            "prophet",
            "protobuf",
            "psutil",
            "psycopg2-binary",
            "pyarrow",
            "pydantic",
            "pyodbc",
            "pytest",
            "python-dateutil",
            "python-dotenv",
            "pytz",
            "pyyaml",
            "requests",
            "rich",
            "scikit-image",
            "scikit-learn",
            "scipy",
            "seaborn",
            "setuptools",
            "shap",
            "skl2onnx",
            "spacy",
            "sqlalchemy",
            "statsmodels",
            "sympy",
            "tensorboard",
            "tensorflow",
            "threadpoolctl",
            "tokenizers",
            "torchvision",
            "tqdm",
            "transformers",
            "typing_extensions",
            "typing-extensions",
            "umap-learn",
            "urllib3",
            "uvicorn",
            "wheel",
            "xarray",
            "xgboost",
            "xlrd");

    /** Names that are others on PyPI. */
    Map<String, String> RENAMED = Map.of(
            "pytorch", "torch",
            "pytorch-cpu", "torch",
            "matplotlib-base", "matplotlib",
            "dask-core", "dask",
            "py-xgboost", "xgboost",
            "pytables", "tables",
            "msgpack-python", "msgpack",
            "python-graphviz", "graphviz",
            "opencv", "opencv-python-headless",
            "ruamel_yaml", "ruamel.yaml");

    static CondaPackage parse(String spec) {
        var form = FORM.matcher(spec.strip());
        if (!form.matches()) {
            return new Unknown("'%s' is not a conda package".formatted(spec));
        }
        var name = form.group(1).toLowerCase(java.util.Locale.ROOT);
        var constraint = form.group(2).strip();
        return switch (name) {
            case "python" -> python(spec, constraint);
            case "pip" -> new LeftOut();
            default -> onPypi(spec, name, constraint);
        };
    }

    private static CondaPackage python(String spec, String constraint) {
        if (constraint.isEmpty()) {
            return new LeftOut();
        }
        var version = constraint.replaceFirst("^==?\\s*", "").replaceFirst("\\.\\*$", "");
        return version.matches("3(\\.\\d{1,2}){1,2}")
                ? new Python(version)
                : new Unknown("'%s' does not name one Python version; write python=3.11".formatted(spec));
    }

    private static CondaPackage onPypi(String spec, String name, String constraint) {
        var renamed = RENAMED.getOrDefault(name, SAME.contains(name) ? name : "");
        if (renamed.isEmpty()) {
            return new Unknown(
                    "'%s' is not known as a package of PyPI, and the pool has no conda; if PyPI has it, write it below pip:"
                            .formatted(name));
        }
        if (constraint.isEmpty()) {
            return new Pip(renamed);
        }
        if (BUILD.matcher(constraint).matches()) {
            return new Unknown("'%s' asks for one build of conda; write %s=VERSION".formatted(spec, name));
        }
        var fuzzy = FUZZY.matcher(constraint);
        if (fuzzy.matches()) {
            return new Pip("%s==%s.*".formatted(renamed, fuzzy.group(1)));
        }
        return PLAIN.matcher(constraint).matches()
                ? new Pip(renamed + constraint.replace(" ", ""))
                : new Unknown("'%s' has a version that pip cannot read; write %s>=1.2,<2 or %s=1.2"
                        .formatted(spec, name, name));
    }
}
