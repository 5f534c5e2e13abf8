"""Articles from files, folders and standard input."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from teletipo.errors import TeletipoError


class InputError(TeletipoError):
    """An argument names no file that can be read."""


@dataclass(frozen=True)
class Input:
    """One article's bytes and its name."""

    name: str
    """The file's name, or ``stdin``."""
    data: bytes
    path: Path | None = None
    key: str = ""
    """The file's path in the folder that was named, else its name."""


def read_input(argument: str, max_bytes: int) -> Input:
    """Return one file's bytes; ``-`` is standard input. Raises ``InputError``.

    One byte over the limit is read, so that what is too large can be told from what is not.
    """
    if argument == "-":
        return Input("stdin", sys.stdin.buffer.read(max_bytes + 1), key="stdin")
    _check(argument)
    path = Path(argument)
    if path.is_dir():
        raise InputError(f"{argument} is a folder; name a file in it.")
    return _file(path, max_bytes, path.name)


def read_inputs(found: Iterable[tuple[str, Path | None]], max_bytes: int) -> Iterator[Input]:
    """Yield the articles of ``files``, one at a time. Raises ``InputError``."""
    for key, path in found:
        yield _file(path, max_bytes, key) if path else read_input("-", max_bytes)


def files(arguments: Sequence[str]) -> list[tuple[str, Path | None]]:
    """Return the key and the path of each article; standard input has no path.

    A folder's are in order of name, without files whose name begins with a dot. In a key, bytes
    that are not UTF-8 are replaced. Raises ``InputError``.
    """
    found: list[tuple[str, Path | None]] = []
    for argument in arguments:
        if argument == "-":
            found.append(("stdin", None))
            continue
        _check(argument)
        path = Path(argument)
        if not path.is_dir():
            found.append((_printable(path.name), path))
            continue
        inside = sorted(
            each
            for each in path.rglob("*")
            if each.is_file()
            and not any(part.startswith(".") for part in each.relative_to(path).parts)
        )
        if not inside:
            raise InputError(f"The folder {argument} has no files.")
        found += [(_printable(each.relative_to(path).as_posix()), each) for each in inside]
    return found


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def _check(argument: str) -> None:
    if argument.startswith(("http://", "https://", "s3://")):
        raise InputError(
            f"{argument} is an address; download it first, and name the file or pipe it in."
        )
    if not Path(argument).exists():
        raise InputError(f"There is no file {argument}.")


def _file(path: Path, max_bytes: int, key: str) -> Input:
    try:
        with path.open("rb") as file:
            return Input(path.name, file.read(max_bytes + 1), path, key)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
