"""Training on several sets: priors, draws, the loss that keeps priors out of the logits, a run and its release."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.core.emotion import EXPRESSIONS  # noqa: E402
from mien.errors import AppError  # noqa: E402
from mien.inference.session import OnnxSession  # noqa: E402
from mien_export.own_facts import facts_of_own_checkpoint  # noqa: E402
from mien_models.catalog import ZOO  # noqa: E402
from mien_models.data import DataError, LabelledFaces, open_faces  # noqa: E402
from mien_models.data.aligned import FACE_PX, RIM_PX, STORED_PX  # noqa: E402
from mien_models.data.faces import Split, one_hot  # noqa: E402
from mien_models.data.packed import load_packed, pixels_of, save_packed  # noqa: E402
from mien_models.data.pictures import ArrayPictures  # noqa: E402
from mien_models.data.split_by_group import a_tenth  # noqa: E402
from mien_models.evaluation.network import JudgedNetwork  # noqa: E402
from mien_models.several.affect_error import measure_affect_error  # noqa: E402
from mien_models.several.certain import certain_from  # noqa: E402
from mien_models.several.config import SetConfig, SeveralConfig, load_config  # noqa: E402
from mien_models.several.feed import SeveralSets, mixed_in, mixing  # noqa: E402
from mien_models.several.losses import SeveralLoss  # noqa: E402
from mien_models.several.packing import held_out_mask, near_copies, pack  # noqa: E402
from mien_models.several.priors import PRIORS  # noqa: E402
from mien_models.several.refit import fit  # noqa: E402
from mien_models.several.release import release  # noqa: E402
from mien_models.several.run import first_weights, new_learner, train_several, trainer_of  # noqa: E402
from mien_models.several.sets import NEVER, draw_weights, log_prior, smoothed, training_set  # noqa: E402
from mien_models.several.teacher import teacher_says  # noqa: E402
from mien_models.training.augmentation import AugmentationConfig  # noqa: E402
from mien_models.training.chance import Chance  # noqa: E402
from mien_networks.registry import build  # noqa: E402
from tests.networks import manifest_of, write_network  # noqa: E402

CONFIGS = Path(__file__).parents[2] / "models/mien_models/several/configs"


def packed(counts: dict[str, int], *, rated: bool = False, seed: int = 0) -> LabelledFaces:
    """Return faces of noise: so many of each expression, one in four kept out."""
    chance = np.random.default_rng(seed)
    label = np.concatenate([np.full(count, EXPRESSIONS.index(name)) for name, count in counts.items()])
    total = len(label)
    return LabelledFaces(
        "noise",
        ArrayPictures(chance.integers(0, 255, (total, STORED_PX, STORED_PX), dtype=np.uint8)),
        label,
        np.full((total, 2), 0.25 if rated else np.nan, np.float32),
        np.where(np.arange(total) % 4 == 3, Split.VAL, Split.TRAIN).astype(np.int8),
    )


def config_of(folder: Path, **changes: object) -> SeveralConfig:
    save_packed(packed({"neutral": 60, "happiness": 20}), folder / "web.npz")
    save_packed(packed({"neutral": 20, "contempt": 20}, rated=True, seed=1), folder / "rated.npz")
    sets = {
        "web": SetConfig(str(folder / "web.npz"), 6, own_share=0.5, mixed=0.5),
        "rated": SetConfig(str(folder / "rated.npz"), 4, rated=1.0),
    }
    network = {"side_px": FACE_PX, "blocks": 2, "fer2013_count": 7}
    return replace(
        SeveralConfig("tiny", "mobilenet", sets, network, no_faces=2, minutes=0.02, micro_batch=5), **changes
    )


def test_rare_classes_are_drawn_more_often_but_not_as_often_as_common_ones() -> None:
    targets = np.eye(8, dtype=np.float32)[[0] * 90 + [5] * 10]
    drawn = draw_weights(targets)
    assert drawn[:90].sum() / drawn[90:].sum() == pytest.approx(3.0)


def test_a_set_s_prior_is_that_of_its_targets_as_drawn_and_unknown_classes_stay_out() -> None:
    targets = smoothed(np.eye(8, dtype=np.float32)[[0] * 90 + [5] * 10], 0.1)
    prior = log_prior(targets, np.ones(100, np.float32))
    assert np.exp(prior[[0, 5]]).tolist() == pytest.approx([0.86, 0.14], abs=1e-6)
    assert (prior[[1, 2, 3, 4, 6, 7]] == NEVER).all()


def test_logits_that_say_nothing_are_right_for_a_set_whose_faces_say_nothing(tmp_path: Path) -> None:
    """The loss's gradient vanishes at equal logits: a set's shares never enter them."""
    config = config_of(tmp_path, no_faces=0)
    part = training_set("web", replace(config.sets["web"], per_step=40))
    drawer = SeveralSets([part], np.zeros((8, 2), np.float32), 0, AugmentationConfig(), 0)
    logits = torch.zeros(1, 8, requires_grad=True)
    torch.set_num_threads(1)
    for number in range(60):
        step = drawer.batch(number)
        answers = (logits.expand(len(step), 8), torch.zeros(len(step), 2), torch.zeros(len(step), 7))
        (SeveralLoss(config)(answers, step, step) / 60).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert logits.grad.abs().max() < 0.02


def test_a_step_can_be_drawn_again_and_holds_all_sets(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    sets = [training_set(name, one) for name, one in config.sets.items()]
    first, again = (
        SeveralSets(sets, np.zeros((8, 2), np.float32), 2, AugmentationConfig(), 3).batch(7) for _ in "ab"
    )
    assert first.images.shape == (12, 1, FACE_PX, FACE_PX)
    assert torch.equal(first.images, again.images)
    assert int(first.rated.sum()) == 4
    assert int((first.expression == 1 / 8).all(1).sum()) == 2
    other = SeveralSets(sets, np.zeros((8, 2), np.float32), 2, AugmentationConfig(), 3).batch(8)
    assert not torch.equal(first.images, other.images)


def test_a_run_stops_by_the_clock_goes_on_and_becomes_a_network_with_priors(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    run = tmp_path / "run"
    train_several(config, run)
    steps = torch.load(run / "last.pt", weights_only=True)["step"]
    (run / "first.pt").write_bytes(sorted(run.glob("average-*.pt"))[0].read_bytes())
    longer = train_several(replace(config, minutes=0.04), run)
    assert longer.budget.steps_done > steps > 0
    assert longer.moments_passed == 3
    assert [row["epoch"] for row in longer.history] == [1, 2]
    header, *rows = (run / "history.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 2
    assert {"held_out_loss", "web_recall", "rated_valence", "train_loss"} <= set(header.split(","))
    said = release(sorted(run.glob("average-*.pt"))[-1], config, tmp_path / "best.pt")
    content = torch.load(tmp_path / "best.pt", weights_only=True)
    release(sorted(run.glob("average-*.pt"))[-1], config, tmp_path / "blend.pt", run / "first.pt", 0.75)
    blend = torch.load(tmp_path / "blend.pt", weights_only=True)["model"]["stem.weight"]
    before = torch.load(run / "first.pt", weights_only=True)["model"]["stem.weight"]
    assert torch.allclose(blend, 0.75 * content["model"]["stem.weight"] + 0.25 * before)
    facts = facts_of_own_checkpoint(content, "best.pt")
    assert facts.priors == PRIORS
    assert facts.temperature == said["temperature"]
    assert facts.size_wh == (FACE_PX, FACE_PX)


def test_normalisation_comes_for_a_run_and_is_gone_from_its_release(tmp_path: Path) -> None:
    config = config_of(tmp_path, minutes=0.01)
    train_several(config, tmp_path / "first")
    start = sorted((tmp_path / "first").glob("average-*.pt"))[-1]
    second = replace(config, start_from=str(start), network=config.network | {"normalised_from": 1})
    train_several(second, tmp_path / "second")
    average = sorted((tmp_path / "second").glob("average-*.pt"))[-1]
    release(average, second, tmp_path / "best.pt", start, 0.5)
    kept, released = (torch.load(path, weights_only=True) for path in (average, tmp_path / "best.pt"))
    assert any("_norm." in key for key in kept["model"])
    assert released["config"] == config.network
    assert released["model"].keys() == torch.load(start, weights_only=True)["model"].keys()
    stems = [torch.load(path, weights_only=True)["model"]["stem.weight"] for path in (average, start)]
    torch.testing.assert_close(released["model"]["stem.weight"], (stems[0] + stems[1]) / 2)


def test_a_run_that_began_with_the_trainer_of_several_sets_alone_goes_on(tmp_path: Path) -> None:
    """Its `last.pt` had no identity, no history and no scaler; its rows stood in `history.jsonl`."""
    config = config_of(tmp_path)
    run = tmp_path / "run"
    train_several(config, run)
    state = torch.load(run / "last.pt", weights_only=True)
    old = {
        key: state[key]
        for key in ("network", "average", "average_updates", "optimiser", "step", "seconds", "asked")
    }
    torch.save(old, run / "last.pt")
    (run / "history.jsonl").write_text('{"step": 3, "minutes": 0.02, "train_loss": 2.0}\n', encoding="utf-8")
    trainer = train_several(replace(config, minutes=0.03), run)
    assert trainer.budget.steps_done > state["step"]
    assert [row["epoch"] for row in trainer.history] == [1, 2]
    assert (run / "history.csv").read_text(encoding="utf-8").startswith("epoch,steps,minutes,train_loss,")


def test_other_faces_kept_out_are_another_run(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    trainer_of(config, tmp_path / "run")._save()
    save_packed(packed({"neutral": 60, "happiness": 20}, seed=9), tmp_path / "web.npz")
    with pytest.raises(DataError, match=r"holds another run .*held_out"):
        train_several(config, tmp_path / "run")


def test_a_packed_set_is_a_set_of_faces_like_any_other(tmp_path: Path) -> None:
    faces = replace(packed({"neutral": 6, "fear": 6}, rated=True), fer2013=one_hot(np.arange(12) % 8 - 1, 7))
    save_packed(faces, tmp_path / "a.npz")
    again = open_faces(tmp_path / "a.npz")
    assert (pixels_of(again) == pixels_of(faces)).all()
    assert (again.expression == faces.expression).all()
    assert (again.soft_targets() == faces.soft_targets()).all()
    assert (again.fer2013_targets() == faces.fer2013_targets()).all()
    with np.load(tmp_path / "a.npz") as archive:
        found = np.arange(12) != 5
        np.savez(tmp_path / "old.npz", **archive, found=found, picture=np.arange(12))
    assert load_packed(tmp_path / "old.npz").split[5] == Split.NONE
    assert len(open_faces(tmp_path / "old.npz")) == 11
    (tmp_path / "broken.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:-30])
    with pytest.raises(DataError, match=r"broken\.npz"):
        load_packed(tmp_path / "broken.npz")


def test_packing_cuts_the_training_part_once_for_each_way_and_keeps_one_group_in_ten_out(tmp_path: Path) -> None:
    picture = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (80, 80, 3), dtype=np.uint8), (0, 0), 2)
    lines = ["file,expression,film"]
    for number in range(20):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.roll(picture, 3 * number, axis=1))
        lines.append(f"{number}.png,happy,{number % 10}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    eyes = np.array([[27, 32], [53, 32]], np.float32)
    whole = pack(tmp_path, tmp_path / "out.npz", [], eyes, "film")
    assert (whole.split == Split.VAL).sum() == 2
    assert (whole.split == Split.TRAIN).sum() == 18
    assert (pixels_of(load_packed(tmp_path / "out.npz")) == pixels_of(whole)).all()


def test_identical_pictures_are_kept_out_together() -> None:
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 255, (30, 4, 4), dtype=np.uint8)[generator.integers(0, 30, 400)]
    mask = held_out_mask(pixels, 0.3, seed=1)
    flat = pixels.reshape(400, -1)
    for face in np.unique(flat, axis=0):
        assert len(set(mask[(flat == face).all(axis=1)].tolist())) == 1
    assert 0.1 < mask.mean() < 0.5


def test_an_older_teacher_is_asked_about_the_face_and_its_mirror_image(tmp_path: Path) -> None:
    logits = [0.0] * 8
    logits[3] = 50.0
    path = write_network(tmp_path / "sure.onnx", manifest_of(), logits=logits)
    said = teacher_says(path, packed({"neutral": 3}))
    assert said.shape == (3, 8)
    assert said[:, 3] == pytest.approx(1.0)


def test_a_run_may_begin_with_the_trunk_of_published_weights(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    first = new_learner(replace(config, seed=5))
    torch.save({"architecture": "mobilenet", "model": first.module.state_dict()}, tmp_path / "trunk.pt")
    begun = new_learner(replace(config, start_from_backbone=str(tmp_path / "trunk.pt")))
    assert torch.equal(begun.tensors()["stem.weight"], first.tensors()["stem.weight"])
    assert not torch.equal(begun.tensors()["expression.weight"], first.tensors()["expression.weight"])
    torch.save({"a": torch.zeros(1)}, tmp_path / "other.pt")
    with pytest.raises(DataError, match="cannot begin with these weights"):
        new_learner(replace(config, start_from_backbone=str(tmp_path / "other.pt")))


def test_a_run_does_not_begin_with_two_networks(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="leave start_from_backbone out"):
        trainer_of(config_of(tmp_path, start_from="a.pt", start_from_backbone="b.pt"), tmp_path / "run")


def test_priors_are_shares_of_all_expressions() -> None:
    for shares in PRIORS.values():
        assert len(shares) == len(EXPRESSIONS)
        assert sum(shares) == pytest.approx(1.0)


def test_a_refit_finds_the_temperature_and_the_shares_that_answers_hold() -> None:
    chance = np.random.default_rng(2)
    learned = np.array([0.4, 0.2, 0.1, 0.1, 0.08, 0.05, 0.05, 0.02])
    logits, targets = {}, {}
    for name in ("a", "b"):
        own = chance.dirichlet(np.full(8, 3.0))
        evidence = chance.normal(0.0, 2.0, (20_000, 8))
        shares = np.exp(evidence) * own
        shares /= shares.sum(axis=1, keepdims=True)
        truth = (shares.cumsum(axis=1) < chance.random((20_000, 1))).sum(axis=1).clip(0, 7)
        logits[name] = 0.5 * (evidence + np.log(learned))  # half as sure as it may be
        targets[name] = np.eye(8, dtype=np.float32)[truth]
    # The shares of what was drawn are not quite those of the evidence, so the fit is near, not equal.
    found = fit(logits, targets)
    assert found.temperature == pytest.approx(0.5, abs=0.05)
    assert np.abs(np.array(found.learned_prior) - learned).max() < 0.05


def test_packed_faces_of_another_size_are_refused_not_cut_wrongly(tmp_path: Path) -> None:
    faces = packed({"neutral": 2})
    small = ArrayPictures(np.zeros((2, STORED_PX - 20, STORED_PX - 20), np.uint8))
    save_packed(replace(faces, pictures=small), tmp_path / "old.npz")
    with pytest.raises(DataError, match="pack the set again"):
        load_packed(tmp_path / "old.npz")


def test_copies_between_both_parts_are_found_and_a_tenth_of_the_groups_is_kept_out() -> None:
    chance = np.random.default_rng(3)
    noise = [chance.integers(0, 255, (STORED_PX, STORED_PX), dtype=np.uint8) for _ in range(4)]
    pixels = np.stack([cv2.GaussianBlur(face, (0, 0), 5) for face in noise]).astype(np.uint8)
    faces = packed({"neutral": 4})
    pixels[3] = pixels[0]
    assert near_copies(replace(faces, pictures=ArrayPictures(pixels))).tolist() == [False, False, False, True]
    groups = np.array([str(number % 20) for number in range(200)])
    assert len(set(groups[a_tenth(groups)])) == 2


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")))
def test_committed_configs_can_be_read(path: Path) -> None:
    assert load_config(path).sets


def test_an_unknown_option_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('name = "a"\narchitecture = "mobilenet"\n[sets.x]\nfile = "x"\nper_step = 1\nspeed = 2\n')
    with pytest.raises(DataError, match="speed"):
        load_config(path)


@pytest.mark.parametrize(
    ("name", "size"), [("mien-m", {"side_px": 96, "blocks": 12}), ("mien-s", {"side_px": 64, "blocks": 10})]
)
def test_a_run_can_begin_with_a_shipped_network(name: str, size: dict[str, int]) -> None:
    network = build("mobilenet", **size, fer2013_count=7)
    network.load_state_dict(first_weights(ZOO / f"{name}.onnx", network))
    session = OnnxSession(ZOO / f"{name}.onnx", provider="cpu")
    side = session.manifest.input.size_wh[0]
    picture = np.random.default_rng(0).random((2, 1, side, side), dtype=np.float32)
    with torch.inference_mode():
        logits, affect, _ = network.eval()(torch.from_numpy(picture))
    for said, exported in zip((logits, affect), session.run(picture), strict=True):
        np.testing.assert_allclose(said.numpy(), exported, atol=1e-3)


def test_mixing_leaves_each_face_the_larger_part() -> None:
    others, share = mixing(1000, 0.5, Chance(0))
    assert sorted(others.tolist()) == list(range(1000))
    assert share.min() >= 0.5
    assert 0.4 < float((share < 1).float().mean()) < 0.6
    values = torch.tensor([[0.0], [1.0]])
    assert mixed_in(values, torch.tensor([1, 0]), torch.tensor([[0.75], [1.0]])).tolist() == [[0.25], [1.0]]


def labelled(count: int, right: float, sure: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits that name the first expression with a probability, and truth that agrees in a share of the faces."""
    logits = np.zeros((count, 8))
    logits[:, 0] = np.log(7 * sure / (1 - sure))
    truth = np.zeros((count, 8), np.float32)
    truth[: round(right * count), 0] = 1.0
    truth[round(right * count) :, 1] = 1.0
    return logits, truth


def test_labels_are_certain_from_where_they_keep_what_is_promised() -> None:
    sure, unsure, sloppy = labelled(100, 0.95, 0.9), labelled(100, 0.6, 0.5), labelled(100, 0.3, 0.4)
    logits, truth = (np.concatenate(parts) for parts in zip(sure, unsure, sloppy, strict=True))
    # 0.9 and 0.5 together are right in 77.5 of 100, with 0.4 in 61.7; 77 are wanted.
    assert certain_from({"ratedweb": logits}, {"ratedweb": truth}, 1.0) == pytest.approx(0.5)
    both = {"expw": logits, "rafdb": logits}, {"expw": truth, "rafdb": truth}
    assert certain_from(*both, 1.0) == pytest.approx(0.9)
    shares = np.full(8, 0.1)
    shares[0] = 0.3
    held = {"ratedweb": logits * 2.0 + 2.0 * np.log(shares)}
    assert certain_from(held, {"ratedweb": truth}, 2.0, shares.tolist()) == pytest.approx(0.5)
    with pytest.raises(AppError, match="train longer"):
        certain_from({"rafdb": sloppy[0]}, {"rafdb": sloppy[1]}, 1.0)


def test_the_error_of_valence_and_arousal_is_measured_on_rated_faces_kept_out_and_written(tmp_path: Path) -> None:
    rated, unrated, out = tmp_path / "rated.npz", tmp_path / "web.npz", tmp_path / "told.onnx"
    save_packed(packed({"neutral": 8, "contempt": 8}, rated=True), rated)
    save_packed(packed({"neutral": 8}), unrated)
    faces = load_packed(rated).of(Split.VAL)
    said = JudgedNetwork(ZOO / "mien-s.onnx").ask(pixels_of(faces)[:, RIM_PX:-RIM_PX, RIM_PX:-RIM_PX]).affect
    assert said is not None
    expected = np.sqrt(((said - 0.25) ** 2).mean(axis=0))
    assert measure_affect_error(ZOO / "mien-s.onnx", rated, out) == pytest.approx(tuple(expected), abs=1e-3)
    written = OnnxSession(out, provider="cpu").manifest.outputs.affect
    assert written is not None
    assert written.error == pytest.approx(tuple(expected), abs=1e-3)
    with pytest.raises(AppError, match="no rated face is kept out"):
        measure_affect_error(ZOO / "mien-s.onnx", unrated, out)


def test_networks_that_are_shipped_say_how_far_valence_and_arousal_may_be_off() -> None:
    for name in ("mien-m", "mien-s"):
        affect = OnnxSession(ZOO / f"{name}.onnx", provider="cpu").manifest.outputs.affect
        assert affect is not None
        assert affect.error is not None
