"""What can be chosen, group by group, each with a sentence: the dialog's contents as a table."""

from typing import Final

from mien.gui.settings_dialog.entry import Amount, Entry, Group, Network, Options, Place

TEXT_PERCENTS: Final = (80, 90, 100, 110, 125, 150, 175, 200)
_SIZES: Final = ((640, 480), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
_RATES: Final = (15.0, 24.0, 25.0, 30.0, 50.0, 60.0)

GROUPS: Final = (
    Group(
        "Camera",
        (
            Entry(
                "camera.size_wh",
                "Size",
                "What is asked of the camera; it gives the nearest that it can.",
                Options(tuple((size, f"{size[0]} × {size[1]}") for size in _SIZES)),
            ),
            Entry(
                "camera.fps",
                "Rate",
                "Pictures a second; in the dark many cameras give fewer.",
                Options(tuple((rate, f"{rate:.0f} fps") for rate in _RATES)),
            ),
            Entry(
                "camera.mirror",
                "Mirror",
                "Show yourself as a mirror does. Recordings and snapshots never are.",
            ),
            Entry(
                "camera.rotate_deg",
                "Rotation",
                "Clockwise, for a camera that is mounted on its side or upside down.",
                Options(((0, "None"), (90, "90°"), (180, "180°"), (270, "270°"))),
            ),
        ),
    ),
    Group(
        "Reading",
        (
            Entry("reading.model", "Network", "Which network reads the faces.", Network()),
            Entry(
                "reading.compare",
                "Second network",
                "Reads the same faces beside the first, so that you see where they disagree.",
                Network("None"),
            ),
            Entry(
                "shown.prior",
                "Expected expressions",
                "Everyday: mostly neutral and happy, as at a camera. Balanced: all alike, as in posed material.",
                Options((("everyday", "Everyday"), ("balanced", "Balanced"))),
            ),
            Entry(
                "reading.face_details",
                "Face in detail",
                "Head pose, gaze, blinks and action units as well. Takes about 13 ms a face, beside the rest.",
            ),
            Entry(
                "compute.provider",
                "Runs on",
                "Where the network is computed; automatic takes the fastest that works here.",
                Options(
                    (
                        ("auto", "Automatic"),
                        ("cpu", "Processor (CPU)"),
                        ("cuda", "NVIDIA (CUDA)"),
                        ("directml", "Windows (DirectML)"),
                        ("coreml", "Apple (Core ML)"),
                        ("openvino", "Intel (OpenVINO)"),
                    )
                ),
            ),
            Entry(
                "compute.threads",
                "Threads",
                "Of the network on the processor; decoder, detector and recording want cores as well.",
                Options(((0, "Automatic"), *((count, str(count)) for count in (1, 2, 3, 4, 6, 8, 12, 16)))),
            ),
            Entry(
                "shown.smoothing_s",
                "Smoothing",
                "Lower is more responsive but noisier; raw shows every frame as it was read.",
                Amount(3.0, 0.1, "s", "Raw"),
            ),
            Entry(
                "shown.min_confidence",
                "Uncertain below",
                "A less probable label is withheld. Automatic: where the network is right three times in four.",
                Amount(1.0, 0.05, "%", "Label always", "Automatic"),
            ),
            Entry(
                "shown.relative",
                "Relative to the baseline",
                "Show how a face differs from its neutral one, once that was taken. What is saved stays absolute.",
            ),
            Entry(
                "shown.auto_neutral",
                "Neutral face by itself",
                "Of face in detail: changes since the first three seconds that read neutral, if none was taken.",
            ),
        ),
    ),
    Group(
        "Finding faces",
        (
            Entry(
                "reading.detector",
                "Detector",
                "Which network looks for faces. RetinaFace comes with Mien; MediaPipe's are fetched once.",
                Options(
                    (
                        ("retinaface", "RetinaFace"),
                        ("full-range", "MediaPipe, full range"),
                        ("short-range", "MediaPipe, one close face"),
                        ("yunet", "YuNet, your own file"),
                    )
                ),
            ),
            Entry(
                "reading.yunet_file",
                "YuNet file",
                "The file of the detector YuNet, which is needed before that is chosen above.",
                Place("No file", is_folder=False, files="ONNX files (*.onnx)"),
            ),
            Entry(
                "reading.every",
                "Look for faces",
                "Between two looks faces are followed, which is cheaper and nearly as exact.",
                Options(
                    (
                        (0, "Automatic"),
                        (1, "In every frame"),
                        (2, "In every 2nd frame"),
                        (3, "In every 3rd frame"),
                        (5, "In every 5th frame"),
                        (10, "In every 10th frame"),
                    )
                ),
            ),
            Entry(
                "reading.faces_are_crops",
                "Pictures are faces already",
                "For sets of faces that are cut out, one each: every picture is read, and none is searched.",
            ),
            Entry(
                "reading.min_face_score",
                "Face detection threshold",
                "What the detector is less sure of is taken for no face at all.",
                Amount(1.0, 0.05, "%"),
            ),
        ),
    ),
    Group(
        "Privacy",
        (
            Entry(
                "video.cover",
                "Hide faces",
                "In the picture, in recordings and in snapshots, from now on; the readings stay.",
                Options((("none", "Not hidden"), ("blur", "Blurred"), ("plate", "Behind their label"))),
            ),
            Entry(
                "video.keep_thumbnails",
                "Keep a small picture of each face",
                "In recordings, and beside the readings of videos that Review keeps, until those are cleared.",
            ),
            Entry(
                "reading.recognise_people",
                "Recognise people who come back",
                "They keep their number. A description of each face stays in memory until the source is closed.",
            ),
        ),
    ),
    Group(
        "Recording",
        (
            Entry(
                "video.session_folder",
                "Folder",
                "Where recorded sessions go. Snapshots go to Pictures / Mien.",
                Place("Videos / Mien"),
            ),
            Entry(
                "video.countdown_s",
                "Countdown",
                "Time to sit still between the button and the first recorded picture.",
                Options(((0, "None"), (3, "3 s"), (5, "5 s"), (10, "10 s"))),
            ),
            Entry(
                "video.record_overlay",
                "Video with overlay as well",
                "Record a second video with boxes and bars burnt in. Review draws them on playback and "
                "burns them in on export.",
            ),
            Entry(
                "video.quality",
                "Quality",
                "Small is enough to recognise what happened; best is hard to tell from the camera's picture.",
                Options((("small", "Small"), ("good", "Good"), ("best", "Best"))),
            ),
            Entry(
                "video.codec",
                "Codec",
                "H.264 plays everywhere; H.265 and AV1 are smaller and need more time.",
                Options(
                    (("auto", "Automatic"), ("h264", "H.264"), ("h265", "H.265"), ("av1", "AV1"), ("vp9", "VP9"))
                ),
            ),
            Entry(
                "video.hardware",
                "Encode in hardware",
                "Frees the processor where the graphics chip can do it; falls back to software where it cannot.",
                Options(
                    (
                        ("", "In software"),
                        ("any", "Any available"),
                        ("nvenc", "NVIDIA"),
                        ("qsv", "Intel Quick Sync"),
                        ("amf", "AMD"),
                        ("vaapi", "VA-API (Linux)"),
                        ("videotoolbox", "Apple"),
                        ("mf", "Windows Media"),
                    )
                ),
            ),
        ),
    ),
    Group(
        "Overlay",
        (
            Entry("overlay.box", "Box", "The outline round each face, in the window and in videos with overlay."),
            Entry("overlay.label", "Label", "The tag with number or name, the expression and its probability."),
            Entry("overlay.bars", "Bars", "How probable each expression is, beside a face that has the room."),
            Entry("overlay.gauges", "Valence and arousal", "A gauge each below and beside the face."),
            Entry("overlay.mesh", "Mesh", "The lines of the face and the axes of the head, where measured."),
        ),
    ),
    Group(
        "Integrations",
        (
            Entry(
                "integrations.lsl",
                "Lab Streaming Layer",
                "Offers the readings as streams that LabRecorder and others find; markers come in the same way.",
            ),
            Entry(
                "integrations.websocket_port",
                "WebSocket",
                "Sends the readings to programs of this machine that know the token; it is shown when this opens.",
                Options(((0, "Off"), *((port, f"On port {port}") for port in (8765, 8766, 8767, 9000)))),
            ),
            Entry(
                "integrations.virtual_camera",
                "Virtual camera",
                "Shows the annotated picture as a camera in video calls; tell those who see it.",
                Options((("", "Off"), ("any", "First available"))),
            ),
        ),
    ),
    Group(
        "Window",
        (
            Entry(
                "window.theme",
                "Theme",
                "System follows your desktop, also when it changes at dusk.",
                Options((("dark", "Dark"), ("light", "Light"), ("system", "System"))),
            ),
            Entry(
                "window.text_percent",
                "Text size",
                "Of all texts, with buttons and rows. Applies when Mien is started again.",
                Options(((0, "As the system"), *((size, f"{size} %") for size in TEXT_PERCENTS))),
            ),
            Entry(
                "window.timeline",
                "Live timeline",
                "Bands show which expression led; curves show how probable each was.",
                Options((("bands", "Bands"), ("curves", "Curves"))),
            ),
            Entry(
                "window.shows_seen",
                "What the network sees",
                "Show the small picture of the face as it enters the network.",
            ),
        ),
    ),
)
