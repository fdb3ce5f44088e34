"""The video encoders that Mien knows, and how each is asked for a quality."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from mien.settings import VideoQuality

Options = dict[str, str]

CODEC_NAMES: Final = {"h264": "H.264", "h265": "H.265", "av1": "AV1", "vp9": "VP9"}


@dataclass(frozen=True, slots=True)
class Pace:
    """What an encoder's options depend on besides the quality.

    Attributes:
        fps: Nominal frames per second.
        lookahead: Pictures that it may look ahead; they are lost in a crash.
        threads: That it may use.
    """

    fps: float
    lookahead: int
    threads: int

    @property
    def keyframe_every(self) -> int:
        """Pictures from one key frame to the next: two seconds, for seeking."""
        return max(1, round(2 * self.fps))


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """One encoder.

    The levels of the software encoders were measured to give the same PSNR of the luma within 0.3 dB: on a clip of
    talking faces 39 dB for "small", 42 dB for "good", 45 dB for "best". Those of the hardware encoders follow
    their makers' scales, on which a step means about the same.

    Attributes:
        name: FFmpeg's.
        codec: A key of ``CODEC_NAMES``.
        hardware: What it runs on: "nvenc", "qsv" and so on; empty for software.
        about: For people.
        levels: Its own number for each quality.
        options: Its options for a level and a pace.
        pixel_format: What it takes, FFmpeg's name.
    """

    name: str
    codec: str
    hardware: str
    about: str
    levels: Mapping[VideoQuality, int]
    options: Callable[[int, Pace], Options]
    pixel_format: str = "yuv420p"

    def options_for(self, quality: VideoQuality, pace: Pace) -> Options:
        """Return FFmpeg's options.

        No encoder gets B-frames: packets leave in the order of their times, each as soon as the next picture is
        there.
        """
        return {"g": str(pace.keyframe_every), **self.options(self.levels[quality], pace)}


def _x264(level: int, pace: Pace) -> Options:
    # "superfast", given back the rate control of "veryfast" (macroblock tree, a short look-ahead): 0.6 times the
    # processor time of "veryfast" without B-frames, for 9 % more bits at a PSNR that is higher by 0.2 dB.
    rate_control = f"rc-lookahead={pace.lookahead}:mbtree={int(pace.lookahead > 0)}"
    return {"preset": "superfast", "crf": str(level), "bf": "0", "x264-params": rate_control}


def _x265(level: int, pace: Pace) -> Options:
    own = f"bframes=0:rc-lookahead={pace.lookahead}:frame-threads=1:pools={pace.threads}:log-level=error"
    return {"preset": "ultrafast", "crf": str(level), "x265-params": own}


def _svt_av1(level: int, pace: Pace) -> Options:
    return {"preset": "10", "crf": str(level), "svtav1-params": f"pred-struct=1:lp={pace.threads}"}


def _vpx_vp9(level: int, pace: Pace) -> Options:
    return {
        **{"deadline": "realtime", "cpu-used": "7", "crf": str(level), "b": "0"},
        **{"row-mt": "1", "tile-columns": "1", "lag-in-frames": "0"},
    }


def _nvenc(level: int, pace: Pace) -> Options:
    return {"preset": "p4", "rc": "vbr", "cq": str(level), "bf": "0", "delay": "0", "zerolatency": "1"}


def _qsv(level: int, pace: Pace) -> Options:
    return {"preset": "faster", "global_quality": str(level), "bf": "0", "async_depth": "1"}


def _amf(level: int, pace: Pace) -> Options:
    return {"usage": "transcoding", "rc": "cqp", "qp_i": str(level), "qp_p": str(level), "bf": "0"}


def _vaapi(level: int, pace: Pace) -> Options:
    return {"rc_mode": "CQP", "qp": str(level), "bf": "0"}


def _videotoolbox(level: int, pace: Pace) -> Options:
    # A share of the best quality, in FFmpeg's fixed point (FF_QP2LAMBDA).
    return {"flags": "+qscale", "global_quality": str(level * 118), "realtime": "1", "bf": "0"}


def _media_foundation(level: int, pace: Pace) -> Options:
    return {"rate_control": "quality", "quality": str(level), "hw_encoding": "1"}


def _levels(small: int, good: int, best: int) -> Mapping[VideoQuality, int]:
    return {"small": small, "good": good, "best": best}


_H264: Final = _levels(28, 23, 18)
_H265: Final = _levels(31, 25, 19)
_SHARE: Final = _levels(45, 60, 75)

ENCODERS: Final = (
    Encoder("libx264", "h264", "", "H.264, in software; what recordings are made with", _H264, _x264),
    Encoder("libx265", "h265", "", "H.265, in software", _H265, _x265),
    Encoder("libsvtav1", "av1", "", "AV1, in software", _levels(50, 39, 27), _svt_av1),
    Encoder("libvpx-vp9", "vp9", "", "VP9, in software", _levels(49, 39, 28), _vpx_vp9),
    Encoder("h264_nvenc", "h264", "nvenc", "H.264, NVIDIA", _H264, _nvenc),
    Encoder("hevc_nvenc", "h265", "nvenc", "H.265, NVIDIA", _H265, _nvenc),
    Encoder("av1_nvenc", "av1", "nvenc", "AV1, NVIDIA", _levels(40, 32, 24), _nvenc),
    Encoder("h264_qsv", "h264", "qsv", "H.264, Intel Quick Sync", _H264, _qsv, "nv12"),
    Encoder("hevc_qsv", "h265", "qsv", "H.265, Intel Quick Sync", _H265, _qsv, "nv12"),
    Encoder("av1_qsv", "av1", "qsv", "AV1, Intel Quick Sync", _levels(40, 32, 24), _qsv, "nv12"),
    Encoder("h264_amf", "h264", "amf", "H.264, AMD", _H264, _amf, "nv12"),
    Encoder("hevc_amf", "h265", "amf", "H.265, AMD", _H265, _amf, "nv12"),
    Encoder("h264_videotoolbox", "h264", "videotoolbox", "H.264, Apple VideoToolbox", _SHARE, _videotoolbox),
    Encoder("hevc_videotoolbox", "h265", "videotoolbox", "H.265, Apple VideoToolbox", _SHARE, _videotoolbox),
    Encoder("h264_vaapi", "h264", "vaapi", "H.264, VA-API", _H264, _vaapi, "vaapi"),
    Encoder("hevc_vaapi", "h265", "vaapi", "H.265, VA-API", _H265, _vaapi, "vaapi"),
    Encoder("h264_mf", "h264", "mf", "H.264, Windows Media Foundation", _SHARE, _media_foundation, "nv12"),
    Encoder("hevc_mf", "h265", "mf", "H.265, Windows Media Foundation", _SHARE, _media_foundation, "nv12"),
)
