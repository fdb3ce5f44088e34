"""What the shell completes: commands and options from the parser, and files wherever no word of ours fits."""

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)


class _OrFiles(ShellComplete):
    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        found = super().get_completions(args, incomplete)
        return found if found or incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]


class _Bash(_OrFiles, BashComplete):
    @staticmethod
    def _check_version() -> None:
        """Not asked for: it would start another bash at each key, to tell of versions that nobody has any more."""


class _Zsh(_OrFiles, ZshComplete):
    pass


class _Fish(_OrFiles, FishComplete):
    pass


SHELLS = {shell.name: shell for shell in (_Bash, _Zsh, _Fish)}


def prepare() -> None:
    """Let the parser complete in our way."""
    for shell in SHELLS.values():
        add_completion_class(shell)


def completion_script(shell: str) -> str:
    """Return what a shell reads to complete the arguments of ``mien``.

    Args:
        shell: A key of ``SHELLS``.
    """
    from mien.cli import cli

    return SHELLS[shell](cli, {}, "mien", "_MIEN_COMPLETE").source()
