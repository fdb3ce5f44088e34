"""Prints what Mien reads: websocket_client.py ADDRESS."""

import json
import sys

from websockets.sync.client import connect

with connect(sys.argv[1]) as mien:
    for message in map(json.loads, mien):
        for face in message.get("faces", []):
            print(message["time_s"], face["face_id"], face["label"] if face["usable"] else "uncertain", flush=True)
