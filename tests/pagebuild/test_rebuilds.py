"""When a page is executed again, and when not."""

import subprocess
import sys
import time


def test_a_page_is_executed_when_its_outputs_may_have_changed_and_only_then(project):
    project.write("01_a", "# %%\nfrom nnfund import claim\nclaim('Yes.', True)\n")
    project.write("02_b", "# %%\nfrom nnfund.data import make_moons\nprint(len(make_moons(10).inputs))\n")
    assert project.executed(project.build()) == {"01_a", "02_b"}
    assert project.executed(project.build()) == set()

    project.write(
        "01_a",
        "# %% [markdown]\n# # New prose\n#\n# Other.\n\n"
        "# %%\nfrom nnfund import claim\nclaim('Yes.', True)\n",
    )
    assert project.executed(project.build()) == set()
    assert "New prose" in project.page("01_a")

    project.write("01_a", "# %%\nfrom nnfund import claim\nclaim('No.', True)\n")
    assert project.executed(project.build()) == {"01_a"}

    module = project.root / "nnfund" / "data" / "synthetic.py"
    module.write_text(module.read_text() + "\nEXTRA = 1\n")
    assert project.executed(project.build()) == {"02_b"}

    for entry in (project.root / ".cache" / "outputs").glob("01_a-*.json"):
        entry.write_bytes(entry.read_bytes()[:-20])
    assert project.executed(project.build()) == {"01_a"}


def test_an_interrupted_build_leaves_a_usable_cache(project):
    project.write("01_quick", "# %%\nprint('quick')\n")
    project.write("02_slow", "# %%\nimport time\ntime.sleep(600)\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    build = subprocess.Popen(
        command,
        cwd=project.root,
        env=project.environment(),
        stderr=subprocess.DEVNULL,
    )
    outputs = project.root / ".cache" / "outputs"
    deadline = time.monotonic() + 120
    while not list(outputs.glob("01_quick-*.json")) and time.monotonic() < deadline:
        time.sleep(0.2)
    build.kill()
    build.wait()
    project.write("02_slow", "# %%\nprint('no longer slow')\n")
    assert project.executed(project.build()) == {"02_slow"}


def test_the_notice_of_a_stand_in_is_on_the_page_and_in_the_log(project):
    project.write("01_a", "# %%\nfrom nnfund.data import load_mnist\nmnist = load_mnist()\n")
    done = project.build(NNFUND_DATA_POLICY="embedded")
    assert done.returncode == 0, done.stderr
    assert '<div class="admonition info">' in project.page("01_a")
    notice = [line for line in done.stderr.splitlines() if "01_a.py: " in line]
    assert "MNIST" in notice[0]


def test_real_data_that_is_missing_fails_the_build_when_the_policy_asks_for_it(project):
    project.write("01_a", "# %%\nfrom nnfund.data import load_mnist\nmnist = load_mnist()\n")
    nowhere = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = project.build(NNFUND_DATA_POLICY="real", **nowhere)
    assert done.returncode == 1
    assert "MNIST" in done.stderr
