"""Builds Mien as one file for Linux: its Python, its packages and the libraries that a bare system lacks.

    .venv/bin/python scripts/build_appimage.py [--out dist]

Run it with a Python that was built on the oldest system that is to run it: its C library is the lowest that works.
With `appimagetool` at hand an AppImage is made of the folder, otherwise a shell archive that unpacks itself.
Needs pip's package index; prints the file and its size.
"""

import argparse
import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging" / "linux"
STDLIB_LEFT_OUT = ("test", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo", "site-packages")
LEFT_OUT = (
    *(
        f"PySide6/{name}"
        for name in ("*.pyi", "include", "typesystems", "scripts", "QtQuick*", "QtQml*", "QtDesigner*")
    ),
    *(f"PySide6/{name}" for name in ("assistant", "designer", "linguist", "lrelease", "lupdate", "qml*")),
    *(f"PySide6/Qt/{name}" for name in ("qml", "libexec", "translations")),
    *(f"PySide6/Qt/lib/libQt6{name}*" for name in ("*Quick", "Qml", "Designer")),
    *(f"PySide6/Qt/plugins/{name}" for name in ("designer", "qmllint", "qmltooling", "sqldrivers")),
    *(f"pyarrow/{name}" for name in ("include", "tests", "src", "*_flight*")),
    *("numpy/**/tests", "bin"),
)
"""What the packages carry and Mien never loads: Qt's own programs, QML, headers, tests."""

C_LIBRARY = tuple(f"lib{name}.so" for name in ("c", "m", "mvec", "pthread", "dl", "rt", "util", "resolv", "nsl"))
COMPLETIONS = {
    "bash": "bash-completion/completions/mien",
    "zsh": "zsh/site-functions/_mien",
    "fish": "fish/vendor_completions.d/mien.fish",
}
LOADER = ("ld-linux", "linux-vdso")
"""What has to come from the system, together with its loader."""


def main() -> None:
    """Build it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    out = parser.parse_args().out.resolve()
    folder = out / "Mien.AppDir"
    shutil.rmtree(folder, ignore_errors=True)
    copy_python(folder / "usr")
    install_packages(folder / "usr")
    for pattern in LEFT_OUT:
        remove(folder / "usr" / "lib" / python_name() / "site-packages", pattern)
    copy_system_libraries(folder / "usr")
    add_desktop_files(folder)
    try_out(folder)
    made = make_one_file(folder, out)
    print(f"{made} ({made.stat().st_size / 1e6:.0f} MB)")


def python_name() -> str:
    """Return the name of this Python's folder, such as "python3.11"."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def copy_python(usr: Path) -> None:
    """Copy the interpreter that runs this, and its standard library."""
    base = Path(sys.base_prefix)
    program = Path(os.path.realpath(sys.executable))
    (usr / "bin").mkdir(parents=True)
    shutil.copy2(program, usr / "bin" / "python3")
    stdlib = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(
        stdlib, usr / "lib" / python_name(), ignore=shutil.ignore_patterns(*STDLIB_LEFT_OUT, "config-*")
    )
    shared = base / "lib" / str(sysconfig.get_config_var("INSTSONAME") or "")
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and shared.is_file():
        shutil.copy2(shared, usr / "lib" / shared.name)
        subprocess.run(["patchelf", "--set-rpath", "$ORIGIN/../lib", usr / "bin" / "python3"], check=True)


def install_packages(usr: Path) -> None:
    """Install the pinned packages, and Mien itself from this checkout, with its manual where that was built."""
    site = usr / "lib" / python_name() / "site-packages"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "install",
        "--no-deps",
        "--no-compile",
    ]
    pip += ["--target", str(site)]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "app.txt")], check=True)
    subprocess.run([*pip, "--no-build-isolation", str(ROOT)], check=True)


def remove(folder: Path, pattern: str) -> None:
    """Remove files and folders by a pattern that has to meet something: it would be out of date otherwise."""
    found = list(folder.glob(pattern))
    if not found:
        raise SystemExit(f"scripts/build_appimage.py: nothing is called {pattern} any more; correct LEFT_OUT")
    for path in found:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def copy_system_libraries(usr: Path) -> None:
    """Copy all shared libraries of this system that something of ours loads, those of the C library apart."""
    target = usr / "lib" / "system"
    target.mkdir()
    programs = [usr / "bin" / "python3", *usr.rglob("*.so"), *usr.rglob("*.so.*")]
    for line in dependencies(programs):
        name, _, path = (part.strip() for part in line.partition("=>"))
        source = Path(path.split(" (")[0])
        if path.startswith("/") and not source.is_relative_to(usr) and not name.startswith(C_LIBRARY + LOADER):
            shutil.copy2(source, target / name)
    shutil.copytree("/usr/share/X11/xkb", usr / "share" / "X11" / "xkb")
    shutil.copy2(PACKAGING / "fonts.conf", usr / "share" / "fonts.conf")
    shutil.copy2(ROOT / "app" / "mien" / "installation" / "libraries.txt", usr / "lib" / "libraries.txt")


def dependencies(programs: list[Path]) -> set[str]:
    """Return what `ldd` says of programs and libraries, each line once."""
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    missing = {line.split()[0] for line in said.splitlines() if "not found" in line}
    if missing:
        print(f"not on this system, and so not carried: {', '.join(sorted(missing))}", file=sys.stderr)
    return set(said.splitlines())


def add_desktop_files(folder: Path) -> None:
    """Put in what desktops and shells look for."""
    share = folder / "usr" / "share"
    pictures = [share / "icons" / "hicolor" / size / "apps" for size in ("256x256", "scalable")]
    for place in (share / "applications", share / "metainfo", share / "man" / "man1", *pictures):
        place.mkdir(parents=True)
    icons = ROOT / "assets" / "mien_assets" / "icons"
    shutil.copy2(PACKAGING / "AppRun", folder / "AppRun")
    shutil.copy2(PACKAGING / "mien.desktop", folder / "mien.desktop")
    shutil.copy2(PACKAGING / "mien.desktop", share / "applications" / "mien.desktop")
    shutil.copy2(icons / "mien-256.png", folder / "mien.png")
    shutil.copy2(icons / "mien-256.png", pictures[0] / "mien.png")
    shutil.copy2(icons / "mien.svg", pictures[1] / "mien.svg")
    metainfo = (PACKAGING / "org.mien.Mien.metainfo.xml").read_text("utf-8")
    day = datetime.now(UTC).date().isoformat()
    metainfo = metainfo.replace("@VERSION@", version()).replace("@DATE@", day)
    (share / "metainfo" / "org.mien.Mien.metainfo.xml").write_text(metainfo, "utf-8")
    run_inside(folder, "-m", "scripts.reference.man_page", str(share / "man" / "man1" / "mien.1"))
    for shell, place in COMPLETIONS.items():
        path = share / place
        path.parent.mkdir(parents=True)
        program = f"from mien.cli.completion import completion_script; print(completion_script({shell!r}))"
        path.write_text(run_inside(folder, "-c", program), "utf-8")


def try_out(folder: Path) -> None:
    """Read a clip into a table and load Qt with what is carried: fails where too much was left out."""
    with tempfile.TemporaryDirectory() as scratch:
        clip = str(ROOT / "assets" / "mien_assets" / "demo.mp4")
        for ending in ("parquet", "xlsx"):
            table = str(Path(scratch) / f"clip.{ending}")
            options = ("--seconds", "0.2", "--no-video", "--quiet", "--readings", table)
            run_inside(folder, "-m", "mien", "annotate", clip, *options)
    run_inside(folder, "-c", "from PySide6 import QtCore, QtGui, QtSvg, QtWidgets")


def run_inside(folder: Path, *arguments: str) -> str:
    """Run the Python that is carried, with our scripts beside what it carries; returns what it printed."""
    environment = {"PATH": os.environ["PATH"], "PYTHONHOME": str(folder / "usr"), "PYTHONPATH": str(ROOT)}
    program = [str(folder / "usr" / "bin" / "python3"), "-B", *arguments]
    return subprocess.run(program, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def version() -> str:
    """Return the version of Mien."""
    found = re.search(r'VERSION: Final = "(.+)"', (ROOT / "app" / "mien" / "version.py").read_text("utf-8"))
    assert found is not None
    return found[1]


def make_one_file(folder: Path, out: Path) -> Path:
    """Pack the folder: as an AppImage where the tool for that is at hand, else as a shell archive."""
    name = f"Mien-{version()}-{platform.machine()}"
    tool = shutil.which("appimagetool")
    if tool is not None:
        made = out / f"{name}.AppImage"
        subprocess.run([tool, str(folder), str(made)], check=True)
        return made
    made, archive = out / f"{name}.run", out / f"{name}.tar.gz"
    with gzip.open(archive, "wb", compresslevel=6) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        tar.add(folder, arcname=".")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
    head = (PACKAGING / "self_extracting.sh").read_text("utf-8")
    head = head.replace("@NAME@", f"{name}-{digest}").replace("@LINES@", str(len(head.splitlines()) + 1))
    with open(made, "wb") as whole, open(archive, "rb") as packed_again:
        whole.write(head.encode())
        shutil.copyfileobj(packed_again, whole)
    archive.unlink()
    made.chmod(0o755)
    return made


if __name__ == "__main__":
    main()
