"""The settings of a run: from the command line, from the data set's own, or from the run to go on with."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nnfund.cli.choices import DATA, data_choice

SETTINGS = "settings.json"


@dataclass(frozen=True)
class Settings:
    """What fixes the numbers of a run; the names are those of the options."""

    data: str
    model: str
    epochs: int
    lr: float
    batch_size: int
    seed: int

    def save(self, folder: Path) -> None:
        """Write them beside the run's checkpoint."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SETTINGS).write_text(json.dumps(asdict(self), indent=2) + "\n")


def settle(options: Namespace) -> tuple[Settings, Path]:
    """Settings and output folder of a run, from the parsed options.

    Raises:
        ValueError: Options contradict each other, the run to resume, or the run in the folder.
    """
    given = {
        name: value for name in Settings.__annotations__ if (value := getattr(options, name)) is not None
    }
    if options.resume:
        return _resumed(given, options.out)
    if "data" not in given:
        raise ValueError(f"--data is missing; one of: {', '.join(DATA)}; or a folder of images")
    choice = data_choice(given["data"])
    if given["data"] in DATA and Path(given["data"]).is_dir():
        name = given["data"]
        note = f"note: {name} is the data set of that name; for the folder here, write ./{name}"
        print(note, file=sys.stderr)
    own = {
        "model": choice.model,
        "epochs": choice.epochs,
        "lr": choice.lr,
        "batch_size": choice.batch_size,
        "seed": 0,
    }
    settings = Settings(**(own | given))
    folder = options.out or default_folder(settings.data, settings.model)
    if (folder / SETTINGS).exists():
        raise ValueError(
            f"{folder} holds a run already: go on with it (nnfund train --resume --out {folder}), "
            "or name another folder (--out …)"
        )
    return settings, folder


def default_folder(data: str, model: str) -> Path:
    """Where a run goes when nothing else is said."""
    return Path("runs") / f"{Path(os.path.abspath(data)).name}-{model}"


def _resumed(given: dict[str, Any], out: Path | None) -> tuple[Settings, Path]:
    if out is None:
        if "data" not in given:
            raise ValueError(
                "--resume needs to know which run: name its folder (--out …) or its data (--data …)"
            )
        out = default_folder(given["data"], given.get("model", data_choice(given["data"]).model))
    try:
        settings = Settings(**json.loads((out / SETTINGS).read_text()))
    except FileNotFoundError:
        raise ValueError(f"{out} holds no run to resume; leave --resume out to start one") from None
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{out / SETTINGS} is damaged ({error}); start anew in another folder (--out …)"
        ) from error
    for name, value in given.items():
        if value != getattr(settings, name):
            option = name.replace("_", "-")
            raise ValueError(
                f"--{option} {value} differs from the run in {out}, which has {getattr(settings, name)}; "
                f"leave --{option} out, or start another run without --resume"
            )
    return settings, out
