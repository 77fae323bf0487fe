"""Writes pictures of every page of a console that runs, light and dark, for Documentation/images. Wants Pillow.

    SLUICE_CONSOLE=http://127.0.0.1:4567 SLUICE_ENDPOINT=http://127.0.0.1:4566 .venv/bin/python Tests/Clients/console_pictures.py [PAGE ...]

An order's page is `order=ID`.
"""

import io
import sys
import time
from pathlib import Path

from PIL import Image

import browser
from support import until
from test_console import PAGES

IMAGES = Path(__file__).parents[2] / "Documentation/images"
# As a picture of few colours a page takes a third of the room, and looks the same.
COLOURS = 256
# Of the hours before the engine was started there is nothing to see.
ADDRESSES = {"dashboards": "dashboards//15m"}


def main(names):
    driver = browser.open_browser()
    page = browser.Page(driver)
    page.size(1280, 860)
    for given in names or PAGES:
        name, _, order = given.partition("=")
        for scheme, ending in (("light", ""), ("dark", "-dark")):
            page.scheme(scheme)
            page.show(f"orders/Orders/{order}" if order else ADDRESSES.get(name, name))
            until(lambda: page.all(".way > li" if order else PAGES[name][1]))
            # Courses and rates need some seconds.
            time.sleep(4)
            path = IMAGES / f"console-{name}{ending}.png"
            picture = Image.open(io.BytesIO(page.picture())).convert("RGB")
            picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
            print(f"{path.name}: {path.stat().st_size // 1024} KB")
    driver.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
