"""Make the fonts of the overlay from Inter: static weights, fewer glyphs, figures of one width, kerning as JSON.

OpenCV draws TrueType text but applies neither kerning nor OpenType features. So the tabular figures take the place
of the proportional ones, and the kerning of Latin pairs is written beside the fonts, in thousandths of the em.

Usage: ``pip install fonttools fontpkg-inter``, then ``python assets/make_overlay_fonts.py Inter-variable.ttf``
with the file ``Inter[opsz,wght].ttf`` of the package. Inter is under the SIL Open Font License 1.1.
"""

import json
import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = {"Medium": 500, "SemiBold": 600}
CODE_POINTS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),  # Latin-1 and Latin Extended-A
    *range(0x218, 0x21C),
    *range(0x370, 0x400),  # Greek
    *range(0x400, 0x460),  # Cyrillic
    *range(0x1E80, 0x1EFA),
    *range(0x2010, 0x2027),
    0x20AC,
    0x2212,
]
KERNED = string.ascii_letters + "%.,-"


def lookups(table: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401 - fontTools has no types
    """Yield the sub-tables of a feature, without the wrappers of the extension mechanism."""
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == tag:
            for index in record.Feature.LookupListIndex:
                for entry in table.LookupList.Lookup[index].SubTable:
                    yield getattr(entry, "ExtSubTable", entry)


def advance_change(entries: list[Any], left: str, right: str) -> int:
    """Return the kerning of a pair of glyphs in font units: the first sub-table that covers the pair decides."""
    for entry in entries:
        if left not in entry.Coverage.glyphs:
            continue
        if entry.Format == 1:
            records = entry.PairSet[entry.Coverage.glyphs.index(left)].PairValueRecord
            found = next((record for record in records if record.SecondGlyph == right), None)
        else:
            row = entry.Class1Record[entry.ClassDef1.classDefs.get(left, 0)]
            found = row.Class2Record[entry.ClassDef2.classDefs.get(right, 0)]
        if found is not None:
            return found.Value1.XAdvance if found.Value1 and hasattr(found.Value1, "XAdvance") else 0
    return 0


def make(source: str, weight: int, target: Path) -> dict[str, int]:
    """Write one static font; return its kerning."""
    font = instantiateVariableFont(TTFont(source), {"opsz": 14, "wght": weight})
    tabular = {}
    for entry in lookups(font["GSUB"].table, "tnum"):
        tabular.update(entry.mapping)
    cmap = dict(font.getBestCmap())  # a copy: the digits change below
    entries = list(lookups(font["GPOS"].table, "kern"))
    per_mille = 1000 / font["head"].unitsPerEm
    kerning = {
        left + right: round(change * per_mille)
        for left in KERNED
        for right in KERNED
        if abs(change := advance_change(entries, cmap[ord(left)], cmap[ord(right)])) * per_mille >= 4
    }
    for table in font["cmap"].tables:
        for digit in string.digits:
            if ord(digit) in table.cmap:
                table.cmap[ord(digit)] = tabular[cmap[ord(digit)]]
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "STAT"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CODE_POINTS)
    cutter.subset(font)
    font.save(target)
    return kerning


if __name__ == "__main__":
    folder = Path(__file__).parent / "mien_assets" / "fonts"
    pairs = {name: make(sys.argv[1], weight, folder / f"Overlay-{name}.ttf") for name, weight in WEIGHTS.items()}
    (folder / "Overlay-kerning.json").write_text(json.dumps(pairs, separators=(",", ":")) + "\n", encoding="utf-8")
