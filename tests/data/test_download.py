import os
import socket
import time
import urllib.request
from functools import partial

import pytest

from nnfund.data import download
from nnfund.data.download import (
    CorruptDataError,
    DataUnavailableError,
    check_file,
    fetch,
    publish,
    staging_folder,
)

from .conftest import files_in, md5

CONTENT = os.urandom(200_000)
is_content = partial(check_file, md5=md5(CONTENT))


def test_fetch_takes_the_first_address_that_works(web, tmp_path):
    web["/file"] = CONTENT
    fetch([web.url + "gone", web.url + "file"], tmp_path / "file", check=is_content)
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_fetch_refuses_a_wrong_checksum(web, tmp_path):
    web["/file"] = CONTENT[::-1]
    with pytest.raises(DataUnavailableError, match=f"{md5(CONTENT[::-1])} instead of {md5(CONTENT)}"):
        fetch([web.url + "file"], tmp_path / "file", check=is_content)


def test_fetch_says_when_a_connection_ends_early(web, tmp_path):
    web["/file"] = CONTENT
    web.truncate = True
    with pytest.raises(DataUnavailableError, match="ended after 100,000 of 200,000 bytes"):
        fetch([web.url + "file"], tmp_path / "file", check=is_content)


def test_fetch_says_what_each_address_answered(tmp_path):
    with pytest.raises(DataUnavailableError, match=r"download file\..*one/file: .*not known.*two/file: "):
        fetch(["http://one/file", "http://two/file"], tmp_path / "file", check=is_content)


def test_fetch_gives_up_soon_on_a_server_that_does_not_answer(monkeypatch, tmp_path):
    assert download.TIMEOUT <= 5
    monkeypatch.setattr(download, "TIMEOUT", 0.2)
    monkeypatch.setattr(download, "urlopen", urllib.request.urlopen)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.perf_counter()
        with pytest.raises(DataUnavailableError, match="timed out"):
            fetch([f"http://127.0.0.1:{silent.getsockname()[1]}/file"], tmp_path / "file", check=is_content)
        assert time.perf_counter() - start < 3


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ValueError, DataUnavailableError])
def test_staging_folder_leaves_nothing_behind(tmp_path, trouble):
    with pytest.raises(trouble), staging_folder(tmp_path / "data") as staging:  # noqa: PT012
        (staging / "half").write_bytes(b"half")
        raise trouble("stop")
    assert files_in(tmp_path) == ["data"]


def test_interrupted_download_leaves_nothing_behind(web, tmp_path, monkeypatch):
    web["/file"] = CONTENT

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("tqdm.tqdm.update", interrupt)  # Ctrl-C in the middle of the first piece
    with pytest.raises(KeyboardInterrupt), staging_folder(tmp_path / "data") as staging:
        fetch([web.url + "file"], staging / "file", check=is_content)
    assert files_in(tmp_path) == ["data"]


def test_publish_moves_a_file_to_its_place(tmp_path):
    with staging_folder(tmp_path) as staging:
        (staging / "file").write_bytes(b"new")
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "file").write_bytes(b"old")
        publish(staging / "file", tmp_path / "deep" / "file")
    assert (tmp_path / "deep" / "file").read_bytes() == b"new"
    assert files_in(tmp_path) == ["deep", "deep/file"]


@pytest.mark.parametrize("step", ["tempfile.mkdtemp", "os.replace"])
def test_read_only_folder_is_named(tmp_path, monkeypatch, step):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(f"nnfund.data.download.{step}", refuse)
    message = r"Cannot write into .*data.*Permission denied.*NNFUND_DATA"
    with pytest.raises(DataUnavailableError, match=message), staging_folder(tmp_path / "data") as staging:
        publish(staging / "file", tmp_path / "data" / "file")
    assert files_in(tmp_path / "data") == []


def test_data_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data").touch()
    with pytest.raises(DataUnavailableError, match="Cannot write into"), staging_folder(tmp_path / "data"):
        pass


def test_check_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"123")
    check_file(path, md5=md5(b"123"), size=3)
    with pytest.raises(CorruptDataError, match=r"file is damaged: it has 3 bytes instead of 4\. Delete it"):
        check_file(path, md5=md5(b"123"), size=4)
    with pytest.raises(CorruptDataError, match=r"MD5 checksum .* instead of"):
        check_file(path, md5=md5(b"124"), size=3)
