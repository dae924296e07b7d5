import pytest
from pagebuild import cache as cache_module
from pagebuild.cache import KEPT, FigureCache, OutputCache
from pagebuild.execution import Executed

EXECUTED = Executed([[{"output_type": "stream", "name": "stdout", "text": "1\n"}]], [["x"]], 2.5)
KEY = "a" * 64


@pytest.fixture
def cache(tmp_path):
    cache = OutputCache(tmp_path)
    cache.store("01_a", KEY, EXECUTED)
    return cache


def test_what_is_stored_comes_back_under_its_own_name_and_fingerprint_only(cache):
    assert cache.load("01_a", KEY) == EXECUTED
    assert cache.load("01_a", "b" * 64) is None
    assert cache.load("01_a", "a" * 63 + "b") is None  # the same start
    assert cache.load("02_b", KEY) is None


def test_every_truncation_and_every_changed_byte_makes_an_entry_missing(cache, tmp_path):
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        assert cache.load("01_a", KEY) is None
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert cache.load("01_a", KEY) is None
    path.write_bytes(whole)
    assert cache.load("01_a", KEY) == EXECUTED


def test_an_interrupted_write_leaves_the_old_entry_and_no_half_one(cache, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache_module.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.store("01_a", "b" * 64, EXECUTED)
    assert cache.load("01_a", KEY) == EXECUTED
    assert cache.load("01_a", "b" * 64) is None


def test_the_latest_outputs_stand_in_for_a_page_that_still_runs(cache):
    assert cache.load_latest("01_a") == EXECUTED
    assert cache.load_latest("02_b") is None


def test_a_few_versions_of_a_page_are_kept_and_of_every_page(cache, tmp_path):
    cache.store("02_b", KEY, EXECUTED)
    for n in range(KEPT + 3):
        cache.store("01_a", f"{n}" * 64, EXECUTED)
    assert len(list(tmp_path.glob("01_a-*"))) == KEPT
    assert cache.load("02_b", KEY) == EXECUTED


def test_a_figure_is_encoded_once(tmp_path, monkeypatch):
    svg = '<svg width="72pt" height="36pt"><path stroke="#010203"/></svg>'
    cache = FigureCache(tmp_path)
    first = cache.figure({"image/svg+xml": svg, "text/plain": "<Figure>"})
    monkeypatch.setattr(cache_module, "make_figure", None)  # a second encoding would fail
    assert FigureCache(tmp_path).figure({"image/svg+xml": svg, "text/plain": "another text"}) == first
    assert cache.figure({"text/plain": "3"}) is None
