"""Compares an endpoint's answer with the one that scikit-learn gave when the model was trained.

    python3 check.py expected.json answer.json

Exit code 0 when every probability agrees to 1e-5 and every label is the same.
"""

import json
import sys
from pathlib import Path

TOLERANCE = 1e-5


def main(expected_file, answer_file):
    expected, answer = (json.loads(Path(name).read_text()) for name in (expected_file, answer_file))
    if answer.get("label") != expected["label"]:
        sys.exit(f"labels differ: expected {expected['label']}, answered {answer.get('label')}")
    rows = zip(expected["probabilities"], answer["probabilities"], strict=True)
    largest = max(abs(e - a) for row in rows for e, a in zip(*row, strict=True))
    print(f"{len(expected['label'])} rows agree; largest difference {largest:.1e}")
    if largest > TOLERANCE:
        sys.exit(f"that is more than {TOLERANCE}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
