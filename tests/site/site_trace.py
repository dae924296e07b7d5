"""What Chromium's trace of a page's load says about a slower processor.

Chromium can slow itself, but its brake also multiplies what other programs on the machine take. Here the
time that the page's main thread itself ran (not the time that passed) is multiplied: what happened at `t` is
moved by what each task until then takes longer than it took. That is an upper bound, for it counts work done
while waiting for the network, too.
"""

import base64
import io

import numpy as np
from PIL import Image

LONG = 50  # ms: a task that takes longer keeps a reader's tap waiting
TRACED = ["blink.user_timing", "devtools.timeline", "toplevel", "disabled-by-default-devtools.screenshot"]
FRAME = (102, 206)  # pixels: screenshots are compared small


class Trace:
    """One load of `address` on a processor that is `slower`; times are in ms since its navigation began."""

    def __init__(self, events: list[dict], address: str, *, slower: float):
        self.slower = slower
        starts = [
            event
            for event in events
            if event["name"] == "navigationStart"
            and event["args"].get("data", {}).get("documentLoaderURL") == address
        ]
        if not starts:
            raise ValueError(f"the trace holds no navigation to {address}")
        self.start = starts[-1]["ts"]
        thread = (starts[-1]["pid"], starts[-1]["tid"])
        self.tasks = sorted(  # begin, end, ms that the thread ran
            (
                self._at(event["ts"]),
                self._at(event["ts"] + event["dur"]),
                event.get("tdur", event["dur"]) / 1e3,
            )
            for event in events
            if event["name"] in ("RunTask", "ThreadControllerImpl::RunTask")
            and event["ph"] == "X"
            and (event["pid"], event["tid"]) == thread
            and event["ts"] >= self.start
        )
        self.frames = sorted(
            (self._at(event["ts"]), event["args"]["snapshot"])
            for event in events
            if event["name"] == "Screenshot" and event["ts"] >= self.start
        )

    def _at(self, timestamp: float) -> float:
        return (timestamp - self.start) / 1e3

    def slowed(self, at: float) -> float:
        """Return when what happened `at` happens on the slow processor, at the latest."""
        later = 0.0
        for begin, end, worked in self.tasks:
            if begin < at:
                part = 1.0 if end <= at else (at - begin) / (end - begin)
                later += part * (self.slower * worked - (end - begin))
        return at + later

    def blocking_time(self, after: float) -> float:
        """Return TBT: the part beyond 50 ms of each task `after` the first paint."""
        return sum(max(0.0, self.slower * worked - LONG) for _, end, worked in self.tasks if end > after)

    def speed_index(self) -> float:
        """Return the mean time at which the pixels of the first screen came to look as they do in the end.

        As Lighthouse does, how complete a screenshot is is read from its histogram of colours.
        """
        if not self.frames:
            return 0.0
        histograms = [_histogram(picture) for _, picture in self.frames]
        first, last = np.zeros_like(histograms[0]), histograms[-1]
        first[:, 255] = last[0].sum()  # white, before anything is painted
        whole = np.abs(last - first).sum()
        index, previous, missing = 0.0, 0.0, 1.0
        for (at, _), histogram in zip(self.frames, histograms, strict=True):
            now = self.slowed(at)
            index += missing * (now - previous)
            previous, missing = now, (np.abs(last - histogram).sum() / whole if whole else 0.0)
        return float(index)


def _histogram(picture: str) -> np.ndarray:
    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB").resize(FRAME)
    pixels = np.asarray(image).reshape(-1, 3)
    return np.stack([np.bincount(channel, minlength=256) for channel in pixels.T]).astype(float)
