"""The console's login in a headless Chromium, on an engine of its own."""

import json
import os
import signal
import subprocess
import threading

import pytest

import browser
from support import until

pytestmark = pytest.mark.browser

PROGRAM = os.environ.get("SLUICE_PROGRAM", "")
TEMPLATE = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
"""


class Engine:
    """`sluice up` on a template of one queue."""

    def __init__(self, folder, *arguments, **environment):
        (folder / "template.yaml").write_text(TEMPLATE)
        self.lines = []
        self.process = subprocess.Popen(
            [PROGRAM, "up", "--template", folder / "template.yaml", "--data", folder / "data", "--port", "0", "--console-port", "0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment})
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def line(self, beginning, number=1):
        """What follows a beginning, in the line that has it for the so-manieth time."""
        def look():
            found = [line.removeprefix(beginning) for line in self.lines if line.startswith(beginning)]
            return found[number - 1] if len(found) >= number else None

        return until(look)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def start(tmp_path):
    if not PROGRAM:
        pytest.skip("SLUICE_PROGRAM is not set: give the path of sluice")
    started = []

    def start_engine(*arguments, **environment):
        started.append(Engine(tmp_path, *arguments, **environment))
        return started[-1]

    yield start_engine
    running = [engine for engine in started if engine.process.poll() is None]
    assert [engine.stop() for engine in running] == [0] * len(running)


@pytest.fixture(scope="module")
def own_page():
    driver = browser.open_browser()
    driver.set_script_timeout(60)
    yield browser.Page(driver)
    driver.quit()


@pytest.mark.parametrize("scheme, width", [("light", 360), ("dark", 1920)])
def test_a_password_opens_the_console_until_one_signs_out(own_page, start, scheme, width):
    page = own_page
    page.address = start(SLUICE_CONSOLE_PASSWORD="open sesame").line("the console: ")
    page.size(width)
    page.scheme(scheme)
    page.driver.get("about:blank")
    page.errors()
    page.hosts()
    page.show("queues")
    until(lambda: page.all("#login:not([hidden])"))
    assert page.run("return location.pathname") == "/login"
    # The keyboard is where the password goes.
    assert page.run("return document.activeElement.id") == "secret"
    assert page.violations() == []
    assert page.overflow() == 0
    page.one("#secret").send_keys("open barley\n")
    until(lambda: "This is not the password." in page.text("#problem"))
    page.one("#secret").send_keys("open sesame\n")
    until(lambda: page.text("#connection") == "Live")
    page.show("queues")
    until(lambda: "jobs" in page.text())
    # Scripts do not see the session.
    assert page.run("return document.cookie") == ""
    page.click("#leave")
    until(lambda: page.all("#login:not([hidden])"))
    page.show("queues")
    until(lambda: page.run("return location.pathname") == "/login")
    assert all("403" in error for error in page.errors()), "the wrong password is noted by the browser itself"
    assert page.hosts() <= {page.address.removeprefix("http://")}


def test_beyond_loopback_a_link_opens_the_console_once(own_page, start):
    page = own_page
    engine = start("--console-host", "0.0.0.0", "--insecure-plaintext")
    link = engine.line("the console: ").replace("0.0.0.0", "127.0.0.1")
    page.address = link.split("/login#")[0]
    page.show("queues")
    until(lambda: "opened with the link" in page.text())
    assert page.violations() == []
    # From elsewhere: another # alone loads nothing.
    page.driver.get("about:blank")
    page.driver.get(link)
    until(lambda: page.text("#connection") == "Live")
    engine.line("The link into the console was used; the next one is ")
    page.driver.delete_all_cookies()
    page.driver.get("about:blank")
    page.driver.get(link)
    until(lambda: "This link has been used" in page.text("#problem"))


def test_a_key_opens_the_console_with_its_rights(own_page, start, tmp_path):
    def key(name, *rights):
        run = subprocess.run(
            [PROGRAM, "keys", "create", "--credentials", tmp_path / "keys.json", "--name", name, "--json", *rights],
            capture_output=True, text=True, check=True)
        return json.loads(run.stdout)

    page, looker = own_page, key("looker", "--allow", "sluice:Report", "--on", "*")
    page.address = start("--credentials", str(tmp_path / "keys.json")).line("the console: ")
    page.size(360)
    page.driver.delete_all_cookies()
    page.driver.get("about:blank")
    page.show("queues")
    until(lambda: page.all("#login:not([hidden])"))
    assert page.run("return document.activeElement.id") == "key"
    assert "Secret access key" in page.text("#login")
    assert page.violations() == []
    assert page.overflow() == 0
    page.one("#key").send_keys(looker["accessKeyId"])
    page.one("#secret").send_keys("open sesame\n")
    until(lambda: "This is no key that may come in, or not its secret." in page.text("#problem"))
    page.one("#secret").send_keys(looker["secretAccessKey"] + "\n")
    until(lambda: page.text("#connection") == "Live")
    page.show("queues")
    until(lambda: "jobs" in page.text())
    refusal = page.run("""
        return fetch('/api/pipes/none/stop', {method: 'POST', body: '{}', headers: {
            'Content-Type': 'application/json',
            'X-Sluice-Token': document.querySelector('meta[name="sluice-token"]').content}}).then(answer => answer.text())""")
    assert "the key of looker may look and change nothing" in refusal
    page.click("#leave")
    until(lambda: page.all("#login:not([hidden])"))


@pytest.mark.parametrize("arguments, environment, words", [
    (["--console-password-file", "/nowhere"], {}, "The file /nowhere of --console-password-file cannot be read"),
    ([], {"SLUICE_CONSOLE_PASSWORD": "short"}, "a password of 5 characters; give one of at least 8"),
    (["--insecure-console", "--console-password-file", "x"], {}, "give one of them"),
    (["--host", "0.0.0.0"], {}, "can be reached from other machines"),
])
def test_bad_input_gets_one_sentence(start, arguments, environment, words):
    engine = start(*arguments, **environment)
    assert engine.process.wait(30) != 0
    until(lambda: any(words in line for line in engine.lines))
