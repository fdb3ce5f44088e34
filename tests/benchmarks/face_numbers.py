"""Prints under how many numbers the faces of videos go, and in how many unbroken stretches.

python tests/benchmarks/face_numbers.py VIDEO…
"""

import sys
from collections import Counter
from pathlib import Path

from mien import analyse


def main() -> None:
    """Print a line for each video."""
    print("| video | frames | without a face | persons | stretches | why not usable |")
    print("| --- | --: | --: | --: | --: | --- |")
    for name in sys.argv[1:]:
        rows = list(analyse(name))
        faces = [row for row in rows if row["face_id"] is not None]
        persons, stretches = ({row[column] for row in faces} for column in ("face_id", "track_id"))
        reasons = Counter(row["raw_reason"] for row in faces if row["raw_reason"])
        why = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        frames, empty = len({row["frame"] for row in rows}), len(rows) - len(faces)
        print(
            f"| {Path(name).name} | {frames} | {empty} | {len(persons)} | {len(stretches)} | {why} |", flush=True
        )


if __name__ == "__main__":
    main()
