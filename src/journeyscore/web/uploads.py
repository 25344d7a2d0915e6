"""Files on their way in: streamed to the data directory, under a random name, for a day at most."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from journeyscore.connectors.files.mapping import Mapping
from journeyscore.domain.errors import NotFoundError
from journeyscore.web.mapping_text import mapping_text, read_text
from journeyscore.web.workspace import workspace

FOLDER = "uploads"
MOST_BYTES = 2 * 1024**3
SPARE = 64 * 1024**2
"""So much stays free beside the file itself and what is made of it."""
KEPT_SECONDS = 24 * 3600
ABOUT = "about.json"
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent. `by` is an account's number; `name` is what it was called, `path` where it lies.

    `kept_from`: the import whose refused rows these are, repaired.
    """

    token: str
    name: str
    by: int | None
    mapping: Mapping | None = None
    source: str | None = None

    @property
    def path(self) -> Path:
        """Where the file lies: the folder's name is random, the file's own is made harmless."""
        return folder() / self.token / harmless(self.name)

    @property
    def size(self) -> int:
        """Bytes; 0 if it is gone."""
        return self.path.stat().st_size if self.path.exists() else 0


def folder() -> Path:
    """The folder for uploads, readable by its owner only."""
    place = workspace().path / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def harmless(name: str) -> str:
    """A file's name that is safe in any file system and message; its ending stays."""
    plain = re.sub(r"[^\w.-]+", "_", Path(name.replace("\\", "/")).name).lstrip(".-_")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:60]}.{ending[:10]}" if dot and stem else plain[:60] or "file"


def keep(name: str, draft: Path, by: int | None) -> Upload:
    """Take a whole file into the folder under a new token."""
    upload = Upload(secrets.token_hex(16), name[:200], by)
    upload.path.parent.mkdir(mode=0o700)
    draft.chmod(0o600)
    draft.rename(upload.path)
    write(upload)
    return upload


def keep_text(name: str, text: str, by: int | None) -> Upload:
    """A file made here."""
    draft = new_draft()
    draft.write_text(text, encoding="utf-8", newline="")
    return keep(name, draft, by)


def write(upload: Upload) -> None:
    """Note what is known of the upload beside it."""
    about = {"name": upload.name, "by": upload.by, "source": upload.source}
    about["mapping"] = mapping_text(upload.mapping) if upload.mapping else None
    place = upload.path.parent / ABOUT
    draft = place.with_suffix(".draft")
    draft.write_text(json.dumps(about), encoding="utf-8")
    draft.replace(place)


def find(token: str, by: int | None = None) -> Upload:
    """The upload of that token, and of that account if one is given. Raises NotFoundError."""
    if not TOKEN.fullmatch(token):
        raise NotFoundError("there is no such file")
    try:
        about: dict[str, Any] = json.loads((folder() / token / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFoundError("the file is not here any more: files go after an import, or after a day") from None
    text = about["mapping"]
    found = Upload(token, about["name"], about["by"], read_text(text) if text else None, about["source"])
    if by is not None and found.by != by:
        raise NotFoundError("there is no such file")
    return found


def remove(upload: Upload) -> None:
    """The file goes."""
    shutil.rmtree(upload.path.parent, ignore_errors=True)


def sweep(now: float | None = None) -> None:
    """Remove what is older than a day."""
    for path in folder().iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < (now or time.time()) - KEPT_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def mapped(upload: Upload, mapping: Mapping | None) -> Upload:
    """The upload with another mapping."""
    changed = replace(upload, mapping=mapping)
    write(changed)
    return changed


def room_for(length: int) -> bool:
    """Whether the disk has room for a file of so many bytes, and for what is made of it."""
    return shutil.disk_usage(folder()).free > 2 * length + SPARE


def new_draft() -> Path:
    """A place for a file that is not whole yet."""
    return folder() / f"{secrets.token_hex(16)}.draft"


class ToDisk(FileUploadHandler):
    """Writes the first file of a form straight into the folder; `draft` is None until it came whole."""

    def __init__(self, request: HttpRequest, most: int = MOST_BYTES) -> None:
        super().__init__(request)
        self.most = most
        self.name = ""
        self.draft: Path | None = None
        self.too_big = False
        self._writing: Path | None = None
        self._file: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins: the first is taken, others are passed over."""
        super().new_file(*args, **kwargs)
        if self._writing or not self.file_name:
            raise SkipFile
        self.name = self.file_name
        self._writing = new_draft()
        self._file = self._writing.open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some bytes."""
        if start + len(raw_data) > self.most:
            self.too_big = True
            raise StopUpload(connection_reset=True)
        assert self._file
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """It came whole."""
        assert self._file
        self._file.close()
        self.draft = self._writing

    def drop(self) -> None:
        """Remove what nobody took."""
        if self._file:
            self._file.close()
        if self._writing:
            self._writing.unlink(missing_ok=True)


def everything() -> Iterator[Path]:
    """What lies in the folder."""
    yield from folder().iterdir()
