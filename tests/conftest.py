"""Runs before any test: one thread per process, as in the pages, since pytest runs a process per core."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
