"""Runs under the Python that has the package `fer`: reads a video with it, picture by picture, and prints JSON.

    PYTHON fer_worker.py VIDEO [mtcnn]

Nothing of Mien is imported. Opening the package and its networks, and the first five pictures, are not timed.
"""

import json
import logging
import sys
import time


def main(video: str, detector: str) -> None:
    """Print pictures, faces, seconds and seconds of processor time."""
    import cv2
    from fer.fer import FER

    logging.disable()
    reader = FER(mtcnn=detector == "mtcnn")
    capture = cv2.VideoCapture(video)
    for _ in range(5):
        reader.detect_emotions(capture.read()[1])
    capture.release()
    capture = cv2.VideoCapture(video)
    frames = faces = 0
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    while True:
        is_there, picture = capture.read()
        if not is_there:
            break
        frames += 1
        faces += len(reader.detect_emotions(picture))
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    print(json.dumps({"frames": frames, "faces": faces, "wall_s": wall_s, "cpu_s": cpu_s}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "haar")
