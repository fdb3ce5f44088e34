"""What the user chose, kept from run to run."""

import os
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from mien.errors import SettingsError
from mien.places import settings_file

MAX_SETTINGS_BYTES = 1_000_000
MAX_RECENT_FILES = 10

Unit = Annotated[float, msgspec.Meta(ge=0, le=1)]
DetectorName = Literal["retinaface", "full-range", "short-range", "yunet"]
ProviderName = Literal["auto", "cpu", "cuda", "directml", "coreml", "openvino"]
FaceCover = Literal["none", "blur", "plate"]
VideoCodec = Literal["auto", "h264", "h265", "av1", "vp9"]
VideoHardware = Literal["", "any", "nvenc", "qsv", "amf", "vaapi", "videotoolbox", "mf"]
VideoQuality = Literal["small", "good", "best"]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All choices, with what a newcomer gets.

    Attributes:
        source: What to open first: "camera", "camera:NAME", a file.
        camera_size_wh: Asked of the camera, pixels.
        camera_fps: Asked of the camera.
        model: A network's name or file; empty for the default.
        compare: The name or file of a second network that reads the same faces; empty for none.
        detector: Which face detector.
        yunet_file: The user's YuNet file, for the detector "yunet".
        provider: The execution provider, or "auto".
        threads: Threads of the network; 0 lets Mien choose.
        every: Detect faces in every n-th frame and follow them between; 0 lets Mien choose.
        min_face_score: Below this a box is no face.
        min_confidence: Below this a label is withheld as uncertain.
        smoothing_s: Time constant of the smoothing; 0 is raw.
        mirror: Show a camera as a mirror does.
        cover: Whether faces are hidden in picture and recording.
        video_codec: Of recordings; "auto" is VP9 in .webm and H.264 elsewhere.
        video_hardware: Encode in hardware: a kind, "any" for the first that works; empty for software.
        video_quality: Of recordings.
        session_folder: Where recordings and snapshots go; empty for "Mien" in the user's folder of videos.
        record_clean: Keep a second video without overlay beside the recording.
        batch_kind: What Batch writes for each file: a session, or files beside each other.
        batch_folder: Where Batch writes; empty for beside each source.
        batch_video: Batch writes annotated videos.
        batch_readings: The form of the readings where Batch writes files.
        batch_jobs: How many files Batch reads at once; 0 lets Mien choose.
        lsl: Stream readings as a Lab Streaming Layer outlet.
        websocket_port: Send readings to programs of this machine by WebSocket; 0 is off.
        virtual_camera: Show the annotated picture as a camera: its device, or "any"; empty is off.
        relative: Show readings relative to a person's neutral face, where one was taken.
        countdown_s: Seconds to count down before a recording begins; 0 begins at once.
        timeline: What Live's last minute shows: bands of labels, or a curve for each expression.
        shows_seen: Show the face as it enters the network.
        theme: Of the window.
        consented: The page on privacy was read and agreed to.
        recent_files: Newest first.
        window: The window's own state, opaque to everybody else.
    """

    source: str = "camera"
    camera_size_wh: tuple[int, int] = (1280, 720)
    camera_fps: Annotated[float, msgspec.Meta(gt=0, le=240)] = 30.0
    model: str = ""
    compare: str = ""
    detector: DetectorName = "retinaface"
    yunet_file: str = ""
    provider: ProviderName = "auto"
    threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    every: Annotated[int, msgspec.Meta(ge=0, le=30)] = 0
    min_face_score: Unit = 0.5
    min_confidence: Unit = 0.4
    smoothing_s: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.3
    mirror: bool = True
    cover: FaceCover = "none"
    video_codec: VideoCodec = "auto"
    video_hardware: VideoHardware = ""
    video_quality: VideoQuality = "good"
    session_folder: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    record_clean: bool = False
    batch_kind: Literal["session", "files"] = "session"
    batch_folder: Annotated[str, msgspec.Meta(max_length=4096)] = ""
    batch_video: bool = False
    batch_readings: Literal[".csv", ".jsonl", ".parquet"] = ".csv"
    batch_jobs: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    lsl: bool = False
    websocket_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    virtual_camera: Annotated[str, msgspec.Meta(max_length=200)] = ""
    relative: bool = False
    countdown_s: Literal[0, 3, 5, 10] = 0
    timeline: Literal["bands", "curves"] = "bands"
    shows_seen: bool = False
    theme: Literal["dark", "light", "system"] = "dark"
    consented: bool = False
    recent_files: tuple[str, ...] = ()
    window: dict[str, str] = {}


def load_settings(path: Path | None = None) -> Settings:
    """Return the kept settings, or those of a newcomer where there are none.

    Raises:
        SettingsError: The file is there but unusable.
    """
    path = path or settings_file()
    try:
        if path.stat().st_size > MAX_SETTINGS_BYTES:
            raise SettingsError(f"{path}: too large for a settings file; move it away to start afresh")
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); mend its permissions") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}; mend it, or move it away to start afresh") from error


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Keep the settings; the file is replaced in one step.

    Raises:
        SettingsError: It cannot be written.
    """
    path = path or settings_file()
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2))
        os.replace(part, path)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written ({error.strerror}); mend its permissions") from error
