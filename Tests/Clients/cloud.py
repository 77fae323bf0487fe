"""moto as AWS: the real AWS CLI speaks to the real addresses through its proxy, so nothing tells it that no AWS is there."""

import contextlib
import json
import os
import pty
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SLUICE_PROGRAM", "sluice")
ACCOUNT = "123456789012"
# Not us-east-1, which buckets must not name.
REGION = "eu-central-1"
FUNCTIONS = ["OrderProcessorFunction", "PremiumServiceFunction"]


def command_lines():
    """The AWS CLIs of this machine: the one that belongs to this Python, and the system's, which may be of version 2."""
    found = [Path(sys.executable).with_name("aws"), Path("/usr/bin/aws")]
    found = [path for path in found if path.exists()] or [Path(shutil.which("aws") or "aws")]
    return list(dict.fromkeys(str(path) for path in found))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Cloud:
    """A moto proxy and an AWS CLI that is led through it."""

    def __init__(self, port, program, certificate, folder):
        self.program = program
        # The program that is found first as `aws` in PATH.
        tools = folder / "tools"
        tools.mkdir()
        (tools / "aws").symlink_to(program)
        self.environment = {
            "PATH": f"{tools}:/usr/bin:/bin",
            "HOME": str(folder),
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CA_BUNDLE": str(certificate),
            "HTTPS_PROXY": f"http://127.0.0.1:{port}",
            "HTTP_PROXY": f"http://127.0.0.1:{port}",
        }

    def sluice(self, *arguments, environment=None):
        """Runs sluice with nobody at the terminal."""
        return sluice(*arguments, environment=environment or self.environment)

    def at_terminal(self, answer, *arguments):
        """Runs sluice at a terminal where somebody types one line."""
        master, slave = pty.openpty()
        try:
            os.write(master, f"{answer}\n".encode())
            return subprocess.run(
                [PROGRAM, *arguments], stdin=slave, capture_output=True, text=True, timeout=120, check=False,
                env=self.environment, cwd=PROJECT)
        finally:
            os.close(slave)
            os.close(master)

    def aws(self, *arguments):
        """Runs the AWS CLI itself and gives its answer."""
        environment = {**self.environment, "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": ""}
        run = subprocess.run(
            [self.program, *arguments, "--output", "json"], capture_output=True, text=True, timeout=60, check=False,
            env=environment)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout) if run.stdout.strip() else {}


def sluice(*arguments, environment, folder=PROJECT):
    return subprocess.run(
        [PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
        env=environment, cwd=folder)


@contextlib.contextmanager
def running_cloud(program, folder):
    """A cloud of its own, empty at the start."""
    import moto.moto_proxy

    certificate = Path(moto.moto_proxy.__file__).with_name("ca.crt")
    port = free_port()
    with open(folder / "moto.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from moto.proxy import main; main()", "-H", "127.0.0.1", "-p", str(port)],
            stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        try:
            deadline = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert process.poll() is None, (folder / "moto.log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline, "moto does not start"
                time.sleep(0.1)
            yield Cloud(port, program, certificate, folder)
        finally:
            # What starts the tests may have it that milder signals are ignored, and that is inherited.
            process.kill()
            process.wait(timeout=20)


def template_for_moto(folder):
    """template.yaml without its dashboard: moto knows no ARNs of alarms, which the dashboard shows."""
    text = (PROJECT / "template.yaml").read_text(encoding="utf-8")
    sections = re.split(r"(?m)^(?=  \w+:$)", text)
    kept = [part for part in sections if "AWS::CloudWatch::Dashboard" not in part and "!Ref OrdersDashboard\n" not in part]
    assert len(kept) < len(sections)
    path = folder / "template.yaml"
    path.write_text("".join(kept), encoding="utf-8")
    return path


def parameters_of(template):
    """All parameters in words: moto finds a template unchanged only when it got them so the first time, and not empty."""
    text = template.read_text(encoding="utf-8")
    text = text[text.index("\nParameters:"):text.index("\nResources:")]
    words = []
    for block in re.split(r"(?m)^(?=  \w+:$)", text)[1:]:
        name = block.strip().split(":")[0]
        default = re.search(r"(?m)^    Default: (\S+)$", block)[1].strip('"')
        words += ["--parameter", f"{name}={default or 'ops@shop.example'}"]
    return words


def write_zip(folder, name, text="#!/bin/sh\n"):
    folder.mkdir(exist_ok=True)
    entry = zipfile.ZipInfo("bootstrap", (2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.writestr(entry, text)
