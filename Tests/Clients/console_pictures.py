"""Writes pictures of every page of a console that runs, light and dark, for Documentation/images.

    SLUICE_CONSOLE=http://127.0.0.1:4567 .venv/bin/python Tests/Clients/console_pictures.py [PAGE ...]
"""

import sys
import time
from pathlib import Path

import browser
from support import until
from test_console import PAGES

IMAGES = Path(__file__).parents[2] / "Documentation/images"


def main(names):
    driver = browser.open_browser()
    page = browser.Page(driver)
    page.size(1440, 900)
    for name in names or PAGES:
        for scheme, ending in (("light", ""), ("dark", "-dark")):
            page.scheme(scheme)
            page.show(name)
            until(lambda: page.all(PAGES[name.split("/")[0]][1]))
            # Courses and rates need some seconds.
            time.sleep(6)
            path = IMAGES / f"console-{name.split('/')[0]}{ending}.webp"
            page.picture(path)
            print(f"{path.name}: {path.stat().st_size // 1024} KB")
    driver.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
