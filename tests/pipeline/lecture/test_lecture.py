"""The lecture's claims, on rows whose right answers come from elsewhere."""

import math

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from support.problems import C, D, overlapping, wide
from support.texts import file_of

from features.errors import BadInput
from pipeline.classifiers.losses import objective
from pipeline.classifiers.two_layer import backpropagate
from pipeline.lecture import (
    differentiable,
    gradient_check,
    initial_loss,
    minibatch_noise,
    regularization,
    scale,
    score_moves,
)
from pipeline.lecture.differentiable import Linear
from pipeline.lecture.minimum import RowSpace
from pipeline.lecture.problem import Problem, margins, read, write

LAMBDAS = [0.0, 1e-4, 1e-2, 1.0, 1000.0]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return overlapping()


@pytest.fixture(scope="module")
def few() -> Problem:
    return wide()


@pytest.fixture(scope="module")
def swept(few) -> list[tuple]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(regularization, "LAMBDAS", LAMBDAS)
        return regularization.sweep(few)


def rows(records: list[tuple], *start) -> list[tuple]:
    return [record for record in records if record[: len(start)] == start]


def test_rows_are_read_as_they_were_written(problem, tmp_path):
    write(tmp_path / "rows.npz", problem)
    again = read(tmp_path / "rows.npz")
    assert again[:3] == problem[:3]
    for ours, theirs in zip(problem[3:], again[3:], strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("part", [initial_loss, gradient_check, minibatch_noise])
def test_the_seed_of_the_rows_decides_what_is_drawn(part, tmp_path, monkeypatch):
    monkeypatch.setattr(minibatch_noise, "DRAWS", 2)
    name, tables = part.__name__.rpartition(".")[2], []
    for seed in (0, 0, 1):
        write(tmp_path / "rows.npz", overlapping(seed))
        written = [tmp_path / f"{name}.{kind}" for kind in ("csv", "svg", "txt")]
        getattr(part, name)(tmp_path / "rows.npz", file_of(), *written)
        tables.append(written[0].read_text())
        assert written[2].read_text().endswith(".\n")
    assert tables[0] == tables[1] != tables[2]


def test_the_loss_at_the_start_is_that_of_guessing(problem):
    records = initial_loss.measure(problem, np.random.default_rng(0))
    assert [record[:2] for record in rows(records, "svm")] == [("svm", 2), ("svm", 3), ("svm", 4)]
    for classifier, n_classes, n_images, loss, expected, difference in records:
        truth = {"svm": n_classes - 1, "softmax": math.log(n_classes)}[classifier]
        assert expected == pytest.approx(truth)
        assert loss == pytest.approx(truth, rel=1e-3)
        assert difference == pytest.approx(loss - truth, abs=1e-9)
        assert n_images == np.sum(problem.y < n_classes)


def test_scale_is_free_past_the_margin_and_lambda_picks_one(few):
    records = scale.measure(few)
    l2s = sorted({record[0] for record in records})
    assert l2s[0] == 0
    for _, size, n_images, loss, penalty, total, best in rows(records, 0.0):
        assert n_images == 40
        assert not best
        assert penalty == 0
        assert total == loss
        assert (abs(loss) < 1e-12) if size >= 1 else (loss > 0)
    best_scales = []
    for l2 in l2s[1:]:
        (best,) = [record for record in rows(records, l2) if record[-1]]
        objectives = [record[5] for record in rows(records, l2)]
        assert best[5] == min(objectives) < min(objectives[0], objectives[-1])
        best_scales.append(best[1])
    assert 1.05 > best_scales[0] >= best_scales[1] > best_scales[2] > 0.1


def test_small_moves_leave_the_svm_loss_alone_and_never_that_of_softmax(few):
    records = score_moves.measure(few)
    moves = rows(records, "move")
    assert len(moves) == 2 * len(score_moves.MOVES)
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
    records = score_moves.measure(Problem("two", 0, 2, X, y, X, y))
    for _, classifier, m, n_images, loss, *_ in rows(records, "margin"):
        assert n_images == 4
        expected = max(0, 1 - m) if classifier == "svm" else math.log1p(math.exp(-m))
        assert loss == pytest.approx(expected, abs=1e-9)


def test_images_that_nothing_tells_apart_are_refused():
    X, y = np.zeros((4, 3)), np.array([0, 0, 1, 1])
    alike = Problem("alike", 0, 2, X, y, X, y)
    for part, margin in ((score_moves, "1.5"), (scale, "0.5")):
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
    peaked, spread = regularization.equal_scores(few)
    assert (peaked[0], spread[0]) == ("peaked", "spread")
    assert peaked[4] == pytest.approx(spread[4], abs=1e-9)  # equal scores, equal loss
    assert spread[8] < 0.5 * peaked[8]
    assert spread[9] < peaked[9]


def test_the_share_of_the_largest_weights_by_hand():
    W = np.ones((10, 20))
    assert regularization.largest_share(W) == pytest.approx(2 / 200)
    W[3, 4] = 10
    assert regularization.largest_share(W) == pytest.approx(101 / 299)


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


def checked(problem: Problem) -> list[tuple]:
    few = problem.first(gradient_check.IMAGES).exact()
    return gradient_check.measure(few, np.random.default_rng(0))


def test_gradients_agree_with_differences(problem):
    records = checked(problem)
    assert len(records) == 3 * len(gradient_check.LAMBDAS) * 12
    for classifier in ("svm", "softmax", "two_layer"):
        for l2 in gradient_check.LAMBDAS:
            found = rows(records, classifier, l2)
            (best,) = [record for record in found if record[-1]]
            assert best[5] == min(record[5] for record in found)
            # Some of a network's weights hardly matter, and rounding is a larger share of little.
            assert best[6] <= (1e-5 if classifier == "two_layer" else 1e-7)
            assert best[5] <= 1e-8
            # Where only rounding is left, ten times smaller a step makes the error ten times.
            errors = {round(math.log10(record[2])): record[5] for record in found}
            assert 1e2 < errors[-10] / errors[-7] < 1e4
    # Where truncation rules, errors grow with the square of the step.
    softmax = {round(math.log10(row[2])): row[5] for row in rows(records, "softmax", 0.0)}
    assert softmax[-2] / softmax[-3] == pytest.approx(100, rel=0.1)


def test_kinks_are_counted_apart(problem):
    records = checked(problem)
    assert not any(record[4] for record in rows(records, "softmax"))
    large, small = rows(records, "svm", 0.0)[0], rows(records, "svm", 0.0)[-1]
    assert large[2] == 0.1
    assert 0 < large[4] < large[3]
    assert large[7] > 1e-3
    assert large[6] < 1e-9  # between kinks the hinge is straight
    assert small[4] == 0


@pytest.mark.parametrize("step", gradient_check.STEPS)
def test_a_margin_at_the_kink_is_seen_for_every_step(step):
    image = np.ones((1, 1)), np.zeros(1, int)
    one = Problem("one", 0, 2, *image, *image)
    theta = np.array([1.0, 0.0, 0.0, 0.0])  # the wrong class is just 1 below
    slope, kink = gradient_check.difference(Linear(one, "svm", 0), theta, 0, step)
    assert kink
    assert slope == pytest.approx(-0.5, rel=1e-3)  # half of the slope on one side
    assert not gradient_check.difference(Linear(one, "softmax", 0), theta, 0, step)[1]
    assert not gradient_check.difference(Linear(one, "svm", 0), theta * 2, 0, step)[1]


@pytest.mark.parametrize("wrong", ["values", "regularisation"])
def test_a_wrong_gradient_is_seen(problem, monkeypatch, wrong):
    def flawed(W, b, X, y, l2, loss):
        total, d_W, d_b = objective(W, b, X, y, l2, loss)
        return total, d_W * 1.0001 if wrong == "values" else d_W - l2 * W, d_b

    monkeypatch.setattr(differentiable, "objective", flawed)
    records = checked(problem)
    errors = [record[6] for record in rows(records, "softmax", gradient_check.LAMBDAS[1])]
    assert min(errors) > 5e-5


def test_a_wrong_gradient_of_the_network_is_seen(problem, monkeypatch):
    def flawed(weights, X, y, loss):
        found, scores, slopes = backpropagate(weights, X, y, loss)
        return found, scores, slopes | {"W1": slopes["W1"] * 1.0001}

    monkeypatch.setattr(differentiable.two_layer, "backpropagate", flawed)
    errors = [record[6] for record in rows(checked(problem), "two_layer", 0.0)]
    assert min(errors) > 5e-5


def test_minibatch_noise_falls_with_the_root_of_the_size(problem):
    records = minibatch_noise.measure(problem, np.random.default_rng(0))
    for classifier in ("svm", "softmax"):
        assert minibatch_noise.slope(records, classifier) == pytest.approx(-0.5, abs=0.03)
        for _, size, _, noise, expected in rows(records, classifier):
            assert noise == pytest.approx(expected, rel=0.2)
            assert expected * math.sqrt(size) == pytest.approx(rows(records, classifier)[0][4])


def test_the_noise_of_single_images_is_that_of_a_naive_loop(problem, monkeypatch):
    monkeypatch.setattr(minibatch_noise, "DRAWS", 1)
    monkeypatch.setattr(minibatch_noise, "SIZES", [1])
    rng = np.random.default_rng(0)
    W = minibatch_noise.STD * np.random.default_rng(0).standard_normal((D, C))
    gradients = []
    for i in range(len(problem.y)):
        one = slice(i, i + 1)
        _, d_W, d_b = objective(W, np.zeros(C), problem.X[one], problem.y[one], 0, "softmax")
        gradients.append(np.append(d_W, d_b))
    full = np.mean(gradients, axis=0)
    spread = np.sqrt(np.mean(np.sum((np.array(gradients) - full) ** 2, axis=1)))
    ((*_, expected),) = rows(minibatch_noise.measure(problem, rng), "softmax")
    assert expected == pytest.approx(spread / np.linalg.norm(full), rel=1e-4)
