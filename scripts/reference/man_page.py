"""Writes the man page.

python -m scripts.reference.man_page FILE
"""

import sys
from pathlib import Path

from mien.version import VERSION
from scripts.reference.commands import CommandText, all_commands

_HEAD = r""".TH MIEN 1 "" "Mien {version}" "User commands"
.SH NAME
mien \- read facial expressions in videos, pictures and from a camera
.SH SYNOPSIS
.B mien
[\fICOMMAND\fR] [\fIOPTION\fR...] [\fISOURCE\fR...]
.SH DESCRIPTION
"""

_FOOT = r""".SH EXIT STATUS
.TP
.B 0
All went well.
.TP
.B 1
Something failed; one line on standard error names it and the remedy.
.TP
.B 2
The command line could not be understood.
.TP
.B 130
Stopped with Ctrl+C.
.SH ENVIRONMENT
.TP
.B MIEN_CONFIG
Folder of the settings.
.TP
.B MIEN_DATA
Folder of weights and of your own networks.
.TP
.B MIEN_CACHE
Folder of what can be made again.
.TP
.B MIEN_LOG
Folder of the log, and of the last fault for a report.
"""


def man_page() -> str:
    """Return the page in the language of man(7)."""
    program, *commands = all_commands()
    parts = [_HEAD.format(version=_escaped(VERSION)), *map(_paragraph, program.about), _options(program)]
    parts.append(".SH COMMANDS\n")
    for command in commands:
        parts.append(f".SS {_escaped(command.name)}\n.B {_escaped(command.usage)}\n")
        parts += map(_paragraph, command.about)
        parts.append(_options(command))
    return "".join([*parts, _FOOT])


def _options(command: CommandText) -> str:
    return "".join(f".TP\n.B {_escaped(option.typed)}\n{_escaped(option.about)}\n" for option in command.options)


def _paragraph(text: str) -> str:
    return f".PP\n{_escaped(text)}\n"


def _escaped(text: str) -> str:
    r"""Return text as troff takes it: "\" and "-" are commands there, and so are "." and "'" at the start."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("`", "")
    return rf"\&{escaped}" if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(man_page(), encoding="utf-8")
