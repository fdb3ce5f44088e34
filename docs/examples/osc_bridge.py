"""Hands readings on as OSC, for Unity or TouchDesigner: osc_bridge.py ADDRESS [PORT]. Needs python-osc."""

import json
import sys

from pythonosc.udp_client import SimpleUDPClient
from websockets.sync.client import connect

osc = SimpleUDPClient("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 9000)
with connect(sys.argv[1]) as mien:
    for message in map(json.loads, mien):
        for face in message.get("faces", []):
            place = f"/mien/{face['face_id']}"
            osc.send_message(f"{place}/usable", int(face["usable"]))
            osc.send_message(f"{place}/label", face["label"])
            for name in ("valence", "arousal"):
                if face[name] is not None:
                    osc.send_message(f"{place}/{name}", float(face[name]))
