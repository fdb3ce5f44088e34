"""Tables of other programs that were bent: taken, or refused in one line. Seeded.

python tests/unit/session/fuzz_foreign.py [COUNT] [SEED]
"""

import random
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Final

from mien.errors import AppError
from mien.session.foreign.bring_in import import_table
from mien.session.tables import read_series

TABLES: Final = (
    "frame, face_id, timestamp, confidence, success, pose_Rx, pose_Ry, pose_Rz, AU12_r, AU12_c, x_0, y_0\n"
    "1, 0, 0.0, 0.9, 1, 0.1, 0.2, 0.3, 2.5, 1, 10, 20\n2, 0, 0.04, 0.9, 0, 0, 0, 0, 0, 0, 0, 0\n",
    "frame,FaceRectX,FaceRectY,FaceRectWidth,FaceRectHeight,FaceScore,Pitch,Roll,Yaw,AU12,happiness,neutral,input,"
    "Identity,time_s\n0,1,2,3,4,0.9,1,2,3,0.5,0.7,0.3,clip.mp4,Person_0,0.0\n1,,,,,,,,,,,,clip.mp4,,0.04\n",
    "frame_idx,frame_time_in_ms,pitch,yaw,roll,au_1,au_12_intensity,facial_expression\n0,0,1,2,3,1,2.5,Happiness\n",
    "#INFO,iMotions,9.3\n#DATA\nTimestamp,Anger,Joy,Neutral,Smile,Valence,FaceId\n0,1,2,97,30,-5,0\n40,,,,,,\n",
    "time,face_id,x,y,w,h,happy,neutral,AU4\n0.5,b,1,2,3,4,30,70,3\n0.5,a,5,2,3,4,90,10,1\n",
)
PIECES: Final = (
    *(
        "",
        ",",
        ";",
        "\t",
        "\n",
        '"',
        "nan",
        "inf",
        "-1",
        "1e308",
        "9" * 400,
        "Person_999999999",
        "\x00",
        "ä",
        "\ufeff",
    ),
    *("0.5", "1.5", "time", "frame", "happy,", "AU99_r,", "-0", "1e-320", "2147483648", "9223372036854775807"),
)


def bent(text: str, chance: random.Random) -> bytes:
    """Return a table with some of it replaced, doubled or cut off."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = min(start + chance.choice((0, 1, 1, 3, 20)), len(text))
        piece = text[start:end] * 2 if chance.random() < 0.2 else chance.choice(PIECES)
        text = text[:start] + piece + text[end:]
    data = text.encode(chance.choice(("utf-8", "utf-8", "utf-16", "cp1252")), errors="replace")
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data


def fuzz(count: int, seed: int) -> tuple[int, int]:
    """Return how many were taken and how many refused; anything else is raised."""
    chance, taken, refused = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(count):
            table, folder = Path(place) / "table.csv", Path(place) / f"session {number}"
            table.write_bytes(bent(chance.choice(TABLES), chance))
            try:
                stored = import_table(table, folder, fps=chance.choice((None, 25.0)))
            except AppError as error:
                refused += 1
                if "\n" in str(error) or folder.exists():
                    raise ValueError(f"no line that leaves nothing behind: {error}") from error
                continue
            series = read_series(stored.readings)
            assert series.face_ids() is not None
            taken += 1
    return taken, refused


if __name__ == "__main__":
    arguments = [int(each) for each in sys.argv[1:]]
    took, left = fuzz(*(arguments + [500, 1][len(arguments) :]))
    print(f"taken {took}, refused {left}")
