"""The way of somebody new, without an account: see it run, change a filter, review it, price it, and see what a deployment would do."""

import json
import os

import pytest

import cloud

pytestmark = pytest.mark.deploy


def test_from_the_demo_to_a_deployment_that_only_needs_an_account(tmp_path):
    # Nothing of the machine's AWS configuration, and no AWS CLI: a new user has neither. It may lie among the system's programs.
    tools = tmp_path / "tools"
    tools.mkdir()
    environment = {
        "PATH": str(tools), "HOME": str(tmp_path), "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "HTTPS_PROXY": "http://127.0.0.1:1"}

    def run(*arguments, status=0):
        outcome = cloud.sluice(*arguments, environment=environment)
        assert outcome.returncode == status, f"sluice {' '.join(arguments)}\n{outcome.stdout}{outcome.stderr}"
        return outcome

    # `make demo`, shortened.
    demo = run("demo", "--limit", "200", "--data", str(tmp_path / "data"))
    assert "0 lost" in demo.stdout and "StandardOrderPipe" in demo.stdout

    # Only orders over 1,000 from now on.
    text = (cloud.PROJECT / "template.yaml").read_text(encoding="utf-8")
    written = '"amountTier":  {"S": ["over100", "over1000", {"exists": false}]}'
    assert text.count(written) == 1
    template = tmp_path / "template.yaml"
    template.write_text(text.replace(written, '"amountTier":  {"S": ["over1000", {"exists": false}]}'), encoding="utf-8")
    run("check", str(template))

    # The way that looks right and never matches: the review says so, and there is no deployment with it.
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace(written, '"amount":  {"N": [{"numeric": [">", 100]}]}'), encoding="utf-8")
    review = run("check", str(wrong), status=1)
    assert "StandardOrderPipe" in review.stdout + review.stderr

    cost = run("cost", "--template", str(template), "--rate", "200", "--json")
    assert json.loads(cost.stdout)

    # `make package-functions` takes minutes; zips of any contents show the same.
    for name in cloud.FUNCTIONS:
        cloud.write_zip(tmp_path / "functions", name)
    deploy = ["deploy", "--functions", str(tmp_path / "functions"), "--dry-run"]
    plan = run(*deploy, "--template", str(template))
    assert "aws cloudformation deploy" in plan.stdout and "none was" in plan.stderr
    refused = run(*deploy, "--template", str(wrong), status=1)
    assert "--skip-check" in refused.stderr
    unchecked = run(*deploy, "--template", str(wrong), "--skip-check")
    assert unchecked.stdout == plan.stdout
    assert "is in order" in plan.stderr and "is in order" not in unchecked.stderr
    # There is none indeed: what needs it says so.
    assert "The AWS CLI is missing" in run("smoke", status=1).stderr
