from pathlib import Path

import pytest

pytest.importorskip("torch")

from mien_models.training.config import load_config

CONFIGS = Path(__file__).resolve().parents[2] / "models" / "mien_models" / "training" / "configs"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_config_loads(path: Path) -> None:
    config = load_config(path)
    assert config.name == path.stem
    assert not Path(config.data.fer).is_absolute()


def test_a_misspelt_option_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('name = "a"\narchitecture = "mien-net"\n[data]\nfer = "x"\n[optimiser]\nepoch = 3\n')
    with pytest.raises(ValueError, match=r"\[optimiser\]: unknown option epoch"):
        load_config(path)


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('name = "a"\n')
    with pytest.raises(ValueError, match="missing"):
        load_config(path)
