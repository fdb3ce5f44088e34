"""The share of happiness over time, and how many frames it rests on: lecture_figure.py TABLE PICTURE."""

import sys

import matplotlib.pyplot as plt
import pandas as pd

table = pd.read_parquet(sys.argv[1]).dropna(subset="face_id")
person = table[table["face_id"] == table["face_id"].mode()[0]]  # who is seen most
window = (person["time_s"] // 10 * 10).rename("from_s")
happy = person[person["usable"]].groupby(window)["label"].apply(lambda labels: (labels == "happiness").mean())
left_out = 1 - person.groupby(window)["usable"].mean()

figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.fill_between(left_out.index, left_out, step="post", color="0.85", label="not usable")
axes.step(happy.index, happy, where="post", label="happiness, of the usable")
axes.set(xlabel="time (s)", ylabel="share of frames", ylim=(0, 1))
axes.legend()
figure.savefig(sys.argv[2], dpi=150)
