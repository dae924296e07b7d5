"""Runs before any test: one thread per process, as the pages run, since pytest itself runs one process per core."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
