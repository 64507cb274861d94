"""How fast and how right are first suggestions? `python -m bench.suggest [--json]`.

Trained on the shipped invented examples only. Tested on the labelled comments of a real town
(`../shared/data/town-comments` or `$WISHES_SHARED_DATA`), which no step of training or of choosing
thresholds has seen; where they are absent, on the shipped examples out of fold, and `tested_on`
says so. Three plain baselines run on the same texts: always the commonest wish; scikit-learn's
TF-IDF with logistic regression; the lexicon's sure terms alone.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from analysis import (
    Classifier,
    Example,
    clean_text,
    evaluate,
    load,
    load_examples,
    load_lexicon,
    make_truth,
    parse_wishes,
    save,
    split_words,
    train,
)

SHARED = Path(os.environ.get("WISHES_SHARED_DATA", "../shared/data"))
TEXTS_TO_TIME = 20_000


def load_town_comments() -> list[Example]:
    """Join the labels of the town comments to their texts; empty where the data is absent."""
    folder = SHARED / "town-comments"
    if not (folder / "bowling_green_labels.csv").is_file():
        return []
    with (folder / "bowling_green_comments.csv").open(encoding="utf-8", newline="") as handle:
        bodies = {row["comment-id"]: row["comment-body"] for row in csv.DictReader(handle)}
    with (folder / "bowling_green_labels.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [Example(bodies[r["comment_id"]], parse_wishes(r["labels"])) for r in rows]


def measure_speed(folder: Path) -> dict[str, Any]:
    """Time a loaded model on distinct texts in a fresh process, one thread; memory is its peak."""
    code = f"""
import json, resource, time
from pathlib import Path
from analysis import load, load_examples
started = time.perf_counter()
model = load(Path({str(folder)!r}))
model.suggest(["warm up, please"])
loaded = time.perf_counter() - started
texts = [e.text for e in load_examples()]
many = [f"{{texts[i % len(texts)]}} {{i}}" for i in range({TEXTS_TO_TIME})]
started = time.perf_counter()
count = sum(1 for _ in model.suggest_each(many))
rate = count / (time.perf_counter() - started)
rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"texts_per_s": round(rate), "load_s": round(loaded, 2), "rss_mb": round(rss)}}))
"""
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=one_thread
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def score_model(model: Classifier, test: list[Example]) -> dict[str, Any]:
    """Score a model's best guesses, and how its sure wishes keep their promise on these texts."""
    wishes = model.labels[1:]
    found = model.suggest(example.text for example in test)
    truth = make_truth([example.wishes for example in test], wishes)
    probabilities = np.array([s.scores[1:] for s in found])
    scores = evaluate(truth, make_truth([s.best for s in found], wishes), probabilities, wishes)
    sure = make_truth([[w for w, _ in s.wishes] for s in found], wishes)
    outcomes = [s.outcome.value for s in found]
    none = [not e.wishes for e, o in zip(test, outcomes, strict=True) if o == "none"]
    return {
        **flatten(scores.to_dict()),
        "sure_share": round(float(sure.any(axis=1).mean()), 4),
        "sure_precision": round(int((sure & truth).sum()) / max(1, int(sure.sum())), 4),
        "none_precision": round(sum(none) / len(none), 4) if none else None,
        "outcomes": {o: outcomes.count(o) for o in sorted(set(outcomes))},
    }


def flatten(scores: dict[str, Any]) -> dict[str, Any]:
    """Give the figures of an evaluation under the flat names of the benchmark."""
    per_wish = {
        str(w["wish"]): {
            "positives": w["positives"],
            **{k: w[k]["value"] for k in ("precision", "recall", "f1")},
            "f1_low": w["f1"]["low"],
            "f1_high": w["f1"]["high"],
        }
        for w in scores["per_wish"]
    }
    flat = {f"{n}{end}": scores[n][part] for n in ("micro_f1", "macro_f1")
            for end, part in (("", "value"), ("_low", "low"), ("_high", "high"))}  # fmt: skip
    flat |= {name: scores[name] for name in ("coverage_at_90", "calibration_error", "texts")}
    return {**flat, "per_wish": per_wish}


def score_baselines(examples: list[Example], test: list[Example]) -> dict[str, Any]:
    """Score the three plain baselines on the same texts."""
    wishes = tuple(range(1, 13))
    truth = make_truth([example.wishes for example in test], wishes)
    known = make_truth([example.wishes for example in examples], wishes)
    texts = [clean_text(example.text) for example in test]
    always = np.zeros(truth.shape)
    always[:, int(known.sum(axis=0).argmax())] = 1.0
    plain = make_pipeline(
        TfidfVectorizer(sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(class_weight="balanced", C=10, max_iter=1000)),
    )
    plain.fit([clean_text(example.text) for example in examples], known.astype(int))
    started = time.perf_counter()
    plain_p = plain.predict_proba(texts)
    plain_rate = len(texts) / (time.perf_counter() - started)
    lexicon = load_lexicon()
    sure = make_truth([lexicon.find_sure(split_words(text)) for text in texts], wishes)
    probabilities = {"majority": always, "tfidf_lr": plain_p, "lexicon": sure.astype(float)}
    kept = ("micro_f1", "micro_f1_low", "micro_f1_high", "macro_f1", "coverage_at_90")
    found = {
        name: flatten(evaluate(truth, p >= 0.5, p, wishes).to_dict())
        for name, p in probabilities.items()
    }
    baselines = {name: {key: scores[key] for key in kept} for name, scores in found.items()}
    baselines["tfidf_lr"]["texts_per_s"] = round(plain_rate)
    return baselines


def run() -> dict[str, Any]:
    """Train, time and score; give every figure."""
    examples = load_examples()
    started = time.perf_counter()
    trained = train(examples)
    train_s = round(time.perf_counter() - started, 2)
    with tempfile.TemporaryDirectory() as folder:
        save(trained, Path(folder))
        speed = measure_speed(Path(folder))
        model = load(Path(folder))
    figures: dict[str, Any] = {**speed, "train_s": train_s, "model_id": model.model_id}
    own = flatten(model.card["out_of_fold"])
    figures["out_of_fold_micro_f1"] = own["micro_f1"]
    town = load_town_comments()
    if town:
        figures["tested_on"] = f"{len(town)} labelled comments of a town, unseen"
        figures |= score_model(model, town)
        figures["baselines"] = score_baselines(examples, town)
    else:
        figures["tested_on"] = "shipped examples, out of fold: flattering"
        figures |= own
    return figures


def main() -> None:
    """Print the figures, the last line as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print nothing but the JSON line")
    figures = run()
    if not parser.parse_args().json:
        for name, value in figures.items():
            print(f"{name:>22}  {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
