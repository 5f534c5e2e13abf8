"""Headless Chromium, and the desk's screenshots: ``python -m infra.local.browser --help``."""

import argparse
import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.front import front
from infra.local.stack import local_stack
from models.build import prepare_pack
from models.settings import PackSettings
from teletipo.errors import TeletipoError
from teletipo.progress import progress_display

_SAMPLE = Path("events/articles/es-desalinizadora.txt")
# The first draws no windows of its own, so pages open in half the time.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
_WAIT_MILLISECONDS = 120_000
# File name → viewport size, colour scheme, browser language.
_PICTURES: dict[str, tuple[tuple[int, int], str, str]] = {
    "desk": ((1280, 860), "light", "en"),
    "desk-dark": ((1280, 860), "dark", "es"),
    "desk-narrow": ((420, 900), "light", "zh-CN"),
}


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Yield a Playwright browser. Raises ``NoBrowser``, which says how to install one."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise NoBrowser(
            "Chromium is not on the PATH. On Debian, run: apt-get install chromium-headless-shell"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def take_pictures(browser: Any, address: str, key: str, directory: Path) -> list[Path]:
    """Post an article and take a screenshot of its summary per viewport; return the files."""
    taken = []
    for name, ((width, height), scheme, locale) in _PICTURES.items():
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale=locale
        )
        page.set_default_timeout(_WAIT_MILLISECONDS)
        page.add_init_script("localStorage.setItem('teletipo-reviewer', '\"Ana Soler\"')")
        page.goto(f"{address}/#key={key}")
        page.click("#new-article")
        page.set_input_files("#file", _SAMPLE)
        page.click("#new button[type=submit]")
        page.wait_for_selector(".sentence")
        page.locator("[role=tab]").nth(1 if width > height else 2).click()
        page.locator(".sentence").nth(1).focus()
        page.locator(".said button").click()
        path = directory / f"{name}.png"
        page.screenshot(path=path)
        page.close()
        taken.append(path)
    return taken


def main(arguments: list[str] | None = None) -> int:
    """Take the screenshots. Exit codes: 0 done, 1 no browser or no stack, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.browser", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        with progress_display("Pictures") as progress:
            pack_dir = prepare_pack(PackSettings.load(), progress)
            with (
                local_stack(pack_dir, progress) as stack,
                front(stack.api_url, 0) as address,
                chromium() as browser,
            ):
                for path in take_pictures(browser, address, stack.api_key(), options.out):
                    progress(f"wrote {path}", 1.0)
    except (TeletipoError, NoBrowser, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
