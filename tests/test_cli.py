import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from nnfund.cli import choices, main
from nnfund.cli.choices import DATA, MODELS, build_model
from nnfund.data import Part, Splits

ROOT = Path(__file__).parents[1]
QUICK = ["train", "--data", "moons", "--epochs", "3", "--batch-size", "100"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNFUND_DEVICE", "cpu")
    return tmp_path


def interrupt_after(monkeypatch, epochs):
    """Press Ctrl-C in the epoch after so many."""

    def after_epoch(self, run):
        if run.epoch == epochs:
            raise KeyboardInterrupt

    monkeypatch.setattr("nnfund.cli.train.PrintEpochs.after_epoch", after_epoch)


def test_train_leaves_everything_that_it_names(folder, capsys):
    assert main(QUICK) == 0
    out = folder / "runs" / "moons-mlp"
    names = {
        "best.pt",
        "checkpoint.ckpt",
        "confusion.png",
        "history.json",
        "history.png",
        "report.md",
        "settings.json",
    }
    assert {path.name for path in out.iterdir()} == names
    assert all((out / name).read_bytes()[:4] == b"\x89PNG" for name in names if name.endswith("png"))
    assert len(json.loads((out / "history.json").read_text(encoding="utf-8"))["train_loss"]) == 3
    report = (out / "report.md").read_text(encoding="utf-8")
    assert "| true \\ predicted | upper | lower |" in report
    assert all((out / name).exists() for name in re.findall(r"\]\((.*?)\)", report))
    assert "report.md" in capsys.readouterr().out
    model = build_model("mlp", DATA["moons"].load())
    model.load_state_dict(torch.load(out / "best.pt", weights_only=True))


def test_masks_are_reported_too(folder, monkeypatch):
    part = Part(torch.rand(8, 1, 16, 16), torch.randint(2, (8, 1, 16, 16)).float())
    splits = Splits("tiny cells", part, part, part, ("background", "cell"), torch.zeros(1), torch.ones(1))
    monkeypatch.setitem(choices.DATA, "cells", choices.DataChoice("", lambda: splits, "unet"))
    assert main(["train", "--data", "cells", "--epochs", "1"]) == 0
    report = (folder / "runs" / "cells-unet" / "report.md").read_text(encoding="utf-8")
    assert "| test iou |" in report
    assert "(masks.png)" in report


def test_bytes_are_normalised_and_augmented(monkeypatch):
    images = torch.randint(256, (40, 3, 8, 8), dtype=torch.uint8)
    part = Part(images, torch.arange(40) % 2)
    splits = Splits("tiny photographs", part, part, part, ("a", "b"), torch.full((3,), 0.5), torch.ones(3))
    monkeypatch.setitem(
        choices.DATA, "cifar10", choices.DataChoice("", lambda: splits, "resnet", augment=True)
    )
    assert main(["train", "--data", "cifar10", "--epochs", "1"]) == 0


@pytest.fixture
def pets(folder):
    """Twelve dark cats and twelve bright dogs, of two sizes."""
    from PIL import Image

    for name, grey in (("cat", 30), ("dog", 220)):
        (folder / "pictures" / "pets" / name).mkdir(parents=True)
        for i in range(12):
            picture = Image.new("RGB", (16 + i % 2, 16), (grey, i, 100))
            picture.save(folder / "pictures" / "pets" / name / f"{i}.png")
    return folder / "pictures" / "pets"


def test_a_folder_of_images_is_trained_on_and_reported(folder, pets, capsys):
    assert main(["train", "--data", "pictures/pets/", "--epochs", "2", "--batch-size", "8"]) == 0
    out = folder / "runs" / "pets-cnn"
    assert f"the report is {Path('runs/pets-cnn/report.md')}" in capsys.readouterr().out
    report = (out / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# cnn on pets (24 images in 2 classes, from 16 to 17 pixels wide or high")
    assert "| true \\ predicted | cat | dog |" in report
    assert re.search(r"with the weights of epoch [12], which was the best in validation", report)
    assert "| always the most frequent class | 0.5000 |" in report
    before = (out / "best.pt").read_bytes()
    assert main(["train", "--resume", "--out", "runs/pets-cnn"]) == 0  # reads the folder again
    assert (out / "best.pt").read_bytes() == before


def test_a_folder_that_is_called_like_a_data_set(folder, capsys):
    (folder / "moons").mkdir()
    assert main(QUICK) == 0
    assert (
        "note: moons is the data set of that name; for the folder here, write ./moons"
        in capsys.readouterr().err
    )
    assert main(["train", "--data", "./moons"]) == 1
    assert "moons holds no sub-folder" in capsys.readouterr().err


@pytest.mark.parametrize("model", ["linear", "mlp", "resnet"])
def test_a_folder_suits_every_model_of_images(pets, model):
    assert main(["train", "--data", "pictures/pets", "--model", model, "--epochs", "1"]) == 0


def test_a_folder_with_a_damaged_image_is_an_error_of_one_line_per_file(folder, pets, capsys):
    (pets / "cat" / "0.png").write_text("no picture")
    assert main(["train", "--data", "pictures/pets"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("nnfund: error: replace or remove what is no image:\n")
    assert "Traceback" not in err
    assert not (folder / "runs").exists()


def test_cifar10_is_trained_as_the_benchmark_does():
    benchmark = (ROOT / "benchmarks" / "cifar10.py").read_text(encoding="utf-8")
    choice = DATA["cifar10"]
    assert f"epochs: int = {choice.epochs}, lr: float = {choice.lr}" in benchmark
    assert f"batch_size={choice.batch_size}" in benchmark
    assert f"label_smoothing={choice.label_smoothing}" in benchmark
    assert "weight_decay=5e-4" in benchmark
    assert choice.weight_decay == 5e-4


def test_a_stand_in_is_named_in_the_report(folder, monkeypatch):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "embedded")
    assert main(["train", "--data", "mnist", "--epochs", "1"]) == 0
    assert "real data was not to be had" in (folder / "runs" / "mnist-mlp" / "report.md").read_text(
        encoding="utf-8"
    )


def test_ctrl_c_keeps_a_checkpoint_and_says_how_to_resume(folder, monkeypatch, capsys):
    assert main([*QUICK, "--out", "whole"]) == 0
    with monkeypatch.context() as patch:
        interrupt_after(patch, 2)
        assert main([*QUICK, "--out", "cut"]) == 130
    assert "nnfund train --resume --out cut" in capsys.readouterr().out
    assert not (folder / "cut" / "report.md").exists()
    assert main(["train", "--resume", "--out", "cut"]) == 0
    first, second = (torch.load(folder / name / "best.pt") for name in ("whole", "cut"))
    assert all(torch.equal(first[name], second[name]) for name in first)
    reports = [(folder / name / "report.md").read_text(encoding="utf-8") for name in ("whole", "cut")]
    assert reports[0] == reports[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_a_real_sigint_ends_without_a_traceback(folder):
    command = [sys.executable, "-m", "nnfund", *QUICK[:3], "--epochs", "100000", "--out", "run"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )
    for _ in range(600):
        if (folder / "run" / "best.pt").exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "nnfund train --resume --out run" in out
    assert "Traceback" not in err


def test_resuming_a_finished_run_writes_its_report_again(folder):
    assert main(QUICK) == 0
    report = folder / "runs" / "moons-mlp" / "report.md"
    before = report.read_text(encoding="utf-8")
    report.unlink()
    assert main(["train", "--resume", "--data", "moons"]) == 0
    assert report.read_text(encoding="utf-8") == before


def test_list_names_every_choice(capsys):
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    assert all(re.search(rf"^  {name} +\w", out, re.MULTILINE) for name in [*DATA, *MODELS])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--data", "moons", "--model", "gpt"], r"invalid choice: 'gpt' \(choose from .*mlp"),
        (["--data", "moons", "--epochs", "0"], "--epochs: '0' must be a whole number, 1 or more"),
        (["--data", "moons", "--lr", "-1"], "--lr: '-1' must be a number, 0 or more"),
        (["--data", "moons", "--lr", "nan"], "--lr: 'nan' must be a number"),
        (["--data", "moons", "--batch-size", "x"], "--batch-size: 'x' must be a whole number"),
    ],
)
def test_options_that_are_no_options(options, named, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", *options])
    assert stopped.value.code == 2
    assert re.search(named, capsys.readouterr().err)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ([], "--data is missing; one of: mnist.*or a folder of images"),
        (["--data", "mnits"], r"'mnits' is neither a data set \(mnist, cifar10.*\) nor a folder"),
        (["--data", "pictures/pets"], "pictures/pets is not there; name a folder"),
        (["--data", "."], "holds no sub-folder"),
        (["--data", "moons", "--model", "cnn"], "--model cnn does not suit moons .*what does: linear, mlp"),
        (
            ["--data", "digits", "--model", "unet"],
            "--model unet does not suit .*what does: linear, mlp, cnn, resnet",
        ),
        (["--data", "moons", "--device", "quantum"], "device='quantum' is no device; this machine has"),
        (["--data", "moons", "--seed", "99999999999"], "seed=99999999999 must be"),
        (["--resume"], "name its folder"),
        (["--resume", "--out", "nowhere"], "nowhere holds no run to resume"),
        (["--data", "moons", "--lr", "1e30", "--epochs", "1"], "the loss is nan in epoch 1, batch"),
    ],
)
def test_errors_are_one_line_without_a_traceback(options, named, capsys):
    assert main(["train", *options]) == 1
    err = capsys.readouterr().err
    assert err.startswith("nnfund: error: ")
    assert re.search(named, err)


def test_a_run_that_diverged_leaves_its_folder_to_the_next(capsys):
    assert main([*QUICK, "--lr", "1e30"]) == 1
    assert "a learning rate ten times smaller" in capsys.readouterr().err
    assert main([*QUICK, "--lr", "0.1"]) == 0


def test_a_folder_in_use_and_settings_that_differ(folder, capsys):
    assert main([*QUICK, "--out", "run"]) == 0
    assert main([*QUICK, "--out", "run"]) == 1
    assert "nnfund train --resume --out run" in capsys.readouterr().err
    assert main(["train", "--resume", "--out", "run", "--epochs", "9"]) == 1
    assert "--epochs 9 differs from the run in run, which has 3" in capsys.readouterr().err
    path = folder / "run" / "checkpoint.ckpt"
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["train", "--resume", "--out", "run"]) == 1
    assert "checkpoint.ckpt is damaged" in capsys.readouterr().err
    (folder / "run" / "settings.json").write_text("{")
    assert main(["train", "--resume", "--out", "run"]) == 1
    assert "settings.json is damaged" in capsys.readouterr().err


def test_help_has_examples(capsys):
    for arguments in (["--help"], ["train", "--help"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "nnfund train --data mnist --model cnn" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name in DATA if name not in ("mnist", "cifar10", "nuclei")])
def test_every_embedded_data_set_suits_its_own_model(name):
    splits = DATA[name].load()
    model = build_model(DATA[name].model, splits).eval()
    inputs = splits.test.inputs[:2].float()
    outputs = model(inputs)
    assert outputs.shape == ((2, len(splits.classes)) if splits.train.targets.ndim == 1 else inputs.shape)
