"""``mien models``: networks that read faces and networks that find them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from mien.errors import ModelError


@click.group()
def models() -> None:
    """List, fetch, verify and show networks and detector weights."""


@models.command("list")
def list_command() -> None:
    """List the networks that can be named with --model."""
    from mien.inference.catalog import (
        DEFAULT_DETECTOR,
        DEFAULT_MODEL,
        list_detectors,
        list_models,
        user_models_folder,
    )

    for entry in [*list_models(), *list_detectors()]:
        mark = "*" if entry.name in (DEFAULT_MODEL, DEFAULT_DETECTOR) else " "
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
def fetch(origin: Path | None, only_list: bool) -> None:
    """Fetch MediaPipe's face detectors, a choice beside Mien's own, from your own package index.

    This is the only command that uses the network. Mien's own networks and its face detector need no fetching.
    """
    from mien.vision.weights import fetch_weights

    if only_list:
        click.echo("\n".join(carry_list()))
        return
    fetch_weights(progress=click.echo, origin=origin)


@models.command()
def verify() -> None:
    """Check every shipped network, and the detectors that were fetched, against their sha256."""
    from mien.inference.catalog import list_detectors, list_models, verify_model
    from mien.vision.weights import WEIGHTS, find_weights, weights_folder

    failures: list[str] = []
    checks: list[tuple[str, Callable[[], object]]] = [
        (entry.name, partial(verify_model, entry)) for entry in [*list_models(), *list_detectors()] if entry.sha256
    ]
    fetched = [weights for weights in WEIGHTS if (weights_folder() / weights.file_name).exists()]
    checks += [(weights.name, partial(find_weights, weights.name)) for weights in fetched]
    for name, check in checks:
        try:
            check()
            click.echo(f"{name}: as shipped")
        except ModelError as error:
            failures.append(str(error))
    if failures:
        raise ModelError("; ".join(failures))


@models.command()
@click.argument("model", metavar="NAME|FILE")
def show(model: str) -> None:
    """Show what a network says of itself."""
    import hashlib
    import json

    import msgspec

    from mien.inference.admission import open_network
    from mien.inference.catalog import find_model

    path: Path = find_model(model)
    manifest = open_network(path, provider="cpu").manifest
    content = path.read_bytes()
    click.echo(f"{path}\n{len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    click.echo(json.dumps(msgspec.to_builtins(manifest), indent=2, ensure_ascii=False))


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
