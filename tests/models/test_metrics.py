import numpy as np
import pytest

from mien_models.evaluation.affect import affect_figures, class_means, compare_affect
from mien_models.evaluation.calibration import fit_temperature, reliability, softmax
from mien_models.evaluation.metrics import class_figures


def test_class_figures_on_a_known_answer() -> None:
    truth = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 1, 0])
    figures = class_figures(truth, predicted, ("a", "b", "c"))
    assert figures.confusion.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert figures.accuracy == pytest.approx(4 / 6)
    assert figures.recall == pytest.approx([2 / 3, 1.0, 0.0])
    assert figures.f1 == pytest.approx([2 / 3, 0.8, 0.0])
    assert figures.macro_f1 == pytest.approx((2 / 3 + 0.8 + 0.0) / 3)


def test_a_class_without_faces_counts_in_no_mean() -> None:
    figures = class_figures(np.array([0, 1]), np.array([0, 1]), ("a", "b", "never"))
    assert np.isnan(figures.recall[2])
    assert figures.macro_f1 == pytest.approx(1.0)


def test_concordance_against_a_value_computed_by_hand() -> None:
    # means 2.5 and 3, population variances 1.25 and 2, covariance 1.5: 2 * 1.5 / (1.25 + 2 + 0.25)
    figures = affect_figures(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 3.0, 3.0, 5.0]))
    assert figures.ccc == pytest.approx(3.0 / 3.5)
    assert figures.pearson == pytest.approx(1.5 / np.sqrt(2.5))
    assert figures.rmse == pytest.approx(np.sqrt(0.5))


def test_concordance_falls_with_a_shift_that_correlation_does_not_see() -> None:
    truth = np.linspace(-0.5, 0.5, 11)
    figures = affect_figures(truth + 0.4, truth)
    assert figures.pearson == pytest.approx(1.0)
    assert figures.ccc == pytest.approx(2 * truth.var() / (2 * truth.var() + 0.16))


def test_a_constant_answer_has_no_concordance() -> None:
    figures = affect_figures(np.full(5, 0.3), np.linspace(-1, 1, 5))
    assert (figures.ccc, figures.pearson) == (0.0, 0.0)


def test_sign_agreement_leaves_true_zeros_out() -> None:
    figures = affect_figures(np.array([0.1, -0.2, 0.3, 0.9]), np.array([0.5, 0.5, 0.0, 0.2]))
    assert figures.sagr == pytest.approx(2 / 3)


def test_class_means_baseline_is_perfect_when_affect_is_the_class() -> None:
    means = class_means(np.array([[0.5, 0.1], [0.7, 0.3], [-0.4, 0.2]]), np.array([0, 0, 1]), 3)
    assert means[0] == pytest.approx([0.6, 0.2])
    assert means[2] == pytest.approx([0.8 / 3, 0.2])  # a class without faces takes the overall mean
    classes = np.array([0, 1, 0])
    result = compare_affect(np.zeros((3, 2)), means[classes], classes, np.array([0, 0, 0]), means)
    assert result["valence"].mean_of_true_class.ccc == pytest.approx(1.0)
    assert result["valence"].mean_of_predicted_class.ccc == 0.0
    assert result["valence"].network.rmse > 0.4


def test_calibration_error_of_a_known_gap() -> None:
    probabilities = np.array([[0.9, 0.1]] * 10)
    truth = np.array([0] * 6 + [1] * 4)
    result = reliability(probabilities, truth)
    assert result.error == pytest.approx(0.3)
    assert result.count.sum() == 10


def test_temperature_undoes_an_overconfident_scale() -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(4000, 5))
    target = softmax(logits)
    assert fit_temperature(logits * 3.0, target) == pytest.approx(3.0, rel=1e-3)
    assert fit_temperature(logits * 0.5, target) == pytest.approx(0.5, rel=1e-3)


def test_softmax_of_huge_logits_stays_finite() -> None:
    assert softmax(np.array([[1e4, 0.0]])) == pytest.approx(np.array([[1.0, 0.0]]))
