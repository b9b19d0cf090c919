"""Holds the metrics of evaluations against scikit-learn, scikit-image and NumPy.

    python3 bench/compare_metrics.py [anomaly|baselines|code|pictures|generation|factors ...]

Trains small nets, takes codes, reconstructions and scores from the verbs encode,
reconstruct and score, works each metric out again from these arrays and from MNIST's
own files, and sets it beside what `hourglass list` has recorded.

anomaly     roc_auc_score, average_precision_score, f1_score, and thresholds.
baselines   Detection by PCA's residual and by NearestNeighbors' distances.
code        RidgeClassifier, KNeighborsClassifier, KMeans, NMI, trustworthiness,
            effective rank, and the components of PCA, which a linear net seeks.
pictures    Errors by class, peak_signal_noise_ratio and structural_similarity.
generation  Likelihoods from the weights, in float64; and from samples of `hourglass
            generate` the kernel discrepancy, the two-sample test, and copies.
factors     The mutual information gap, by mutual_info_score.

Where both compute the same, they may differ by rounding. Where chance has a part in
it (draws of codes and noise, first centres), by what chance explains: the lines
say which. It exits with 1 where something disagrees. Needs bin/hourglass and go.
"""

import subprocess
import sys
import tempfile

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.linear_model import RidgeClassifier
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from compare_torch import run
from compared import FACTORS, ROUNDING, SPEC, Examples, Report, Trial, spread


def anomaly(report, trials, examples):
    """Compares detection of classes that are not normal."""
    score = {
        "mse": lambda y, x: ((y - x) ** 2).mean(1),
        "l1": lambda y, x: np.abs(y - x).mean(1),
        "max": lambda y, x: np.abs(y - x).max(1),
    }
    for trial in trials:
        y, held = trial.reconstructions(), trial.reconstructions("validation")
        report.line(f"{trial.case}: scores of the verb", trial.array("score", "test").sum(), score["mse"](y, examples.test).sum(), 1e-4)
        for normal, kind, label, threshold in (
            ([0, 1, 2, 3, 4], "mse", "quantile=0.95", lambda s: np.quantile(s, 0.95)),
            ([7], "l1", "conformal=0.1", lambda s: s[int(np.ceil((len(s) + 1) * 0.9)) - 1]),
            ([7], "max", "deviations=2", lambda s: s.mean() + 2 * s.std(ddof=1)),
        ):
            prefix = f"test.anomaly.normal={'+'.join(map(str, normal))}." + (f"score={kind}." if kind != "mse" else "")
            truth, scores = ~np.isin(examples.test_labels, normal), score[kind](y, examples.test)
            limit = threshold(np.sort(score[kind](held, examples.validation)[np.isin(examples.validation_labels, normal)]))
            called = scores > limit
            for name, value in (
                ("auroc", metrics.roc_auc_score(truth, scores)),
                ("average_precision", metrics.average_precision_score(truth, scores)),
                (f"{label}.threshold", limit),
                (f"{label}.f1", metrics.f1_score(truth, called)),
                (f"{label}.recall", metrics.recall_score(truth, called)),
                (f"{label}.false_positive_rate", called[~truth].mean()),
            ):
                report.line(f"{trial.case}: {prefix[5:]}{name}", trial.recorded[prefix + name], value, ROUNDING)


def baselines(report, trials, examples):
    """Compares detection by what needs no training."""
    x, truth = examples.test, ~np.isin(examples.test_labels, [0, 1, 2, 3, 4])
    components = PCA(8, svd_solver="full").fit(examples.train)
    residual = ((components.inverse_transform(components.transform(x)) - x) ** 2).mean(1)
    distances, rows = NearestNeighbors(n_neighbors=5).fit(examples.train).kneighbors(x)
    for family, scores, y in (
        ("pca", residual, components.inverse_transform(components.transform(x))),
        ("knn", distances.mean(1), examples.train[rows].mean(1)),
    ):
        recorded = next(trial.recorded for trial in trials if trial.family == family)
        prefix = "anomaly.normal=0+1+2+3+4."
        report.line(f"{family}: {prefix}auroc", recorded[f"test.{prefix}auroc"], metrics.roc_auc_score(truth, scores), ROUNDING)
        report.line(f"{family}: {prefix}average_precision", recorded[f"test.{prefix}average_precision"], metrics.average_precision_score(truth, scores), ROUNDING)
        report.line(f"{family}: mse", recorded["test.mse"], ((y - x) ** 2).mean(), ROUNDING)


def code(report, trials, examples):
    """Compares what codes tell."""
    for trial in trials:
        train, test = trial.array("encode", "train"), trial.array("encode", "test")
        for prefix, k, most, rows in (("test.code.", 5, 10000, 2000), ("test.code.neighbours=12.train=1000.test=700.", 12, 1000, 700)):
            t, s = spread(len(train), most), spread(len(test), rows)
            got = {name[len(prefix) :]: value for name, value in trial.recorded.items() if name.startswith(prefix)}
            codes_of(report, f"{trial.case}: {prefix[5:]}", got, k, train[t], examples.train_labels[t], test[s], examples.test_labels[s], examples.test[s])
        if trial.case == "linear":
            components(report, trial, examples.train)


def codes_of(report, name, got, k, train, train_labels, test, labels, x):
    """Compares the metrics of some codes of training and test examples."""
    probe = make_pipeline(StandardScaler(), RidgeClassifier()).fit(train, train_labels)
    report.line(name + "linear_probe", got["linear_probe"], probe.score(test, labels), ROUNDING)
    report.line(name + "knn_probe", got["knn_probe"], KNeighborsClassifier(k).fit(train, train_labels).score(test, labels), ROUNDING)
    report.line(name + "trustworthiness", got["trustworthiness"], trustworthiness(x, test, n_neighbors=k), ROUNDING)
    share = np.linalg.eigvalsh(np.cov(test.T))
    share /= share.sum()
    report.line(name + "effective_rank", got["effective_rank"], np.exp(-(share * np.log(share)).sum()), 1e-5)
    matches, informations = [], []
    for seed in range(8):
        clusters = KMeans(10, n_init=10, random_state=seed).fit_predict(test)
        counts = metrics.cluster.contingency_matrix(labels, clusters)
        matches.append(counts[linear_sum_assignment(-counts)].sum() / len(labels))
        informations.append(metrics.normalized_mutual_info_score(labels, clusters))
    for metric, draws in (("kmeans_accuracy", matches), ("kmeans_nmi", informations)):
        report.line(name + metric, got[metric], np.median(draws), 0.03 + np.ptp(draws), ", within the range of 8 starts and 0.03")


def components(report, trial, x):
    """Compares the decoder of a linear net with the components of PCA."""
    w = trial.net().decoder[0][0]
    _, _, v = np.linalg.svd(x - x.mean(0), full_matrices=False)
    v = v[: len(w)]
    cosines = np.abs((w / np.linalg.norm(w, axis=1, keepdims=True)) @ v.T)
    q = np.linalg.qr(w.T)[0]
    distance = np.linalg.norm(q @ q.T - v.T @ v) / np.sqrt(2 * len(w))
    report.line("linear: code.pca_alignment", trial.recorded["test.code.pca_alignment"], cosines.max(1).mean(), 1e-5)
    report.line("linear: code.pca_distance", trial.recorded["test.code.pca_distance"], distance, 1e-5)


def pictures(report, trials, examples):
    """Compares errors of pictures, clean and damaged."""
    random, x = np.random.default_rng(1), examples.test
    for trial in trials:
        y = trial.reconstructions()
        report.line(f"{trial.case}: mse", trial.recorded["test.mse"], metrics.mean_squared_error(x, y), ROUNDING)
        report.line(f"{trial.case}: l1", trial.recorded["test.l1"], metrics.mean_absolute_error(x, y), ROUNDING)
        unexplained = ((y - x) ** 2).sum() / ((x - x.mean(0)) ** 2).sum()
        report.line(f"{trial.case}: fvu", trial.recorded["test.fvu"], unexplained, ROUNDING)
        report.line(f"{trial.case}: psnr", trial.recorded["test.psnr"], noise_ratio(y, x), 1e-5)
        report.line(f"{trial.case}: ssim", trial.recorded["test.ssim"], similarity(y, x), ROUNDING)
        for label in range(10):
            rows = examples.test_labels == label
            name = f"reconstruction.label={label}.mse"
            report.line(f"{trial.case}: {name}", trial.recorded["test." + name], ((y[rows] - x[rows]) ** 2).mean(), ROUNDING)
        damaged(report, trial, x, random)


def damaged(report, trial, x, random):
    """Compares errors under noise and masking, over draws of either."""
    net, found = trial.net(), {}
    for _ in range(6):
        noise = random.standard_normal(x.shape)
        seen = x + 0.2 * noise
        y = net.reconstruct(seen)
        masked = x * (random.random(x.shape) >= 0.3)
        for name, value in (
            ("denoising.sigma=0.2.mse", ((y - x) ** 2).mean()),
            ("denoising.sigma=0.2.psnr", noise_ratio(y, x)),
            ("denoising.sigma=0.2.psnr_gain", noise_ratio(y, x) - noise_ratio(seen, x)),
            ("denoising.sigma=0.2.ssim", similarity(y, x)),
            ("denoising.sigma=0.2.ssim_gain", similarity(y, x) - similarity(seen, x)),
            ("robustness.sigma=0.1.mse", ((net.reconstruct(x + 0.1 * noise) - x) ** 2).mean()),
            ("robustness.masking=0.3.mse", ((net.reconstruct(masked) - x) ** 2).mean()),
        ):
            found.setdefault(name, []).append(value)
    for name, draws in found.items():
        report.chance(f"{trial.case}: {name}", trial.recorded["test." + name], draws, 6)
    # 64 directions estimate each of 128 norms to some 5 %, and their mean to 0.5 %.
    norm = net.jacobian_norms(x[spread(len(x), 128)]).mean()
    report.line(f"{trial.case}: robustness.jacobian_norm", trial.recorded["test.robustness.jacobian_norm"], norm, 0.02 * norm, ", within 2 %")


def noise_ratio(y, x):
    return np.mean([peak_signal_noise_ratio(a, b, data_range=1) for a, b in zip(x, y)])


def similarity(y, x):
    options = {"data_range": 1, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return np.mean([structural_similarity(a.reshape(28, 28), b.reshape(28, 28), **options) for a, b in zip(x, y)])


def generation(report, trials, examples):
    """Compares likelihoods, and samples with examples."""
    for trial in trials:
        if trial.case == "variational":
            likelihoods(report, trial, examples.test[spread(len(examples.test), 500)])
        test, found = examples.test[spread(len(examples.test), 500)], {}
        nearest = np.median(cdist(test, examples.train).min(1))
        for seed in range(1, 7):
            drawn = trial.array("generate", "-n", "500", "--seed", str(seed)).reshape(-1, 784)
            apart = cdist(np.vstack([drawn, test]), np.vstack([drawn, test]), "sqeuclidean")
            for name, value in (
                ("squared_mmd", squared_discrepancy(apart, 500)),
                ("two_sample_accuracy", two_sample_accuracy(apart, 500)),
                ("memorising", np.median(cdist(drawn, examples.train).min(1)) / nearest),
            ):
                found.setdefault(name, []).append(value)
        for name, draws in found.items():
            report.chance(f"{trial.case}: generation.{name}", trial.recorded["test.generation." + name], draws)


def squared_discrepancy(apart, n):
    """The unbiased estimate of Gretton et al. 2012, with the median of all distances as width."""
    k = np.exp(-apart / np.median(apart[np.triu_indices(len(apart), 1)]))
    np.fill_diagonal(k, 0)
    m = len(apart) - n
    return k[:n, :n].sum() / (n * (n - 1)) + k[n:, n:].sum() / (m * (m - 1)) - 2 * k[:n, n:].mean()


def two_sample_accuracy(apart, n):
    """The leave-one-out accuracy of the nearest neighbour."""
    apart = apart + np.diag(np.full(len(apart), np.inf))
    of_first = np.arange(len(apart)) < n
    return (of_first[apart.argmin(1)] == of_first).mean()


def likelihoods(report, trial, x):
    """Compares the evidence lower bound and the importance-sampled likelihood."""
    net, random = trial.net(), np.random.default_rng(2)
    mean, log_variance = np.split(net.encode(x), 2, axis=1)
    divergence = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance)
    prefix = "generation.examples=500."
    for name, value in (("kl", divergence.sum(1).mean()), ("active_units", (mean.var(0) > 0.01).sum())):
        report.line(f"variational: {prefix}{name}", trial.recorded[f"test.{prefix}{name}"], value, 1e-4)
    found = {"reconstruction": [], "elbo": [], "log_likelihood": []}
    for _ in range(5):
        weights, losses = [], []
        for _ in range(200):
            noise = random.standard_normal(mean.shape)
            h = mean + np.exp(0.5 * log_variance) * noise
            logits = net.decode(h, logits=True)
            loss = (np.logaddexp(0, logits) - x * logits).sum(1)
            losses.append(loss)
            weights.append(-loss + 0.5 * (noise**2 + log_variance - h**2).sum(1))
        found["reconstruction"].append(np.mean(losses))
        found["elbo"].append(-np.mean(losses) - divergence.sum(1).mean())
        found["log_likelihood"].append((np.logaddexp.reduce(weights, axis=0) - np.log(200)).mean())
    for name, draws in found.items():
        report.chance(f"variational: {prefix}draws=200.{name}", trial.recorded[f"test.{prefix}draws=200.{name}"], draws, 8)


def factors(report):
    """Compares the mutual information gap of codes of shapes."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(folder, run(FACTORS, folder)[0])
        subprocess.run(["go", "run", "./bench", "factors", FACTORS, folder], check=True)
        truth, codes = np.load(f"{folder}/factors.npy"), trial.array("encode", "test")
        rows = spread(len(truth), 2000)
        truth, codes, gaps = truth[rows], codes[rows], []
        for factor in truth.T:
            told = sorted(metrics.mutual_info_score(cut(factor), cut(unit)) for unit in codes.T)
            _, counts = np.unique(cut(factor), return_counts=True)
            p = counts / counts.sum()
            gaps.append((told[-1] - told[-2]) / -(p * np.log(p)).sum())
        report.line("factors: code.mig", trial.recorded["test.code.mig"], np.mean(gaps), ROUNDING)


def cut(values, bins=20):
    """The values of a column by number, or the intervals that they lie in where there are more than bins."""
    distinct, numbers = np.unique(values, return_inverse=True)
    if len(distinct) <= bins:
        return numbers
    return np.digitize(values, np.linspace(values.min(), values.max(), bins + 1)[1:-1])


def main():
    checks = {"anomaly": anomaly, "baselines": baselines, "code": code, "pictures": pictures, "generation": generation}
    wanted = sys.argv[1:] or [*checks, "factors"]
    report = Report()
    print(f"  {'metric':<58} {'Hourglass':<12} {'elsewhere':<12} difference")
    with tempfile.TemporaryDirectory() as folder:
        if set(wanted) & set(checks):
            trials, examples = [Trial(folder, record) for record in run(SPEC, folder)], Examples()
            nets = [trial for trial in trials if trial.seed]
        for name in wanted:
            if name == "factors":
                factors(report)
            else:
                checks[name](report, trials if name == "baselines" else nets, examples)
    sys.exit(not report.good)


if __name__ == "__main__":
    main()
