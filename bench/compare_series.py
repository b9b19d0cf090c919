"""Holds scores along a series against NumPy and scikit-learn.

    python3 bench/compare_series.py

Makes a series with faults, trains a small net on windows of it, and works everything
from the file and the weights on out again: scaling, windows and where they part,
errors of steps from the windows that cover them, thresholds, and what comes of them.
Rows of the verbs score and reconstruct are held against the same. It exits with 1
where something disagrees. Needs bin/hourglass.
"""

import shutil
import sys
import tempfile

import numpy as np
from sklearn import metrics
from sklearn.decomposition import PCA

from compare_torch import run
from compared import ROUNDING, Report, Trial

SPEC, ROWS, WINDOW, STRIDE, TESTED, VALIDATED = "bench/compare/series.yaml", 6000, 24, 5, 1003, 200
JOINS = {"mean": np.nanmean, "median": np.nanmedian, "max": np.nanmax}


def series():
    """A wandering tone and its half, of which some stretches are faulty."""
    t = np.arange(ROWS)
    phase = np.cumsum(0.3 + 0.2 * np.sin(t / 97))
    x = np.stack([3 * np.sin(phase) + 1, np.cos(phase / 2)], 1).round(4)
    faulty = (t % 350 < 13) & ((t > 5000) | (t < 2000))
    x[faulty, 1] = (0.6 * np.sin(3 * phase[faulty])).round(4)
    return x, faulty


def windows(x, starts):
    return np.stack([x[start : start + WINDOW] for start in starts])


def joined(values, starts, join, rows):
    """What the values of windows are of rows: those of all windows beside each other, then one."""
    beside = np.full((len(starts), rows, values.shape[2]), np.nan)
    for i, start in enumerate(starts):
        beside[i, start : start + WINDOW] = values[i]
    covered = ~np.isnan(beside[:, :, 0]).all(0)
    return np.flatnonzero(covered), JOINS[join](beside[:, covered], axis=0)


def scores(reconstruct, x, starts, measure, join):
    """The rows that windows cover, and the error of each."""
    cut = windows(x, starts)
    wrong = reconstruct(cut) - cut
    rows, errors = joined(wrong**2 if measure == "mse" else np.abs(wrong), starts, join, len(x))
    return rows, errors.max(1) if measure == "max" else errors.mean(1)


def adjusted(truth, called):
    """The calls, where each stretch of the truth is called that is called anywhere."""
    called, edges = called.copy(), np.flatnonzero(np.diff(np.r_[0, truth.astype(int), 0]))
    for first, end in zip(edges[::2], edges[1::2]):
        called[first:end] |= called[first:end].any()
    return called


def parts(faulty):
    """First rows of the training, validation and test windows, by what the README says."""
    border = ROWS - TESTED
    normal = [s for s in range(0, border - WINDOW + 1, STRIDE) if not faulty[s : s + WINDOW].any()]
    validation = normal[-VALIDATED:]
    train = [s for s in normal[:-VALIDATED] if s + WINDOW <= validation[0]]
    test = list(range(border, ROWS - WINDOW + 1, STRIDE))
    return train, validation, test + [ROWS - WINDOW] * (test[-1] != ROWS - WINDOW)


def evaluations(report, trial, reconstruct, x, faulty):
    """Compares the three evaluations of the spec."""
    _, validation, test = parts(faulty)
    for measure, join, prefix, label, threshold in (
        ("mse", "mean", "", "quantile=0.98", lambda s: np.quantile(s, 0.98)),
        ("l1", "median", "score=l1.join=median.", "deviations=2", lambda s: s.mean() + 2 * s.std(ddof=1)),
        ("max", "max", "score=max.join=max.", "conformal=0.05", lambda s: s[int(np.ceil((len(s) + 1) * 0.95)) - 1]),
    ):
        limit = threshold(np.sort(scores(reconstruct, x, validation, measure, join)[1]))
        rows, found = scores(reconstruct, x, test, measure, join)
        truth, called = faulty[rows], found > limit
        for name, value in (
            ("auroc", metrics.roc_auc_score(truth, found)),
            ("average_precision", metrics.average_precision_score(truth, found)),
            (f"{label}.threshold", limit),
            (f"{label}.f1", metrics.f1_score(truth, called)),
            (f"{label}.recall", metrics.recall_score(truth, called)),
            (f"{label}.false_positive_rate", called[~truth].mean()),
            (f"{label}.point_adjusted_f1", metrics.f1_score(truth, adjusted(truth, called))),
        ):
            report.line(f"{trial.case}: anomaly.{prefix}{name}", trial.recorded[f"test.anomaly.{prefix}{name}"], value, ROUNDING)


def verbs(report, trial, reconstruct, x, faulty, file, offset, scale):
    """Compares the rows of score and reconstruct: of the test split, and of the whole file."""
    _, _, test = parts(faulty)
    whole = list(range(0, ROWS - WINDOW + 1, STRIDE))
    whole += [ROWS - WINDOW] * (whole[-1] != ROWS - WINDOW)
    for word, starts in (("test", test), (file, whole)):
        rows, errors = scores(reconstruct, x, starts, "mse", "mean")
        got = trial.array("score", word)
        name = "split" if word == "test" else "file"
        report.line(f"{trial.case}: rows of score, {name}", np.abs(got[:, 0] - rows).max() + len(got), len(rows), 0)
        report.line(f"{trial.case}: errors of score, {name}", np.abs(got[:, 1] - errors).max(), 0, 1e-5)
        _, made = joined(reconstruct(windows(x, starts)), starts, "mean", ROWS)
        made = made * scale + offset
        report.line(f"{trial.case}: rows of reconstruct, {name}", np.abs(trial.array("reconstruct", word) - made).max(), 0, 1e-4)


def main():
    report, (raw, faulty) = Report(), series()
    train, _, _ = parts(faulty)
    fitted = raw[np.unique(np.concatenate([np.arange(s, s + WINDOW) for s in train]))]
    offset, scale = fitted.mean(0), fitted.std(0)
    x = ((raw - offset) / scale).astype(np.float32).astype(np.float64)
    pca = PCA(4).fit(windows(x, train).reshape(len(train), -1))
    print(f"  {'metric':<58} {'Hourglass':<12} {'elsewhere':<12} difference")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(SPEC, folder)
        with open(f"{folder}/series.csv", "w") as file:
            file.write("t,a,b,state\n")
            file.writelines(f"{i},{a:.4f},{b:.4f},{int(f)}\n" for i, ((a, b), f) in enumerate(zip(raw, faulty)))
        for record in run(f"{folder}/series.yaml", folder):
            trial = Trial(folder, record)
            trial.case, flat = record["family"], lambda w: pca.inverse_transform(pca.transform(w))
            if trial.case != "pca":
                trial.case, flat = "net", trial.net().reconstruct
            reconstruct = lambda w: flat(w.reshape(len(w), -1)).reshape(w.shape)
            evaluations(report, trial, reconstruct, x, faulty)
            if trial.case == "net":
                verbs(report, trial, reconstruct, x, faulty, f"{folder}/series.csv", offset, scale)
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
