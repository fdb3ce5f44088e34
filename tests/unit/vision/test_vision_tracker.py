import numpy as np
import pytest

from mien.core.face import FaceBox, FaceTrack
from mien.vision.tracker import Tracker, TrackerLimits


def box(x: float, y: float = 100, side: float = 100, score: float = 0.9) -> FaceBox:
    eyes = np.array([[x + 0.3 * side, y + 0.3 * side], [x + 0.7 * side, y + 0.3 * side]], dtype=np.float32)
    return FaceBox(x, y, x + side, y + side, score, eyes)


def update(tracker: Tracker, boxes: list[FaceBox], time_s: float, *, is_cut: bool = False) -> list[FaceTrack]:
    """A frame in which the whole picture was searched, and nobody looked closer."""
    tracker.begin(time_s, is_cut=is_cut)
    tracker.detect(boxes)
    tracker.check(None)
    return tracker.report()


def coast(tracker: Tracker, time_s: float) -> list[FaceTrack]:
    """A frame in which nobody looked."""
    tracker.begin(time_s)
    return tracker.report()


def ids(tracks: list[FaceTrack]) -> list[int]:
    return [track.track_id for track in tracks]


def centre_x(track: FaceTrack) -> float:
    return (track.box.x1 + track.box.x2) / 2


def test_faces_are_numbered_from_left_to_right_and_keep_their_numbers() -> None:
    tracker = Tracker()
    assert ids(update(tracker, [box(500), box(100), box(300)], 0.0)) == [1, 2, 3]
    tracks = update(tracker, [box(102), box(498), box(305)], 0.04)
    assert ids(tracks) == [1, 2, 3]
    assert [round(track.box.x1, -2) for track in tracks] == [100, 300, 500]
    assert [track.age_frames for track in tracks] == [1, 1, 1]
    assert not any(track.is_predicted for track in tracks)


def test_a_face_comes_back_after_a_short_gap_under_its_number() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    assert update(tracker, [], 0.3) == []
    assert ids(update(tracker, [box(120)], 0.6)) == [1]


def test_a_face_that_was_looked_for_in_vain_for_long_begins_a_new_track() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    for index in range(1, 15):
        update(tracker, [], index / 10)
    assert ids(update(tracker, [box(100)], 1.5)) == [2]


@pytest.mark.parametrize("pause_s", [1.5, 2.0, 3600.0])
def test_a_pause_of_the_source_is_no_absence(pause_s: float) -> None:
    tracker = Tracker()
    for index in range(5):
        assert ids(update(tracker, [box(100 + 5 * index)], index * pause_s)) == [1]


def test_a_cut_begins_new_tracks_at_the_same_place() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    assert ids(update(tracker, [box(100)], 0.04, is_cut=True)) == [2]


def look(tracker: Tracker, time_s: float, sights: dict[int, FaceBox]) -> tuple[list[FaceTrack], bool]:
    """A frame in which only the known faces were looked at; ``sights`` by the place of the target."""
    tracker.begin(time_s)
    is_lost = tracker.check([sights.get(index) for index in range(len(tracker.targets()))])
    return tracker.report(), is_lost


def test_closer_looks_carry_a_face_on_between_searches() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    for index in range(1, 30):
        tracks, is_lost = look(tracker, index / 30, {0: box(100 + 4 * index)})
        assert (ids(tracks), is_lost) == ([1], False)
    assert tracks[0].box.x1 == pytest.approx(100 + 4 * 29, abs=4)
    assert not tracks[0].is_predicted


def test_of_many_faces_half_are_looked_at_in_turn_and_all_are_reported() -> None:
    tracker, faces = Tracker(), [box(150.0 * number) for number in range(10)]
    looks, predicted = [0] * 10, 0
    for index in range(21):
        tracker.begin(index / 30)
        if index == 0:
            tracker.detect(faces)
        targets = tracker.targets()
        assert len(targets) == (10 if index == 0 else 5)
        assert not tracker.check(targets)
        for target in targets:
            looks[round(target.x1 / 150)] += 1
        tracks = tracker.report()
        assert ids(tracks) == list(range(1, 11))
        predicted += sum(track.is_predicted for track in tracks)
    assert looks == [11] * 10
    assert predicted == 20 * 5


def test_a_face_that_has_to_wait_moves_on_and_one_that_is_gone_is_said_on_its_turn() -> None:
    tracker = Tracker()
    for index in range(31):
        faces = [box(150.0 * number + 3 * index) for number in range(8 if index < 20 else 7)]
        tracker.begin(index / 30)
        if index == 0:
            tracker.detect(faces)
        targets = tracker.targets()
        near = [[face for face in faces if abs(face.x1 - target.x1) < 20] for target in targets]
        tracker.check([found[0] if found else None for found in near])
        tracks = tracker.report()
        if index >= 22:
            assert ids(tracks) == list(range(1, 8))
        for track in tracks if index > 3 else []:
            assert track.box.x1 == pytest.approx(150 * (track.track_id - 1) + 3 * index, abs=3)


def test_at_a_low_frame_rate_every_face_is_looked_at() -> None:
    tracker, faces = Tracker(), [box(150.0 * number) for number in range(10)]
    for index in range(4):
        tracker.begin(index / 8)
        tracker.detect(faces)
        assert len(tracker.targets()) == 10
        tracker.check(faces)


def test_a_lost_face_is_said_once_and_not_reported() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    assert look(tracker, 0.04, {}) == ([], True)
    assert look(tracker, 0.08, {}) == ([], False)
    assert ids(update(tracker, [box(120)], 0.12)) == [1]


def test_the_track_that_strays_to_another_face_is_let_go() -> None:
    """A face hides behind another: the closer look at its place sees the one in front."""
    tracker = Tracker()
    for index in range(10):
        update(tracker, [box(100 + 10 * index), box(300)], index / 30)
    tracks, is_lost = look(tracker, 10 / 30, {0: box(300), 1: box(300)})
    assert (ids(tracks), is_lost) == ([2], True)


def test_a_doubtful_new_face_is_not_reported() -> None:
    tracker = Tracker()
    for index in range(6):
        tracker.begin(index / 30)
        tracker.detect([box(100, score=0.65)])
        tracker.check([None] * len(tracker.targets()))
        assert tracker.report() == []


@pytest.mark.parametrize("rate_hz", [10, 30])
@pytest.mark.parametrize("hidden_s", [0.0, 0.3])
def test_crossing_faces_keep_their_numbers(rate_hz: int, hidden_s: float) -> None:
    """Two faces pass each other; the one behind is hidden for a while around the crossing."""
    tracker = Tracker()
    speed = 300.0
    for index in range(int(2.0 * rate_hz)):
        now_s = index / rate_hz
        boxes = [box(100 + speed * now_s)]
        if abs(now_s - 1.0) >= hidden_s:
            boxes.append(box(700 - speed * now_s, y=110))
        tracks = update(tracker, boxes, now_s)
    assert ids(tracks) == [1, 2]
    assert centre_x(tracks[0]) > centre_x(tracks[1])


def test_a_fast_face_is_followed() -> None:
    tracker = Tracker()
    for index in range(10):
        tracks = update(tracker, [box(100 + 60 * index)], index / 30)
        assert ids(tracks) == [1]


def test_another_face_elsewhere_gets_another_number() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    assert ids(update(tracker, [box(600)], 0.1)) == [2]


def test_a_face_of_another_size_is_another_face() -> None:
    tracker = Tracker()
    update(tracker, [box(100, side=100)], 0.0)
    assert ids(update(tracker, [box(130, y=130, side=40)], 0.04)) == [2]


def test_an_unsure_box_carries_a_face_on_but_begins_none() -> None:
    tracker = Tracker()
    assert update(tracker, [box(100, score=0.5)], 0.0) == []
    assert ids(update(tracker, [box(100, score=0.9)], 0.1)) == [1]
    assert ids(update(tracker, [box(104, score=0.4), box(400, score=0.5)], 0.2)) == [1]


def test_unsure_boxes_alone_do_not_keep_a_face_for_ever() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    seen = [bool(update(tracker, [box(100, score=0.4)], index / 10)) for index in range(1, 60)]
    assert seen[:19] == [True] * 19
    assert not any(seen[21:])


def test_an_unsure_box_must_lie_where_the_face_is() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    assert update(tracker, [box(165, score=0.5)], 0.04) == []


def test_a_face_with_a_low_score_is_reported_after_some_hits() -> None:
    tracker = Tracker()
    reports = [update(tracker, [box(100, score=0.65)], index / 30) for index in range(4)]
    assert [ids(tracks) for tracks in reports] == [[], [], [1], [1]]


def test_a_false_alarm_that_comes_and_goes_is_never_reported_and_takes_no_number() -> None:
    tracker = Tracker()
    for index in range(20):
        assert update(tracker, [box(100, score=0.65)] if index % 3 < 2 else [], index / 30) == []
    assert ids(update(tracker, [box(400)], 1.0)) == [1]


def test_prediction_moves_on_with_the_face() -> None:
    tracker = Tracker()
    for index in range(15):
        update(tracker, [box(100 + 300 * index / 30)], index / 30)
    (predicted,) = coast(tracker, 16 / 30)
    assert predicted.is_predicted
    assert predicted.track_id == 1
    assert predicted.box.x1 == pytest.approx(100 + 300 * 16 / 30, abs=3)
    assert predicted.box.landmarks is not None
    assert predicted.box.landmarks[0, 0] - predicted.box.x1 == pytest.approx(30, abs=0.5)
    assert predicted.age_frames == 15


def test_a_missed_face_is_not_predicted() -> None:
    tracker = Tracker()
    update(tracker, [box(100)], 0.0)
    update(tracker, [], 0.04)
    assert coast(tracker, 0.08) == []


def test_a_trembling_box_is_calmed() -> None:
    rng = np.random.default_rng(3)
    tracker = Tracker()
    raw, calmed = [], []
    for index in range(200):
        x = 100 + float(rng.normal(0, 0.7))
        raw.append(x)
        calmed.append(update(tracker, [box(x)], index / 30)[0].box.x1)
    assert np.std(np.diff(calmed)) < 0.6 * np.std(np.diff(raw))


def test_a_moving_box_lags_by_less_than_a_frame() -> None:
    for speed in (30.0, 300.0, 900.0):  # px/s, for a face of 100 px
        tracker = Tracker()
        for index in range(30):
            x = 100 + speed * index / 30
            (track,) = update(tracker, [box(x)], index / 30)
        assert x - track.box.x1 < speed / 30


def test_time_that_stands_still_breaks_nothing() -> None:
    tracker = Tracker()
    for _ in range(3):
        (track,) = update(tracker, [box(100)], 0.0)
    assert track.box.x1 == pytest.approx(100)


def test_limits_can_be_chosen() -> None:
    tracker = Tracker(TrackerLimits(max_gap_s=5.0))
    update(tracker, [box(100)], 0.0)
    assert ids(update(tracker, [box(100)], 4.0)) == [1]
