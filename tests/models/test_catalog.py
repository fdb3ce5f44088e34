import hashlib
from pathlib import Path

import pytest

from mien_models.catalog import ZOO, read_catalog, ship


def test_shipping_keeps_the_summary_and_renews_the_checksum(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"one")
    ship("net.onnx", "A network.", zoo=tmp_path)
    (tmp_path / "net.onnx").write_bytes(b"two")
    ship("net.onnx", zoo=tmp_path)
    entry = read_catalog(tmp_path)["net"]
    assert entry.summary == "A network."
    assert entry.sha256 == hashlib.sha256(b"two").hexdigest()


def test_a_new_network_needs_a_summary(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"one")
    with pytest.raises(ValueError, match="needs a summary"):
        ship("net.onnx", zoo=tmp_path)


@pytest.mark.parametrize("name", sorted(read_catalog()))
def test_every_shipped_network_is_the_listed_one_and_has_a_card(name: str) -> None:
    entry = read_catalog()[name]
    assert hashlib.sha256((ZOO / entry.file).read_bytes()).hexdigest() == entry.sha256
    assert (ZOO / f"{name}.md").is_file()
    assert entry.summary.endswith(".")
