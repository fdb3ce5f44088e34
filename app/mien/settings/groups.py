"""Everything the user can choose, in groups, with the defaults of a new installation."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from mien.settings.events import EventSettings

MAX_RECENT_FILES = 10

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
TextPercent = Literal[0, 80, 90, 100, 110, 125, 150, 175, 200]
KeyText = Annotated[str, msgspec.Meta(max_length=60)]
Path = Annotated[str, msgspec.Meta(max_length=4096)]
ProfileName = Annotated[str, msgspec.Meta(pattern=r"^\w[\w .-]*$", max_length=40)]
PriorName = Literal["everyday", "balanced"]
DetectorName = Literal["retinaface", "full-range", "short-range", "yunet", "added"]
ProviderName = Literal["auto", "cpu", "cuda", "directml", "coreml", "openvino"]
FaceCover = Literal["none", "blur", "plate"]
VideoCodec = Literal["auto", "h264", "h265", "av1", "vp9"]
VideoHardware = Literal["", "any", "nvenc", "qsv", "amf", "vaapi", "videotoolbox", "mf"]
VideoQuality = Literal["small", "good", "best"]


class CameraSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which camera, and what is asked of it.

    Attributes:
        source: What Live opens first: "camera", "camera:NAME", or a file.
        size_wh: Asked of the camera, pixels.
        fps: Asked of the camera.
        mirror: Show a camera as a mirror does.
        rotate_deg: How far its pictures are turned clockwise, for one that hangs on its head or its side.
    """

    source: Path = "camera"
    size_wh: tuple[int, int] = (1280, 720)
    fps: Annotated[float, msgspec.Meta(gt=0, le=240)] = 30.0
    mirror: bool = True
    rotate_deg: Literal[0, 90, 180, 270] = 0


class ReadingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the face detector and the network see: each of these changes raw readings, and nothing else does.

    Attributes:
        model: A network's name or file; empty for the default.
        compare: The name or file of a second network that reads the same faces; empty for none.
        detector: Which face detector.
        yunet_file: The user's YuNet file, for the detector "yunet".
        added_detector: The name of a detector of another package, for the detector "added".
        every: Detect faces in every n-th frame and follow them between; 0 for automatic.
        faces_are_crops: Every picture is one face and is filled by it.
        min_face_score: Detections that score less are no faces.
        recognise_people: Give a person who comes back the same number, by a description of the face in memory.
        face_details: Look closely at each face: head pose, eyes, action units.
    """

    model: Path = ""
    compare: Path = ""
    detector: DetectorName = "retinaface"
    yunet_file: Path = ""
    added_detector: Annotated[str, msgspec.Meta(max_length=200)] = ""
    every: Annotated[int, msgspec.Meta(ge=0, le=30)] = 0
    faces_are_crops: bool = False
    min_face_score: Share = 0.5
    recognise_people: bool = True
    face_details: bool = False


class ShownSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is made of raw readings before they are shown; no video is read again for it.

    Attributes:
        smoothing_s: Time constant of the smoothing; 0 is raw.
        min_confidence: Below this probability a label is withheld as uncertain; "auto" leaves it to the network,
            which says from where on its labels are right three times in four on faces that are hard to read.
        relative: Show readings relative to a person's baseline, where one was set.
        prior: Which expressions the network is to expect: "everyday", mostly neutral and happy, as of people in
            front of a camera; "balanced", all alike, as in posed or emotional material.
        auto_neutral: Of face details, show changes since the first seconds that read neutral, where no baseline
            was taken.
    """

    smoothing_s: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.3
    min_confidence: Share | Literal["auto"] = "auto"
    relative: bool = False
    prior: PriorName = "everyday"
    auto_neutral: bool = False


class OwnSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the user wants to know of a face beside all that Mien says.

    Attributes:
        expressions: One each, such as "squint = au06 + au07 > 0.6 for 0.3 s"; see ``mien.core.own_expressions``.
        text: What stands in the editor of the settings: a line for each, remarks, and lines that cannot be read.
    """

    expressions: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=600)], ...], msgspec.Meta(max_length=50)
    ] = ()
    text: Annotated[str, msgspec.Meta(max_length=40_000)] = ""


class OwnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """How faces are read and shown, all of it, kept under a name; ``mien.settings.profiles`` has those of Mien.

    Attributes:
        name: What the user calls it.
        about: For what it is, in a sentence; may be empty.
        reading: As it was when the profile was kept.
        shown: The same.
        own: The same.
    """

    name: ProfileName
    about: Annotated[str, msgspec.Meta(max_length=200)] = ""
    reading: ReadingSettings = ReadingSettings()
    shown: ShownSettings = ShownSettings()
    own: OwnSettings = OwnSettings()


class ProfileSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Profiles of the user's.

    Attributes:
        kept: In the order in which they were made.
    """

    kept: Annotated[tuple[OwnProfile, ...], msgspec.Meta(max_length=100)] = ()


class ComputeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the networks run on.

    Attributes:
        provider: The execution provider, or "auto".
        threads: Threads of the network; 0 for automatic.
    """

    provider: ProviderName = "auto"
    threads: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0


class VideoSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Recordings and annotated videos.

    Attributes:
        cover: Whether faces are hidden in picture and recording.
        codec: "auto" is VP9 in .webm and H.264 elsewhere.
        hardware: Encode in hardware: a kind, "any" for the first that works; empty for software.
        quality: How good.
        session_folder: Where recordings and snapshots go; empty for "Mien" in the user's folder of videos.
        record_overlay: Record a second video with the overlay burnt in.
        countdown_s: Seconds to count down before a recording begins; 0 begins at once.
        keep_thumbnails: A session, or what Review keeps, holds a small picture of the scene and of each face.
    """

    cover: FaceCover = "none"
    codec: VideoCodec = "auto"
    hardware: VideoHardware = ""
    quality: VideoQuality = "good"
    session_folder: Path = ""
    record_overlay: bool = False
    countdown_s: Literal[0, 3, 5, 10] = 0
    keep_thumbnails: bool = True


class OverlaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn over pictures, in the window and in videos with overlay.

    Attributes:
        box: The outline round a face.
        label: The tag with number, label and per cent.
        bars: The probabilities of all labels, where there is room.
        gauges: Valence and arousal.
        mesh: The lines of a face's mesh and the axes of its head, where its details are measured.
    """

    box: bool = True
    label: bool = True
    bars: bool = True
    gauges: bool = True
    mesh: bool = False


class IntegrationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Readings for other programs.

    Attributes:
        lsl: Stream readings as a Lab Streaming Layer outlet.
        websocket_port: Send readings to programs of this machine by WebSocket; 0 is off.
        virtual_camera: Show the annotated picture as a camera: its device, or "any"; empty is off.
        added: The names of outlets of other packages.
    """

    lsl: bool = False
    websocket_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    virtual_camera: Annotated[str, msgspec.Meta(max_length=200)] = ""
    added: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=20)] = ()


class BatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What Batch writes, and where.

    Attributes:
        kind: For each file: a session, or files beside each other.
        folder: Where to; empty for beside each source.
        video: Write annotated videos, where files are written.
        readings: The table's format, where files are written.
        jobs: How many files are read at once; 0 for automatic.
        start_s: Media time of each video to begin at.
        seconds: How much media time of each video to read; None for all.
        profile: The profile by which files are read and shown; empty for the settings as they are.
        notify: Tell the desktop when a queue is done while another program is in front.
    """

    kind: Literal["session", "files"] = "session"
    folder: Path = ""
    video: bool = False
    readings: Literal[".csv", ".jsonl", ".parquet", ".xlsx"] = ".csv"
    jobs: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    start_s: Annotated[float, msgspec.Meta(ge=0, le=1e7)] = 0.0
    seconds: Annotated[float, msgspec.Meta(gt=0.0, le=1e7)] | None = None
    profile: Annotated[str, msgspec.Meta(max_length=100)] = ""
    notify: bool = True


MAX_VIEWS = 40


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A view of Review's timeline.

    Attributes:
        name: What the user calls it.
        curves: Which curves are drawn, by their keys.
        start_s: Media time of its left edge; None for the whole video.
        end_s: Of its right edge; None likewise.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    curves: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=100)] = ()
    start_s: Annotated[float, msgspec.Meta(ge=0, le=1e7)] | None = None
    end_s: Annotated[float, msgspec.Meta(ge=0, le=1e7)] | None = None


class WindowSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The window: how it looks, and what it remembers.

    Attributes:
        theme: Dark, light, or as the desktop has it.
        text_percent: How large texts are, and all that belongs to them; 0 is as the system has it.
        timeline: What Live's last minute shows: bands of labels, or a curve for each expression.
        shows_seen: Show the face as it enters the network.
        overlay: Review draws its readings over the picture.
        muted: Review plays without sound.
        curves: Which curves Review draws, by their keys.
        consented: The page on privacy was read and agreed to.
        recent_files: Newest first.
        keys: The user's own keys: names in the window's table of keys, such as "live.record", each with its key
            as Qt writes it, "" for none. Others have the key of the table.
        geometry: Qt's own description of the window's place and size; empty before it was first closed.
        open_folder: Where the last video was opened from.
        batch_folder: Where files were last added to Batch from.
        export_folder: Where was last exported to.
        exports: The endings of the files that were last exported together.
        views: Views of Review's timeline that were saved.
    """

    theme: Literal["dark", "light", "system"] = "dark"
    text_percent: TextPercent = 0
    timeline: Literal["bands", "curves"] = "bands"
    shows_seen: bool = False
    overlay: bool = True
    muted: bool = False
    curves: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=100)] = (
        "valence",
        "arousal",
    )
    consented: bool = False
    recent_files: Annotated[tuple[Path, ...], msgspec.Meta(max_length=100)] = ()
    keys: Annotated[tuple[tuple[KeyText, KeyText], ...], msgspec.Meta(max_length=200)] = ()
    geometry: Annotated[bytes, msgspec.Meta(max_length=10_000)] = b""
    open_folder: Path = ""
    batch_folder: Path = ""
    export_folder: Path = ""
    exports: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=40)], ...], msgspec.Meta(max_length=40)] = (
        ".html",
        ".csv",
    )
    views: Annotated[tuple[SavedView, ...], msgspec.Meta(max_length=MAX_VIEWS)] = ()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All groups."""

    camera: CameraSettings = CameraSettings()
    reading: ReadingSettings = ReadingSettings()
    shown: ShownSettings = ShownSettings()
    own: OwnSettings = OwnSettings()
    profiles: ProfileSettings = ProfileSettings()
    events: EventSettings = EventSettings()
    compute: ComputeSettings = ComputeSettings()
    video: VideoSettings = VideoSettings()
    overlay: OverlaySettings = OverlaySettings()
    integrations: IntegrationSettings = IntegrationSettings()
    batch: BatchSettings = BatchSettings()
    window: WindowSettings = WindowSettings()

    def changed(self, **groups: Mapping[str, Any]) -> "Settings":
        """Return the settings with some fields changed, as in ``changed(shown={"smoothing_s": 0.0})``.

        Values are taken as they are; ``checked`` looks at them.

        Raises:
            TypeError: There is no such field.
            AttributeError: There is no such group.
        """
        new = {name: msgspec.structs.replace(getattr(self, name), **fields) for name, fields in groups.items()}
        return msgspec.structs.replace(self, **new)

    def checked(self) -> "Settings":
        """Return the settings if each value is one that its field can hold.

        Raises:
            msgspec.ValidationError: One is not; the message ends with its place, ``$.group.field``.
        """
        return msgspec.convert(msgspec.to_builtins(self), Settings)
