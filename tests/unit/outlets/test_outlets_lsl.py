"""Lab Streaming Layer over the loopback, with the real library where it is installed."""

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mien.core.emotion import EXPRESSIONS
from mien.core.frame import SourceInfo
from mien.errors import OutletError
from mien.outlets import IncomingMarker, IntegrationSettings, MarkerInbox, open_outlets
from mien.outlets.face_slots import KEEP_S, FaceSlots
from mien.outlets.lsl_library import clock_offset_s, has_own_settings, load_pylsl
from mien.outlets.lsl_markers import LslMarkers
from mien.outlets.lsl_sink import _PROGRAM_ID, SLOTS, LslSink, channels_of, sample_of
from mien.outlets.media_clock import MediaClock
from tests.patience import PATIENCE_S

OURS = f"starts-with(source_id, 'mien-{_PROGRAM_ID}')"
"""Streams of this process, whatever else runs on this machine."""


@pytest.fixture
def pylsl(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    pytest.importorskip("pylsl", exc_type=(ImportError, RuntimeError))
    monkeypatch.delenv("LSLAPICFG", raising=False)
    if has_own_settings():
        pytest.skip("this machine has settings of its own for LSL")
    return load_pylsl()


@pytest.fixture
def sink(pylsl: ModuleType, camera_info: SourceInfo) -> Iterator[LslSink]:
    sink = LslSink(pylsl, camera_info, EXPRESSIONS)
    yield sink
    sink.finish()
    sink.abort()


def inlet_of(pylsl: ModuleType, slot: int) -> Any:
    found = pylsl.resolve_bypred(f"name='Mien face {slot}' and {OURS}", timeout=PATIENCE_S)
    assert len(found) == 1, "the stream is not found on the loopback"
    inlet = pylsl.StreamInlet(found[0])
    inlet.open_stream(timeout=PATIENCE_S)
    return inlet


def test_readings_arrive_with_the_moment_of_capture(
    pylsl: ModuleType, sink: LslSink, make_result: Any, make_reading: Any
) -> None:
    first, second = inlet_of(pylsl, 1), inlet_of(pylsl, 2)
    captured_at_s = time.monotonic() - 0.25
    sink.write(make_result(0, 3.5, [make_reading(7, "fear")], captured_at_s), None)
    sample, stamp_s = first.pull_sample(timeout=PATIENCE_S)
    values = dict(zip([label for label, _, _ in channels_of(EXPRESSIONS)], sample, strict=True))
    assert (values["time_s"], values["face_id"], values["valence"]) == (3.5, 7.0, 0.5)
    assert values["p_fear"] == pytest.approx(0.65, abs=1e-6)
    assert values["usable"] == 1.0
    before_s, now_s, after_s = time.monotonic(), pylsl.local_clock(), time.monotonic()
    assert before_s - captured_at_s - 0.005 <= now_s - stamp_s <= after_s - captured_at_s + 0.005
    empty, _ = second.pull_sample(timeout=PATIENCE_S)
    assert empty[0] == 3.5
    assert np.isnan(empty[1:]).all()


def test_the_stream_describes_its_channels(pylsl: ModuleType, sink: LslSink) -> None:
    info = inlet_of(pylsl, 1).info(timeout=PATIENCE_S)
    assert (info.type(), info.nominal_srate(), info.channel_format()) == (
        "Expression",
        pylsl.IRREGULAR_RATE,
        pylsl.cf_double64,
    )
    channels = channels_of(EXPRESSIONS)
    assert info.get_channel_labels() == [label for label, _, _ in channels]
    assert info.get_channel_types() == [kind for _, kind, _ in channels]
    assert info.get_channel_units() == [unit for _, _, unit in channels]
    assert info.desc().child("acquisition").child_value("source") == "a camera"


def test_the_end_of_a_run_ends_its_streams(pylsl: ModuleType, camera_info: SourceInfo) -> None:
    sink = LslSink(pylsl, camera_info, EXPRESSIONS)
    assert len(pylsl.resolve_bypred(OURS, SLOTS, 10)) == SLOTS
    sink.finish()
    assert pylsl.resolve_bypred(OURS, 1, 0.5) == []


def test_markers_of_other_programs_come_in_at_their_time(
    pylsl: ModuleType,
    inbox: MarkerInbox,
    clock: MediaClock,
    arrived: list[IncomingMarker],
    make_result: Any,
) -> None:
    outlet = pylsl.StreamOutlet(pylsl.StreamInfo("Stimuli", "Markers", 1, 0.0, pylsl.cf_string, "a-test"))
    codes = pylsl.StreamOutlet(pylsl.StreamInfo("Codes", "Markers", 2, 0.0, pylsl.cf_int32, "another-test"))
    clock.begin(is_live=True)
    now_s = time.monotonic()
    clock.write(make_result(time_s=20.0, captured_at_s=now_s), None)
    markers = LslMarkers(pylsl, inbox)
    try:
        assert outlet.wait_for_consumers(10)
        assert codes.wait_for_consumers(10)
        outlet.push_sample(["Bild 7 ✓"], now_s + clock_offset_s(pylsl) - 2.0)
        codes.push_sample([3, 4], now_s + clock_offset_s(pylsl) - 1.0)
        deadline_s = time.monotonic() + PATIENCE_S
        while len(arrived) < 2 and time.monotonic() < deadline_s:
            time.sleep(0.01)
    finally:
        markers.close()
        markers.close()
    assert sorted((one.text, one.origin) for one in arrived) == [("3 4", "lsl"), ("Bild 7 ✓", "lsl")]
    times = {one.text: one.at_s for one in arrived}
    assert times["Bild 7 ✓"] == pytest.approx(18.0, abs=0.01)
    assert times["3 4"] == pytest.approx(19.0, abs=0.01)


def test_a_program_that_ends_and_starts_again_is_found_again(
    pylsl: ModuleType,
    inbox: MarkerInbox,
    clock: MediaClock,
    arrived: list[IncomingMarker],
    make_result: Any,
) -> None:
    clock.begin(is_live=True)
    clock.write(make_result(), None)
    markers = LslMarkers(pylsl, inbox)
    try:
        for text in ("first", "second"):
            outlet = pylsl.StreamOutlet(pylsl.StreamInfo("Stimuli", "Markers", 1, 0.0, pylsl.cf_string, "again"))
            assert outlet.wait_for_consumers(10)
            outlet.push_sample([text])
            deadline_s = time.monotonic() + PATIENCE_S
            while text not in [one.text for one in arrived] and time.monotonic() < deadline_s:
                time.sleep(0.01)
            del outlet
    finally:
        markers.close()
    assert [one.text for one in arrived] == ["first", "second"]


def test_a_face_keeps_its_place_and_leaves_it_after_a_while() -> None:
    places = FaceSlots(2)
    assert places.place([5, 9, 12], 0.0) == {5: 0, 9: 1}
    assert places.place([9, 12], 1.0) == {9: 1}
    assert places.place([5, 9, 12], KEEP_S) == {5: 0, 9: 1}
    assert places.place([9, 12], KEEP_S + 1.9) == {9: 1}
    assert places.place([9, 12], 2 * KEEP_S + 0.1) == {9: 1, 12: 0}
    assert places.place([5, 9, 12], 2 * KEEP_S + 0.2) == {9: 1, 12: 0}


def test_a_network_without_affect_gives_nan_and_foreign_labels_stay_empty(make_reading: Any) -> None:
    sample = sample_of(make_reading(2, affect=False), 1.0, ("happiness", "calm"))
    assert sample[:4] == [1.0, 2.0, 2.0, pytest.approx(0.65, abs=1e-6)]
    assert np.isnan(sample[4:7]).all()
    assert sample[7:] == [pytest.approx(0.65, abs=1e-6), 0.8, 1.0]


def test_without_pylsl_one_line_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(OutletError, match=r"pylsl is not installed; install it with `.*mien\[lsl\]'`"):
        open_outlets(IntegrationSettings(lsl=True))


def test_without_liblsl_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """pylsl raises a RuntimeError of several lines where it finds no library."""
    package = tmp_path / "pylsl"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('LSL binary library\\nwas not found')")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pylsl"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(OutletError, match=r"liblsl cannot be loaded .*; install") as caught:
        open_outlets(IntegrationSettings(lsl=True))
    assert "\n" not in str(caught.value)


def test_the_clocks_are_compared_by_the_quickest_reading() -> None:
    readings = iter([1000.0, 1000.0, 1000.0, 1000.0, 1000.0])
    before_s = time.monotonic()
    offset_s = clock_offset_s(SimpleNamespace(local_clock=lambda: next(readings)))  # type: ignore[arg-type]
    assert 1000.0 - time.monotonic() <= offset_s <= 1000.0 - before_s


OWN_SOCKETS = """
import os
from pathlib import Path
from mien.outlets.lsl_library import load_pylsl
pylsl = load_pylsl()
outlet = pylsl.StreamOutlet(pylsl.StreamInfo("x", "Expression", 1, 0.0, pylsl.cf_double64, "x"))
names = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
mine = {os.readlink(name) for name in names if os.path.islink(name)}
rows = [row.split() for name in ("udp", "udp6") for row in Path("/proc/net", name).read_text().splitlines()[1:]]
print(*(row[1] for row in rows if f"socket:[{row[9]}]" in mine))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_by_default_it_is_announced_on_the_loopback_alone(pylsl: ModuleType) -> None:
    """In a process of its own, since liblsl keeps its sockets. The port for data is open, as the docs say."""
    done = subprocess.run([sys.executable, "-c", OWN_SOCKETS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    port_of_discovery = ":40BB"
    assert [address for address in done.stdout.split() if address.endswith(port_of_discovery)] == [
        f"0100007F{port_of_discovery}"
    ]


def test_own_expressions_are_the_last_channels(make_reading: Any) -> None:
    names = [label for label, _, _ in channels_of(("neutral",), own=("squint", "glad"))]
    assert names[-2:] == ["x_squint", "x_glad"]
    reading = replace(make_reading(), own={"glad": 1.0})
    sample = sample_of(reading, 0.5, ("neutral",), own=("squint", "glad"))
    assert len(sample) == len(names)
    assert math.isnan(sample[-2])
    assert sample[-1] == 1.0
    assert len(sample_of(None, 0.5, ("neutral",), own=("squint", "glad"))) == len(names)
