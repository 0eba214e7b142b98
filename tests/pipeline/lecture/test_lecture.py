"""The lecture's claims, on rows whose right answers come from elsewhere."""

import math

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from features.errors import BadInput
from pipeline.classifiers.losses import objective
from pipeline.lecture import gradient_check as check
from pipeline.lecture import initial_loss as guess
from pipeline.lecture import learning_rate as pace
from pipeline.lecture import minibatch_noise as resample
from pipeline.lecture import regularization as regularize
from pipeline.lecture import scale as rescale
from pipeline.lecture import score_moves as nudge
from pipeline.lecture.minimum import RowSpace
from pipeline.lecture.problem import Problem, margins, read, write

C, D = 4, 30
LAMBDAS = [0.0, 1e-4, 1e-2, 1.0, 1000.0]
TELLING = 10  # columns that tell the classes apart; the others are noise


def blobs(n: int, spread: float, seed: int = 0, d: int = D) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = np.zeros((C, d))
    centres[:, :TELLING] = np.random.default_rng(7).standard_normal((C, TELLING))
    y = rng.integers(C, size=n)
    return (centres[y] + spread * rng.standard_normal((n, d))).astype(np.float32), y


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Four overlapping clouds, float32 as they come from the disk."""
    return Problem("blobs", C, *blobs(300, 1.5), *blobs(200, 1.5, seed=1))


@pytest.fixture(scope="module")
def few() -> Problem:
    """More columns than rows: told apart without a mistake, and badly so."""
    return Problem("blobs", C, *blobs(40, 2, d=120), *blobs(300, 2, seed=1, d=120)).exact()


@pytest.fixture(scope="module")
def swept(few) -> list[tuple]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regularize, "LAMBDAS", LAMBDAS)
        return regularize.sweep(few)


def rows(records: list[tuple], *start) -> list[tuple]:
    return [record for record in records if record[: len(start)] == start]


def naive_svm(scores: np.ndarray, y: np.ndarray) -> float:
    return np.mean(
        [
            sum(max(0, s - row[c] + 1) for j, s in enumerate(row) if j != c)
            for row, c in zip(scores, y, strict=True)
        ]
    )


def test_rows_are_read_as_they_were_written(problem, tmp_path):
    write(tmp_path / "rows.npz", problem)
    again = read(tmp_path / "rows.npz")
    assert again[:2] == problem[:2]
    for ours, theirs in zip(problem[2:], again[2:], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_loss_at_the_start_is_that_of_guessing(problem):
    records = guess.measure(problem, np.random.default_rng(0))
    assert [record[:2] for record in rows(records, "svm")] == [("svm", 2), ("svm", 3), ("svm", 4)]
    for classifier, n_classes, n_images, loss, expected, difference in records:
        truth = {"svm": n_classes - 1, "softmax": math.log(n_classes)}[classifier]
        assert expected == pytest.approx(truth)
        assert loss == pytest.approx(truth, rel=1e-3)
        assert difference == pytest.approx(loss - truth, abs=1e-9)
        assert n_images == np.sum(problem.y < n_classes)


def test_scale_is_free_past_the_margin_and_lambda_picks_one(few):
    records = rescale.measure(few)
    l2s = sorted({record[0] for record in records})
    assert l2s[0] == 0
    for _, scale, n_images, loss, penalty, total, best in rows(records, 0.0):
        assert n_images == 40
        assert not best
        assert penalty == 0
        assert total == loss
        assert (abs(loss) < 1e-12) if scale >= 1 else (loss > 0)
    best_scales = []
    for l2 in l2s[1:]:
        (best,) = [record for record in rows(records, l2) if record[-1]]
        objectives = [record[5] for record in rows(records, l2)]
        assert best[5] == min(objectives) < min(objectives[0], objectives[-1])
        best_scales.append(best[1])
    assert 1.05 > best_scales[0] >= best_scales[1] > best_scales[2] > 0.1


def test_small_moves_leave_the_svm_loss_alone_and_never_that_of_softmax(few):
    records = nudge.measure(few)
    moves = rows(records, "move")
    assert len(moves) == 2 * len(nudge.MOVES)
    for _, classifier, move, n_images, _, smallest, _, largest in moves:
        assert n_images > 0
        if classifier == "svm":
            assert largest <= 1e-12
        else:
            assert 0 < smallest <= largest <= abs(move)  # its slope is between -1 and 0


def test_the_curves_against_the_margin_are_those_of_two_classes():
    """With two classes the losses are max(0, 1 - m) and log(1 + exp(-m))."""
    X = np.array([[-4.0], [-12.0], [4.0], [12.0]])
    y = np.array([0, 0, 1, 1])
    records = nudge.measure(Problem("two", 2, X, y, X, y))
    for _, classifier, m, n_images, loss, *_ in rows(records, "margin"):
        assert n_images == 4
        expected = max(0, 1 - m) if classifier == "svm" else math.log1p(math.exp(-m))
        assert loss == pytest.approx(expected, abs=1e-9)


def test_images_that_nothing_tells_apart_are_refused():
    X, y = np.zeros((4, 3)), np.array([0, 0, 1, 1])
    alike = Problem("alike", 2, X, y, X, y)
    for part, margin in ((nudge, "1.5"), (rescale, "0.5")):
        with pytest.raises(BadInput, match=f"alike: .* margin of {margin}; the lecture needs"):
            part.measure(alike)


def test_margins_by_hand():
    scores = np.array([(3.0, 1.0, 2.5), (0.0, 4.0, 5.0)])
    np.testing.assert_allclose(margins(scores, np.array([0, 1])), [0.5, -1])


def test_more_regularisation_is_shorter_and_fits_less(swept):
    assert [record[3] for record in rows(swept, "sweep", "svm")] == LAMBDAS
    for classifier in ("svm", "softmax"):
        found = rows(swept, "sweep", classifier)
        norm, loss = (np.array([record[column] for record in found]) for column in (8, 4))
        assert (np.diff(norm) <= 0.03 * norm[:-1]).all()
        assert (np.diff(loss) >= -1e-4).all()
        assert norm[-1] < 0.2 * norm[1]
        assert loss[-1] > 10 * max(loss[1], 0.01)


def test_few_images_and_many_features_are_overfitted_without_regularisation(swept):
    for classifier in ("svm", "softmax"):
        found = rows(swept, "sweep", classifier)
        assert found[0][5] == 1
        assert found[0][7] < 0.85
        assert min(record[6] for record in found) < 0.9 * found[0][6]


def test_of_two_w_with_equal_scores_l2_picks_the_spread_one(few):
    peaked, spread = regularize.equal_scores(few)
    assert (peaked[0], spread[0]) == ("peaked", "spread")
    assert peaked[4] == pytest.approx(spread[4], abs=1e-9)  # equal scores, equal loss
    assert spread[8] < 0.5 * peaked[8]
    assert spread[9] < peaked[9]


def test_the_share_of_the_largest_weights_by_hand():
    W = np.ones((10, 20))
    assert regularize.largest_share(W) == pytest.approx(2 / 200)
    W[3, 4] = 10
    assert regularize.largest_share(W) == pytest.approx(101 / 299)


def test_the_smoothed_hinge_has_the_slope_that_it_claims_and_lies_just_above_the_hinge(few):
    space, rng = RowSpace(few.X, few.y, C), np.random.default_rng(0)
    flat = rng.standard_normal(space.shape).ravel()
    total, slope = space.smoothed(flat, l2=0.1, width=0.3)
    numerical = approx_fprime(flat, lambda at: space.smoothed(at, l2=0.1, width=0.3)[0], 1e-7)
    np.testing.assert_allclose(slope, numerical, atol=1e-5)
    exact = space.value(flat, l2=0.1, loss="svm")[0]
    assert exact < total < exact + 0.3 * math.log(2) * (C - 1)


@pytest.mark.parametrize("loss", ["svm", "softmax"])
def test_no_small_step_in_any_direction_leads_below_the_minimum(few, loss):
    W, b, _ = RowSpace(few.X, few.y, C).minimize(loss, 0.1)
    lowest = objective(W, b, few.X, few.y, 0.1, loss)[0]
    rng = np.random.default_rng(0)
    for size in (1e-3, 1e-1):
        for _ in range(50):  # in all directions, not only in those of the rows
            moved = W + size * rng.standard_normal(W.shape), b + size * rng.standard_normal(C)
            assert objective(*moved, few.X, few.y, 0.1, loss)[0] > lowest


def test_the_minimum_is_that_of_another_optimiser(problem):
    exact = problem.exact()
    W = RowSpace(exact.X, exact.y, C).minimize("softmax", 0.1)[0]

    def value(flat):
        V = flat.reshape(D + 1, C)
        total, d_W, d_b = objective(V[:-1], V[-1], exact.X, exact.y, 0.1, "softmax")
        return total, np.vstack([d_W, d_b]).ravel()

    found = minimize(value, np.ones((D + 1) * C), jac=True, method="CG", options={"gtol": 1e-8})
    np.testing.assert_allclose(W, found.x.reshape(D + 1, C)[:-1], atol=1e-5)


def test_gradients_agree_with_differences(problem):
    records = check.measure(problem.first(check.IMAGES).exact(), np.random.default_rng(0))
    assert len(records) == 2 * len(check.LAMBDAS) * 12
    for classifier in ("svm", "softmax"):
        for l2 in check.LAMBDAS:
            found = rows(records, classifier, l2)
            (best,) = [record for record in found if record[-1]]
            assert best[5] == min(record[5] for record in found)
            assert best[6] <= 1e-7
            # Where only rounding is left, ten times smaller a step makes the error ten times.
            errors = {round(math.log10(record[2])): record[5] for record in found}
            assert 1e2 < errors[-10] / errors[-7] < 1e4
    # Where truncation rules, errors grow with the square of the step.
    softmax = {round(math.log10(row[2])): row[5] for row in rows(records, "softmax", 0.0)}
    assert softmax[-2] / softmax[-3] == pytest.approx(100, rel=0.1)


def test_kinks_are_counted_apart(problem):
    records = check.measure(problem.first(check.IMAGES).exact(), np.random.default_rng(0))
    assert not any(record[4] for record in rows(records, "softmax"))
    large, small = rows(records, "svm", 0.0)[0], rows(records, "svm", 0.0)[-1]
    assert large[2] == 0.1
    assert 0 < large[4] < large[3]
    assert large[7] > 1e-3
    assert large[6] < 1e-9  # between kinks the hinge is straight
    assert small[4] == 0


@pytest.mark.parametrize("step", check.STEPS)
def test_a_margin_at_the_kink_is_seen_for_every_step(step):
    one = Problem("one", 2, np.ones((1, 1)), np.zeros(1, int), np.ones((1, 1)), np.zeros(1, int))
    theta = np.array([[1.0, 0.0], [0.0, 0.0]])  # the wrong class is just 1 below
    slope, kink = check.Point(one, theta, "svm", 0).difference(0, step)
    assert kink
    assert slope == pytest.approx(-0.5, rel=1e-3)  # half of the slope on one side
    assert not check.Point(one, theta, "softmax", 0).difference(0, step)[1]
    assert not check.Point(one, theta * 2, "svm", 0).difference(0, step)[1]


@pytest.mark.parametrize("wrong", ["values", "regularisation"])
def test_a_wrong_gradient_is_seen(problem, monkeypatch, wrong):
    def flawed(W, b, X, y, l2, loss):
        total, d_W, d_b = objective(W, b, X, y, l2, loss)
        return total, d_W * 1.0001 if wrong == "values" else d_W - l2 * W, d_b

    monkeypatch.setattr(check, "objective", flawed)
    records = check.measure(problem.first(check.IMAGES).exact(), np.random.default_rng(0))
    errors = [record[6] for record in rows(records, "softmax", check.LAMBDAS[1])]
    assert min(errors) > 5e-5


def test_small_middling_and_huge_learning_rates_are_named(problem):
    records = pace.measure(problem, "softmax", np.random.default_rng(0))
    names = {record[1]: record[2] for record in records}
    assert list(names) == pace.RATES
    assert names[1e-6].endswith("slow")
    assert names[10.0].endswith("explodes")
    assert "right" in names.values()
    curves = np.array([record[4] for record in records]).reshape(len(pace.RATES), -1)
    np.testing.assert_allclose(curves[:, 0], math.log(C), rtol=1e-6)
    assert (np.diff([record[3] for record in records[: curves.shape[1]]]) > 0).all()


def test_minibatch_noise_falls_with_the_root_of_the_size(problem):
    records = resample.measure(problem, np.random.default_rng(0))
    for classifier in ("svm", "softmax"):
        assert resample.slope(records, classifier) == pytest.approx(-0.5, abs=0.03)
        for _, size, _, noise, expected in rows(records, classifier):
            assert noise == pytest.approx(expected, rel=0.2)
            assert expected * math.sqrt(size) == pytest.approx(rows(records, classifier)[0][4])


def test_the_noise_of_single_images_is_that_of_a_naive_loop(problem, monkeypatch):
    monkeypatch.setattr(resample, "DRAWS", 1)
    monkeypatch.setattr(resample, "SIZES", [1])
    rng = np.random.default_rng(0)
    W = resample.STD * np.random.default_rng(0).standard_normal((D, C))
    gradients = []
    for i in range(len(problem.y)):
        one = slice(i, i + 1)
        _, d_W, d_b = objective(W, np.zeros(C), problem.X[one], problem.y[one], 0, "softmax")
        gradients.append(np.append(d_W, d_b))
    full = np.mean(gradients, axis=0)
    spread = np.sqrt(np.mean(np.sum((np.array(gradients) - full) ** 2, axis=1)))
    ((*_, expected),) = rows(resample.measure(problem, rng), "softmax")
    assert expected == pytest.approx(spread / np.linalg.norm(full), rel=1e-4)
