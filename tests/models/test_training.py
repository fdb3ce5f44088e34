"""The one loop, with a network and faces that are made up: what it promises to every kind of run."""

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402 - after the check that torch is there

from mien.inference.manifest import InputSpec  # noqa: E402
from mien_models.data import DataError  # noqa: E402
from mien_models.data.aligned import INPUT  # noqa: E402
from mien_models.training import trainer as loop  # noqa: E402
from mien_models.training.batch import Batch  # noqa: E402
from mien_models.training.course import Course  # noqa: E402
from mien_models.training.device import choose_device, choose_precision  # noqa: E402
from mien_models.training.history import Row, epochs_since_best, write_history  # noqa: E402
from mien_models.training.learner import Order  # noqa: E402
from mien_models.training.losses import OneSetLoss, affect_loss, concordance, cross_entropy, smoothed  # noqa: E402
from mien_models.training.profile import profile  # noqa: E402
from mien_models.training.progress import epoch_bar  # noqa: E402
from mien_models.training.schedule import Budget, WeightAverage, one_cycle  # noqa: E402
from mien_models.training.trainer import Parts, Trainer  # noqa: E402

LABELS = ("neutral", "happiness", "sadness")
COURSE = Course(epochs=3, rate=0.05, threads=1, precision="float32")


class Made:
    """A network of one layer, with dropout and affect."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.module = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.BatchNorm1d(9), nn.Linear(9, 5))
        self.order = Order("made-up", LABELS, affect=True)

    @property
    def input_spec(self) -> InputSpec:
        return INPUT

    @property
    def device(self) -> torch.device:
        return torch.device("cpu")

    def parameters(self) -> list[nn.Parameter]:
        return list(self.module.parameters())

    def answer(self, images: Tensor, training: bool) -> tuple[Tensor, ...]:
        self.module.train(training)
        said = self.module(images)
        return said[:, :3], torch.tanh(said[:, 3:])

    def tensors(self) -> Mapping[str, Tensor]:
        state: Mapping[str, Tensor] = self.module.state_dict()
        return state

    def release(self, folder: Path, record: Mapping[str, Any]) -> Path:
        return folder


class Faces:
    """Six steps a pass; the brightest pixel tells the label."""

    steps_a_pass = 6

    def __init__(self, size: int = 8, seed: int = 0) -> None:
        self.size, self.seed = size, seed
        self.asked: list[int] = []

    def batch(self, step: int) -> Batch:
        self.asked.append(step)
        generator = torch.Generator().manual_seed(1000 * self.seed + step)
        label = torch.randint(3, (self.size,), generator=generator)
        images = 0.2 * torch.rand(self.size, 1, 3, 3, generator=generator)
        images.view(self.size, 9)[torch.arange(self.size), label] += 1.0
        target = torch.eye(3)[label]
        return Batch(
            images,
            target,
            torch.zeros_like(target),
            torch.zeros(self.size, 7),
            torch.zeros(self.size, 7),
            0.5 * target[:, :2],
            torch.ones(self.size),
            torch.ones(self.size, dtype=torch.bool),
        )


def trainer(folder: Path, course: Course = COURSE, **changes: Any) -> Trainer:
    learner = changes.pop("learner", None) or Made()

    def judge() -> Row:
        batch = Faces(seed=9).batch(0)
        with torch.no_grad():
            logits, _ = learner.answer(batch.images, training=False)
        return {"held_out_loss": float(cross_entropy(logits, batch.expression).mean())}

    given: dict[str, Any] = {
        "feed": Faces(),
        "objective": OneSetLoss(None),
        "judge": judge,
        "keep": lambda row, is_best: None,
        "identity": {"split": "80/10/10"},
    }
    return Trainer(Parts(learner=learner, **(given | changes)), course, folder)


def weights(run: Trainer) -> Tensor:
    return torch.cat([value.flatten().float() for value in run.learner.tensors().values()])


@pytest.mark.parametrize("course", [COURSE, replace(COURSE, average_decay=0.9, optimiser="sgd", micro_batch=3)])
def test_a_run_that_was_killed_ends_as_an_unbroken_one(tmp_path: Path, course: Course) -> None:
    whole = trainer(tmp_path / "whole", course)
    whole.run()
    for _ in range(2):
        trainer(tmp_path / "broken", course).run(stop_after_epochs=1)
    broken = trainer(tmp_path / "broken", course)
    broken.run()
    assert torch.equal(weights(whole), weights(broken))
    timed = ("minutes", "images_a_second", "share_of_peak")
    assert broken.history == [
        row | {key: mine[key] for key in timed} for row, mine in zip(whole.history, broken.history, strict=True)
    ]
    if whole.average and broken.average:
        for key, value in whole.average.state.items():
            assert torch.equal(value, broken.average.state[key]), key


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_stopped_in_its_first_epoch_goes_on_at_the_same_step(tmp_path: Path, number: int) -> None:
    class Stopping(Faces):
        def batch(self, step: int) -> Batch:
            if step == 3 and not self.asked.count(3):
                os.kill(os.getpid(), number)
            return super().batch(step)

    before = signal.getsignal(number)
    with pytest.raises(DataError, match="stopped, and saved; the same command goes on"):
        trainer(tmp_path / "broken", feed=Stopping()).run()
    assert signal.getsignal(number) is before
    feed = Faces()
    broken = trainer(tmp_path / "broken", feed=feed)
    broken.run()
    assert feed.asked == list(range(4, 18))
    whole = trainer(tmp_path / "whole")
    whole.run()
    assert torch.equal(weights(whole), weights(broken))
    assert broken.history[0]["train_loss"] == whole.history[0]["train_loss"]


def test_a_run_is_saved_within_an_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what is killed without a word loses minutes, not an epoch."""
    monkeypatch.setattr(loop, "SAVE_EVERY_S", -1.0)

    class Failing(Faces):
        def batch(self, step: int) -> Batch:
            if step == 3:
                raise MemoryError
            return super().batch(step)

    with pytest.raises(MemoryError):
        trainer(tmp_path, feed=Failing()).run()
    feed = Faces()
    trainer(tmp_path, feed=feed).run()
    assert feed.asked[0] == 3


def test_another_run_in_the_folder_is_not_gone_on_with(tmp_path: Path) -> None:
    trainer(tmp_path).run(stop_after_epochs=1)
    with pytest.raises(DataError, match=r"another run \(split 80/10/10, not 70/20/10\); give another folder"):
        trainer(tmp_path, identity={"split": "70/20/10"}).run()
    torch.save({"config": {}, "epoch": 3}, tmp_path / "last.pt")
    with pytest.raises(DataError, match="of an older version"):
        trainer(tmp_path).run()
    (tmp_path / "last.pt").write_bytes(b"spam")
    with pytest.raises(DataError, match=r"last\.pt: no checkpoint"):
        trainer(tmp_path).run()


def test_a_finished_run_does_nothing_more(tmp_path: Path) -> None:
    trainer(tmp_path).run()
    before = (tmp_path / "last.pt").stat().st_mtime_ns
    trainer(tmp_path).run()
    assert (tmp_path / "last.pt").stat().st_mtime_ns == before


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_every_optimiser_and_precision_learns(tmp_path: Path, optimiser: Any, precision: str) -> None:
    run = trainer(tmp_path, replace(COURSE, epochs=6, optimiser=optimiser, precision=precision))
    run.run()
    assert run.history[-1]["train_loss"] < run.history[0]["train_loss"]
    assert run.scaler.is_enabled() == (precision == "float16")
    assert run.learner.parameters()[0].dtype == torch.float32


def test_gradients_too_small_for_float16_still_move_the_weights(tmp_path: Path) -> None:
    """Unscaled, what is below 6e-8 is 0 in float16, and so is the step."""

    def faint(answers: Sequence[Tensor], part: Batch, whole: Batch) -> Tensor:
        return 1e-7 * cross_entropy(answers[0], part.expression).sum() / len(whole)

    course = replace(COURSE, precision="float16", weight_decay=0.0)
    moved, still = (
        trainer(tmp_path / "a", course, objective=faint),
        trainer(tmp_path / "b", course, objective=faint),
    )
    still.scaler = torch.amp.GradScaler("cpu", enabled=False)
    for run in (moved, still):
        run.run(stop_after_epochs=1)
    first = Made().module[3].weight
    changes = [(run.learner.tensors()["3.weight"] - first).abs().max() for run in (moved, still)]
    assert changes[0] > 1e-3
    assert changes[1] == 0.0


def test_parts_of_a_step_add_up_to_the_step(tmp_path: Path) -> None:
    """Without normalisation over the batch and without concordance, which is one number for all faces."""

    class Plain(Made):
        def __init__(self) -> None:
            super().__init__()
            self.module = nn.Sequential(nn.Flatten(), nn.Linear(9, 5))

    loss = OneSetLoss(torch.tensor([1.0, 2.0, 0.5]), label_smoothing=0.1, affect_share=0.0)
    runs = [
        trainer(tmp_path / str(size), replace(COURSE, micro_batch=size), learner=Plain(), objective=loss)
        for size in (0, 3)
    ]
    for run in runs:
        run.run()
    torch.testing.assert_close(weights(runs[0]), weights(runs[1]), atol=1e-5, rtol=1e-4)


def test_the_average_is_what_is_judged_and_kept_and_the_network_s_own_weights_come_back(tmp_path: Path) -> None:
    kept = []
    learner = Made()

    def keep(row: Row, is_best: bool) -> None:
        kept.append(learner.tensors()["3.weight"].clone())

    run = trainer(tmp_path, replace(COURSE, average_decay=0.9), learner=learner, keep=keep)
    run.run(stop_after_epochs=1)
    assert run.average is not None
    assert torch.equal(kept[0], run.average.state["3.weight"])
    assert not torch.equal(kept[0], learner.tensors()["3.weight"])


def test_moments_of_a_run_are_passed_once_and_the_last_again_where_it_goes_on(tmp_path: Path) -> None:
    passed: list[int] = []
    run = trainer(tmp_path, moments=(0.4, 0.9), at_moment=lambda: passed.append(run.budget.steps_done))
    run.run(stop_after_epochs=2)
    assert passed == [8]
    run = trainer(tmp_path, moments=(0.4, 0.9), at_moment=lambda: passed.append(run.budget.steps_done))
    run.run()
    assert passed == [8, 12, 17]


def test_a_run_by_the_clock_ends_when_its_time_is_over_and_shows_what_is_left(tmp_path: Path) -> None:
    run = trainer(tmp_path, replace(COURSE, minutes=1e-6))
    assert run.budget.seconds_left == pytest.approx(6e-5)
    run.run()
    assert len(run.history) == 1
    assert run.budget.progress == 1.0
    assert run.budget.seconds_left == 0.0


def test_faces_without_end_need_a_length(tmp_path: Path) -> None:
    feed = Faces()
    feed.steps_a_pass = 0
    with pytest.raises(DataError, match="needs a length"):
        trainer(tmp_path, feed=feed)
    run = trainer(tmp_path, replace(COURSE, steps=5, steps_an_epoch=2), feed=feed)
    run.run()
    assert [row["steps"] for row in run.history] == [2, 4, 5]


def test_a_run_without_progress_loses_patience(tmp_path: Path) -> None:
    losses = iter([2.0, 1.0, 1.2, 1.1, 0.5])
    course, kept = replace(COURSE, epochs=9, patience=2), []

    def judge() -> Row:
        return {"held_out_loss": next(losses)}

    run = trainer(tmp_path, course, judge=judge, keep=lambda row, is_best: kept.append(is_best))
    run.run()
    assert [row["held_out_loss"] for row in run.history] == [2.0, 1.0, 1.2, 1.1]
    assert kept == [True, True, False, False]
    again = trainer(tmp_path, course, judge=judge)
    again.run()
    assert len(again.history) == 4  # a resumed run has as little patience


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    def lost(answers: Sequence[Tensor], part: Batch, whole: Batch) -> Tensor:
        return answers[0].sum() * float("nan")

    with pytest.raises(DataError, match="try a lower rate"):
        trainer(tmp_path, objective=lost).run()


def test_a_full_disk_is_said_in_one_line(tmp_path: Path, small_disk: Path) -> None:
    class Large(Made):
        def __init__(self) -> None:
            super().__init__()
            self.module = nn.Sequential(nn.Flatten(), nn.Linear(9, 100_000), nn.Linear(100_000, 5))

    with pytest.raises(DataError, match=r"last\.pt: cannot be written .*make room"):
        trainer(small_disk, learner=Large()).run()
    assert not list(small_disk.glob("*.part"))


def test_epochs_since_best_counts_from_the_least_loss() -> None:
    assert epochs_since_best([{"held_out_loss": loss} for loss in (3.0, 1.0, 2.0, 1.5)]) == 2
    assert epochs_since_best([{"accuracy": 1.0}, {"held_out_loss": 1.0}]) == 0
    assert epochs_since_best([]) == 0


def test_rows_of_two_kinds_stand_in_one_table(tmp_path: Path) -> None:
    write_history([{"epoch": 1, "a": 2}, {"epoch": 2, "b": 3, "train_loss": 0.5}], tmp_path)
    assert (tmp_path / "history.csv").read_text() == "epoch,a,b,train_loss\n1,2,,\n2,,3,0.5\n"
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "message"), [("int8", "precision 'int8': known are"), ("float15", "precision 'float15'")]
)
def test_an_unknown_precision_is_named(name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        choose_precision(name, torch.device("cpu"))


def test_precision_is_halved_on_graphics_cards_only(monkeypatch: pytest.MonkeyPatch) -> None:
    cuda = torch.device("cuda")
    assert choose_precision("auto", torch.device("cpu")) == torch.float32
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    assert choose_precision("auto", cuda) == torch.bfloat16
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    assert choose_precision("auto", cuda) == torch.float16


def test_a_missing_graphics_card_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == torch.device("cpu")
    with pytest.raises(DataError, match="no graphics card"):
        choose_device("cuda")


def test_a_bar_is_drawn_on_terminals_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def loss() -> float:
        raise AssertionError("asked for, though nobody sees it")

    with epoch_bar(1, 2) as show:
        show(loss, 60.0)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with epoch_bar(3, 2) as show:
        show(lambda: 0.5, 90.0)
    said = capsys.readouterr().err
    assert "epoch 3" in said
    assert "1.5 minutes left" in said


def test_one_cycle_rises_to_its_peak_and_falls_to_almost_nothing() -> None:
    rates = [one_cycle(step / 100, 0.1, 0.2) for step in range(101)]
    assert max(rates) == pytest.approx(0.1)
    assert rates.index(max(rates)) == 20
    assert rates[0] < 0.005
    assert rates[-1] == pytest.approx(0.0001)
    assert all(later <= earlier for earlier, later in pairwise(rates[20:]))


def test_a_budget_counts_steps_or_seconds() -> None:
    assert Budget(10, steps_done=5).progress == 0.5
    assert Budget(10, seconds=60.0, steps_done=9, seconds_done=15.0).progress == 0.25


def test_the_average_of_a_constant_network_is_that_network() -> None:
    network = torch.nn.Linear(2, 2)
    average = WeightAverage(network.state_dict(), 0.9)
    for _ in range(5):
        average.update(network.state_dict())
    assert torch.allclose(average.state["weight"], network.weight.detach())


def test_the_average_lags_behind_by_its_decay() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = WeightAverage(network.state_dict(), 0.5)
    average.updates = 1000
    torch.nn.init.ones_(network.weight)
    average.update(network.state_dict())
    assert float(average.state["weight"]) == pytest.approx(0.5)


def test_concordance_of_torch_and_numpy_agree_and_weights_count() -> None:
    from mien_models.evaluation.affect import affect_figures

    generator = torch.Generator().manual_seed(0)
    predicted = torch.rand(50, 2, generator=generator)
    truth = predicted * 0.5 + 0.2 * torch.rand(50, 2, generator=generator)
    weight = torch.cat([torch.ones(40), torch.zeros(10)])
    ours = concordance(predicted, truth, weight)
    for column in range(2):
        expected = affect_figures(predicted[:40, column].numpy(), truth[:40, column].numpy()).ccc
        assert float(ours[column]) == pytest.approx(expected, abs=1e-4)


def test_labels_are_smoothed_over_all_and_unknown_ones_stay_unknown() -> None:
    assert smoothed(torch.tensor([[0.0, 1.0], [0.0, 0.0]]), 0.1).tolist() == [
        [pytest.approx(0.05), pytest.approx(0.95)],
        [0.0, 0.0],
    ]


def test_losses_vanish_for_perfect_answers_and_for_unknown_affect() -> None:
    target = torch.eye(8)
    assert float(cross_entropy(100.0 * target, target).mean()) == pytest.approx(0.0, abs=1e-4)
    point = torch.rand(8, 2)
    assert float(affect_loss(point, point, torch.ones(8))) == pytest.approx(0.0, abs=1e-4)
    assert float(affect_loss(point, -point, torch.zeros(8))) == 0.0


def test_a_profile_says_where_the_time_of_a_step_goes_and_saves_nothing(tmp_path: Path) -> None:
    run = trainer(tmp_path)
    said = profile(run, 3)
    assert set(said.seconds) == {"faces", "network", "loss", "weights"}
    assert said.faces == 24
    assert 0 < said.network_share < 1
    assert said.gflops_a_face == pytest.approx(2 * 9 * 5 / 1e9)
    assert said.peak_share == pytest.approx(3 * 90 * 24 / sum(said.seconds.values()) / (1e9 * said.peak_gflops))
    assert not (tmp_path / "last.pt").exists()


def test_a_run_by_the_wall_counts_judging(tmp_path: Path) -> None:
    def judge() -> Row:
        time.sleep(0.3)
        return {"held_out_loss": 1.0}

    run = trainer(tmp_path, Course(minutes=0.005, by_wall=True, steps_an_epoch=2, threads=1), judge=judge)
    run.run()
    assert len(run.history) == 1
    assert run.budget.seconds_done >= 0.3
