"""What the user chose, in groups, kept from run to run."""

from mien.settings.groups import (
    MAX_RECENT_FILES,
    BatchSettings,
    CameraSettings,
    ComputeSettings,
    DetectorName,
    FaceCover,
    IntegrationSettings,
    PriorName,
    ProviderName,
    ReadingSettings,
    Settings,
    ShownSettings,
    VideoCodec,
    VideoHardware,
    VideoQuality,
    VideoSettings,
    WindowSettings,
)
from mien.settings.settings_file import load_settings, save_settings

__all__ = [
    "MAX_RECENT_FILES",
    "BatchSettings",
    "CameraSettings",
    "ComputeSettings",
    "DetectorName",
    "FaceCover",
    "IntegrationSettings",
    "PriorName",
    "ProviderName",
    "ReadingSettings",
    "Settings",
    "ShownSettings",
    "VideoCodec",
    "VideoHardware",
    "VideoQuality",
    "VideoSettings",
    "WindowSettings",
    "load_settings",
    "save_settings",
]
