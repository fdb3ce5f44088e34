"""A disc that turns green with valence, and a marker for each stimulus: PsychoPy with Mien's WebSocket."""

import json
import threading

from psychopy import core, event, visual
from websockets.sync.client import connect

mien = connect(input("Address: "))
newest = {"faces": []}


def receive() -> None:
    """Keep the newest frame."""
    for message in map(json.loads, mien):
        if message["type"] == "frame":
            newest.update(message)


threading.Thread(target=receive, daemon=True).start()
window = visual.Window(fullscr=False)
disc = visual.Circle(window, radius=0.4, fillColor=[0, 0, 0])
while not event.getKeys(["escape"]):
    disc.draw()
    window.flip()
    mien.send(json.dumps({"type": "marker", "text": "disc"}))
    end = core.getTime() + 1
    while core.getTime() < end:
        face = next((face for face in newest["faces"] if face["usable"]), None)
        valence = face["valence"] or 0 if face else 0
        disc.fillColor = [0, max(valence, 0), 0]
        disc.draw()
        window.flip()
mien.close()
