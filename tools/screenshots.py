"""The sample's review in, docs/images/review.LANGUAGE.png out: its first page, as the docs show it.

    make screenshots                    or: python -m tools.screenshots; it needs Chromium, Pillow, and a Chinese font

The pictures are of this machine's fonts; no test compares them.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "zh-CN")
ASKED = ("0004_orders:head", "--env", "prod", "--dialect", "postgresql", "--quiet")
WIDTH, HEIGHT = 1280, 1470


def review(language: str, place: Path) -> Path:
    """The sample's review.html in that language."""
    project = place / language
    shutil.copytree(ROOT / "samples/bookshop", project)
    settings = project / "sqlgen.toml"
    settings.write_text(f'language = "{language}"\n{settings.read_text(encoding="utf-8")}', encoding="utf-8")
    program = Path(sys.executable).parent / "sqlgen"
    subprocess.run([program, "review", *ASKED, "--output", "out"], cwd=project, check=True)
    return project / "out/review.html"


def small(png: bytes) -> bytes:
    """With a palette: a fifth of the bytes, and letters look the same."""
    made = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def main() -> None:
    program = chromium.found()
    if program is None:
        sys.exit("no Chromium is installed (Debian: apt-get install chromium fonts-noto-cjk)")
    images = ROOT / "docs/images"
    images.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        browser = chromium.Browser(program, Path(temporary) / "profile")
        for language in LANGUAGES:
            page_of = review(language, Path(temporary))
            with browser.page(page_of.as_uri(), width=WIDTH) as page:
                data = small(page.picture(height=HEIGHT))
            (images / f"review.{language}.png").write_bytes(data)
            print(f"docs/images/review.{language}.png: {len(data):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
