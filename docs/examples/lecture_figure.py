"""The share of happiness over time, and how many frames it rests on: lecture_figure.py TABLE PICTURE."""

import sys

import matplotlib.pyplot as plt
import pandas as pd

WINDOW_S = 10

table = pd.read_parquet(sys.argv[1]).dropna(subset="face_id")
person = table[table["face_id"] == table["face_id"].mode()[0]]  # who is seen most
window = (person["time_s"] // WINDOW_S).astype(int)
windows = range(window.max() + 1)
happy = person[person["usable"]].groupby(window)["label"].apply(lambda labels: (labels == "happiness").mean())
left_out = 1 - person.groupby(window)["usable"].mean()

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
edges = [number * WINDOW_S for number in (*windows, len(windows))]
axes.stairs(left_out.reindex(windows), edges, fill=True, color="0.85", label="not usable")
axes.stairs(happy.reindex(windows), edges, baseline=None, linewidth=2, label="happiness, of the usable")
axes.set(xlabel="time (s)", ylabel="share of frames", ylim=(0, 1.02))
figure.legend(loc="outside upper right", ncols=2)
figure.savefig(sys.argv[2], dpi=150)
