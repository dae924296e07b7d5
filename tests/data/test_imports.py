import subprocess
import sys


def test_importing_the_data_layer_loads_nothing_heavy_but_torch():
    code = """
import sys
import nnfund.data
heavy = {"torchvision", "sklearn", "matplotlib", "PIL", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)
