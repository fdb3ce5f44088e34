"""Networks, and what is kept on this machine, for the settings. Imports are late."""

from mien.settings import Settings, save_settings


class ProgramSettingsEngine:
    """See ``mien.engine.contracts.SettingsEngine``."""

    def list_models(self) -> list[tuple[str, str]]:
        """Return each network's name and one sentence on it."""
        from mien.inference.catalog import list_models

        return [(entry.name, entry.summary) for entry in list_models()]

    def list_providers(self) -> list[str]:
        """Return the execution providers that can be chosen on this machine, as in the settings."""
        from mien.inference.session import available_providers

        return available_providers()

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""
        save_settings(settings)

    def measure_kept(self) -> int:
        """Return the bytes that the readings of videos take, which Review keeps."""
        from mien.session.analyses.analysis_store import AnalysisStore

        return AnalysisStore().size_bytes()

    def clear_kept(self) -> int:
        """Delete the readings that Review keeps, and no markers; return the bytes that became free."""
        from mien.session.analyses.analysis_store import AnalysisStore

        return AnalysisStore().clear()
