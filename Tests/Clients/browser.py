"""A headless Chromium that looks at the console, and what every page must bear."""

import base64
import json
import os
import shutil
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CONSOLE = os.environ.get("SLUICE_CONSOLE", "")


def open_browser():
    """A browser; skips the test, and says so aloud, where there is none."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver and CONSOLE):
        missing = "SLUICE_CONSOLE is not set" if not CONSOLE else "there is no Chromium: apt-get install chromium chromium-driver"
        warnings.warn(f"THE CONSOLE IS NOT TESTED: {missing}", stacklevel=1)
        pytest.skip(missing)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
        "--disable-component-update", "--no-first-run", "--force-prefers-reduced-motion",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


class Page:
    """One page of the console in the browser."""

    def __init__(self, driver, address=CONSOLE):
        self.driver = driver
        self.address = address

    def size(self, width, height=900):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})

    def scheme(self, scheme):
        """Light or dark, as the system would have it."""
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def show(self, path):
        self.driver.get(f"{self.address}/#/{path}")
        # The same address but for what follows the # is no new page for a browser.
        self.driver.refresh()

    def picture(self):
        """What is seen, as a PNG."""
        self.run("scrollTo(0, 0)")
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"])

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector):
        return self.driver.find_element("css selector", selector)

    def click(self, selector):
        """Clicks what a reader would click: the page may be drawn anew between the look and the click."""
        from selenium.common.exceptions import StaleElementReferenceException

        for _ in range(20):
            try:
                return self.one(selector).click()
            except StaleElementReferenceException:
                continue
        raise AssertionError(f"{selector} is drawn anew again and again")

    def text(self, selector="main"):
        return self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent).join('\\n')", selector)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def errors(self):
        """What the browser complained about since the last time."""
        return [line["message"] for line in self.driver.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]

    def hosts(self):
        """The hosts that were asked for anything since the last time."""
        found = set()
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urlsplit(message["params"]["request"]["url"])
                if address.scheme in ("http", "https", "ws", "wss"):
                    found.add(address.netloc)
        return found

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def violations(self):
        """What axe-core finds, in words."""
        import axe_selenium_python

        # An error of axe-core would end the package's own call by its time-out alone.
        script = Path(axe_selenium_python.__file__).parent / "node_modules/axe-core/axe.min.js"
        self.driver.execute_script(script.read_text())
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations), (error) => done(String(error)));")
        assert isinstance(found, list), found
        return [f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}" for each in found]
