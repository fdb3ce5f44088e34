import csv
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien_models.architectures import build  # noqa: E402 - after the check that torch is there
from mien_models.training.augmentation import AugmentationConfig  # noqa: E402
from mien_models.training.checkpoint import Verdict  # noqa: E402
from mien_models.training.companions import evenly  # noqa: E402
from mien_models.training.config import DataConfig, OptimiserConfig, TrainingConfig  # noqa: E402
from mien_models.training.device import choose_device, choose_precision  # noqa: E402
from mien_models.training.faces import FaceSet  # noqa: E402
from mien_models.training.history import epochs_since_best  # noqa: E402
from mien_models.training.loop import Trainer  # noqa: E402
from mien_models.training.losses import LABEL_SMOOTHING, affect_loss, concordance, expression_loss, fer2013_loss  # noqa: E402
from mien_models.training.progress import epoch_bar  # noqa: E402
from mien_models.training.schedule import Budget, WeightAverage, one_cycle  # noqa: E402

CONFIG = TrainingConfig(
    name="tiny",
    architecture="mien-net",
    data=DataConfig(fer="nowhere"),
    network={"stem_width": 8, "widths": [8], "strides": [2], "depths": [1]},
    optimiser=OptimiserConfig(batch_size=8, epochs=3, peak_rate=0.05),
    threads=1,
)
NO_AUGMENTATION = AugmentationConfig(
    rotation_deg=0, scale=0, shift=0, gamma=0, light=0, blur=0, noise=0, compression=0, erasing=0
)


def some_faces(count: int, seed: int) -> FaceSet:
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 8, count)
    pixels = generator.integers(0, 60, (count, 48, 48), dtype=np.uint8) + (20 * labels[:, None, None]).astype(
        np.uint8
    )
    affect = generator.uniform(-1, 1, (count, 2)).astype(np.float32)
    return FaceSet(pixels, np.eye(8, dtype=np.float32)[labels], affect, np.ones(count, np.float32))


def trainer(folder: Path, config: TrainingConfig = CONFIG) -> Trainer:
    return Trainer(config, some_faces(24, 1), [evenly(some_faces(6, 2), 2)], some_faces(16, 3), folder)


def test_a_head_for_fer2013_learns_its_labels_beside_the_votes(tmp_path: Path) -> None:
    """The label is another one than the votes say: each head answers its own question."""
    options = OptimiserConfig(kind="adamw", batch_size=3, epochs=6, peak_rate=1e-2, average_decay=0.8)
    network = {"side_px": 32, "blocks": 1, "dropout": 0.0, "fer2013_count": 7}
    config = replace(
        CONFIG, architecture="mobilenet", network=network, optimiser=options, augmentation=NO_AUGMENTATION
    )
    faces = some_faces(24, 1)
    label = faces.expression.argmax(1)
    pixels = np.full((24, 48, 48), 50, np.uint8)
    for face, bar in zip(pixels, label, strict=True):
        face[6 * bar : 6 * bar + 6] = 250
    fer2013 = np.eye(7, dtype=np.float32)[(label + 1) % 7]
    fer2013[:4] = 0.0
    faces = replace(faces, pixels=pixels, fer2013=fer2013)
    run = Trainer(config, faces, [evenly(some_faces(6, 2), 1)], faces, tmp_path)
    run.run()
    last = run.history[-1]
    assert last["held_out_agreement"] > 0.6
    assert last["held_out_fer2013"] > 0.6
    assert torch.load(tmp_path / "best.pt", weights_only=True)["fer2013_temperature"] != 1.0


def test_faces_without_a_label_of_fer2013_count_for_nothing() -> None:
    logits = torch.randn(3, 7)
    target = torch.zeros(3, 7)
    assert float(fer2013_loss(logits, target)) == 0.0
    target[0, 2] = 1.0
    of_one = torch.nn.functional.cross_entropy(logits[:1], torch.tensor([2]), label_smoothing=LABEL_SMOOTHING)
    assert torch.allclose(fer2013_loss(logits, target), of_one)


def test_a_resumed_run_ends_with_the_weights_of_an_unbroken_one(tmp_path: Path) -> None:
    trainer(tmp_path / "whole").run()
    trainer(tmp_path / "broken").run(stop_after_epochs=1)
    trainer(tmp_path / "broken").run(stop_after_epochs=1)
    trainer(tmp_path / "broken").run()
    whole, broken = (torch.load(tmp_path / name / "last.pt", weights_only=True) for name in ("whole", "broken"))
    assert whole["epoch"] == broken["epoch"] == 3
    for part in ("network", "average"):
        for key, value in whole[part].items():
            assert torch.equal(value, broken[part][key]), (part, key)


def test_the_release_checkpoint_rebuilds_its_network_and_says_all_that_the_manifest_needs(tmp_path: Path) -> None:
    trainer(tmp_path).run()
    state = torch.load(tmp_path / "best.pt", weights_only=True)
    network = build(state["architecture"], **state["config"])
    network.load_state_dict(state["model"])
    assert len(state["labels"]) == 8
    assert state["input"]["crop"]["align"] == "eyes"
    assert state["temperature"] > 0
    assert state["provenance"]["training"]["name"] == "tiny"
    with (tmp_path / "history.csv").open(newline="") as file:
        history = list(csv.DictReader(file))
    assert [entry["epoch"] for entry in history] == ["1", "2", "3"]
    assert {"train_loss", "held_out_loss", "train_agreement", "held_out_agreement"} <= set(history[0])
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_second_cycle_begins_with_the_weights_of_the_first(tmp_path: Path) -> None:
    trainer(tmp_path / "first").run()
    released = torch.load(tmp_path / "first" / "best.pt", weights_only=True)["model"]
    second = trainer(tmp_path / "second", replace(CONFIG, start_from=str(tmp_path / "first" / "best.pt")))
    for key, value in second.network.state_dict().items():
        assert torch.equal(value, released[key]), key


def test_a_finished_run_does_nothing_more(tmp_path: Path) -> None:
    trainer(tmp_path).run()
    before = (tmp_path / "last.pt").stat().st_mtime_ns
    trainer(tmp_path).run()
    assert (tmp_path / "last.pt").stat().st_mtime_ns == before


def test_an_epoch_has_the_same_batches_whenever_it_is_asked_for(tmp_path: Path) -> None:
    first, again = (list(trainer(tmp_path / name).batches(1)) for name in "ab")
    assert len(first) == 3
    for one, other in zip(first, again, strict=True):
        assert one.images.shape == (10, 1, 48, 48)  # 8 faces and 2 synthetic ones
        assert torch.equal(one.images, other.images)


def test_a_run_by_the_clock_ends_when_its_time_is_over(tmp_path: Path) -> None:
    config = replace(CONFIG, optimiser=replace(CONFIG.optimiser, minutes=1e-4))
    run = trainer(tmp_path, config)
    run.run()
    assert run.epoch == 1
    assert run.budget.progress == 1.0


def test_a_run_without_progress_loses_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = (Verdict(loss, 0.5, 0.0, 0.0, 1.0) for loss in (2.0, 1.0, 1.2, 1.1, 0.5))
    monkeypatch.setattr("mien_models.training.loop.judge", lambda *rest: next(verdicts))
    config = replace(CONFIG, optimiser=replace(CONFIG.optimiser, epochs=9, patience=2))
    run = trainer(tmp_path, config)
    run.run()
    assert [row["held_out_loss"] for row in run.history] == [2.0, 1.0, 1.2, 1.1]
    again = trainer(tmp_path, config)
    again.run()
    assert again.epoch == 4  # a resumed run has as little patience


def test_epochs_since_best_counts_from_the_least_loss() -> None:
    assert epochs_since_best([{"held_out_loss": loss} for loss in (3.0, 1.0, 2.0, 1.5)]) == 2
    assert epochs_since_best([]) == 0


@pytest.mark.parametrize("kind", ["sgd", "adamw"])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_every_optimiser_and_precision_learns(tmp_path: Path, kind: str, precision: str) -> None:
    options = replace(
        CONFIG.optimiser, kind=kind, precision=precision, epochs=8, peak_rate=0.02, average_decay=0.5
    )
    run = trainer(tmp_path, replace(CONFIG, optimiser=options, augmentation=NO_AUGMENTATION))
    run.run()
    losses = [row["train_loss"] for row in run.history]
    assert losses[-1] < losses[0]
    assert next(run.network.parameters()).dtype == torch.float32


@pytest.mark.parametrize(
    ("part", "message"),
    [({"kind": "adam"}, "unknown optimiser 'adam'"), ({"precision": "int8"}, "precision 'int8'")],
)
def test_an_unknown_choice_is_named(tmp_path: Path, part: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        trainer(tmp_path, replace(CONFIG, optimiser=replace(CONFIG.optimiser, **part)))


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
    with pytest.raises(ValueError, match="no graphics card"):
        choose_device("cuda")


def test_a_bar_is_drawn_on_terminals_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with epoch_bar(1, 2) as advance:
        advance(0.5)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with epoch_bar(3, 2) as advance:
        advance(0.5)
    assert "epoch 3" in capsys.readouterr().err


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
    average = WeightAverage(network, 0.9)
    for _ in range(5):
        average.update(network)
    assert torch.allclose(average.state["weight"], network.weight.detach())


def test_the_average_lags_behind_by_its_decay() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = WeightAverage(network, 0.5)
    average.updates = 1000
    torch.nn.init.ones_(network.weight)
    average.update(network)
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


def test_losses_vanish_for_perfect_answers_and_for_unknown_affect() -> None:
    target = torch.eye(8)
    assert float(expression_loss(100.0 * target, target)) == pytest.approx(0.0, abs=1e-4)
    point = torch.rand(8, 2)
    assert float(affect_loss(point, point, torch.ones(8))) == pytest.approx(0.0, abs=1e-4)
    assert float(affect_loss(point, -point, torch.zeros(8))) == 0.0
