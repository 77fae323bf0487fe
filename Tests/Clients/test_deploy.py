"""`sluice deploy`, `smoke` and `destroy` with the real AWS CLI, against moto in the place of AWS."""

import importlib.util
import json
import os
from types import SimpleNamespace

import pytest

import cloud
import support

pytestmark = pytest.mark.deploy


# The project's own AWS CLI always; the machine's, of another version, where there is time.
EACH_COMMAND_LINE = [
    pytest.param(program, marks=[pytest.mark.slow] if place else []) for place, program in enumerate(cloud.command_lines())]


# The tests of one cloud follow each other, from nothing to a stack that is gone again.
@pytest.fixture(scope="module", params=EACH_COMMAND_LINE)
def site(request, tmp_path_factory):
    """A cloud, a template and zips."""
    if importlib.util.find_spec("moto") is None:
        pytest.skip("moto is missing: run `make setup`")
    folder = tmp_path_factory.mktemp("deploy")
    template = cloud.template_for_moto(folder)
    functions = folder / "functions"
    for name in cloud.FUNCTIONS:
        cloud.write_zip(functions, name)
    with cloud.running_cloud(request.param, folder) as aws:
        deploy = ["deploy", "--template", str(template), "--functions", str(functions), *cloud.parameters_of(template)]
        yield SimpleNamespace(aws=aws, template=template, functions=functions, deploy=deploy)


@pytest.fixture(scope="module")
def deployed(site):
    """The stack, deployed once for all tests of this module."""
    run = site.aws.sluice(*site.deploy, "--yes", "--json")
    assert run.returncode == 0, run.stderr
    return SimpleNamespace(**vars(site), report=json.loads(run.stdout), said=run.stderr)


def codes(aws):
    """The bucket and key of each function's code in the deployed template."""
    body = aws.aws("cloudformation", "get-template", "--stack-name", "sluice")["TemplateBody"]
    return {name: body["Resources"][name]["Properties"]["Code"] for name in cloud.FUNCTIONS}


def status(aws):
    [stack] = aws.aws("cloudformation", "describe-stacks", "--stack-name", "sluice")["Stacks"]
    return stack["StackStatus"]


def test_without_a_terminal_and_yes_nothing_is_asked_of_aws(site):
    run = site.aws.sluice(*site.deploy)
    assert run.returncode == 2
    assert "standard input is no terminal; give --yes" in run.stderr
    assert site.aws.aws("s3api", "list-buckets").get("Buckets", []) == []


def test_a_stack_that_nobody_agrees_to_leaves_nothing_but_the_bucket(site):
    run = site.aws.at_terminal("n", *site.deploy)
    assert run.returncode == 1
    assert "Deploy these" in run.stderr and "Nothing was deployed." in run.stderr
    assert site.aws.aws("cloudformation", "describe-stacks").get("Stacks", []) == []


def test_all_of_the_template_is_deployed(deployed):
    assert deployed.report["status"] == "deployed"
    assert deployed.report["stackStatus"] == "CREATE_COMPLETE"
    actions = {change["logicalID"]: change["action"] for change in deployed.report["changes"]}
    assert set(actions.values()) == {"Add"}
    assert {"OrdersTable", "StandardOrderPipe", "PremiumServiceFunction", "PremiumServiceDLQ"} <= set(actions)
    assert "+ add  OrdersTable" in deployed.said and f"{len(actions)} to add." in deployed.said
    tables = deployed.aws.aws("dynamodb", "list-tables")["TableNames"]
    assert {"Orders", "Customers", "Idempotency"} <= set(tables)


def test_the_bucket_is_private_encrypted_and_keeps_versions(deployed):
    bucket = f"sluice-code-{cloud.ACCOUNT}-{cloud.REGION}"
    ask = lambda what: deployed.aws.aws("s3api", what, "--bucket", bucket)
    assert ask("get-bucket-location")["LocationConstraint"] == cloud.REGION
    assert ask("get-bucket-versioning")["Status"] == "Enabled"
    assert set(ask("get-public-access-block")["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = ask("get-bucket-encryption")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    keys = {entry["Key"] for entry in ask("list-objects-v2")["Contents"]}
    for code in codes(deployed.aws).values():
        assert code["S3Bucket"] == bucket and code["S3Key"].startswith("functions/") and code["S3Key"] in keys
    assert any(key.startswith("templates/") for key in keys)


def test_the_same_again_changes_nothing(deployed):
    run = deployed.aws.sluice(*deployed.deploy, "--yes", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["status"] == "unchanged"
    assert "No changes" in run.stderr


def test_a_new_zip_changes_its_function_alone(deployed):
    before = codes(deployed.aws)
    cloud.write_zip(deployed.functions, "PremiumServiceFunction", "#!/bin/sh\n# another\n")
    run = deployed.aws.sluice(*deployed.deploy, "--yes", "--json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    assert [(change["action"], change["logicalID"]) for change in report["changes"]] == [
        ("Modify", "PremiumServiceFunction")]
    after = codes(deployed.aws)
    assert after["OrderProcessorFunction"] == before["OrderProcessorFunction"]
    assert after["PremiumServiceFunction"] != before["PremiumServiceFunction"]
    assert report["stackStatus"] == "UPDATE_COMPLETE"


def test_a_no_at_the_terminal_changes_nothing_and_a_yes_does(deployed):
    before = codes(deployed.aws)
    cloud.write_zip(deployed.functions, "OrderProcessorFunction", "#!/bin/sh\n# changed\n")
    run = deployed.aws.at_terminal("no", *deployed.deploy)
    assert run.returncode == 1 and "Nothing was deployed." in run.stderr
    assert codes(deployed.aws) == before
    waiting = [
        entry for entry in deployed.aws.aws("cloudformation", "list-change-sets", "--stack-name", "sluice")["Summaries"]
        if entry["ExecutionStatus"] == "AVAILABLE"]
    assert waiting == []

    run = deployed.aws.at_terminal("y", *deployed.deploy)
    assert run.returncode == 0, run.stderr
    assert "~ change  OrderProcessorFunction" in run.stderr
    assert codes(deployed.aws) != before


def test_the_order_of_smoke_is_taken_back_when_nothing_handles_it(deployed):
    """moto runs no pipes: so far it goes, and it says so."""
    run = deployed.aws.sluice(
        "smoke", "--stack-name", "sluice", "--template", str(deployed.template), "--timeout", "1", "--json")
    assert run.returncode == 1
    assert "Nothing handled order smoke-" in run.stderr
    report = json.loads(run.stdout)
    assert [function["function"] for function in report["functions"]] == cloud.FUNCTIONS
    assert all("decision" not in function for function in report["functions"])
    assert deployed.aws.aws("dynamodb", "scan", "--table-name", "Orders")["Items"] == []


def test_a_stack_is_destroyed_when_its_name_is_given_and_no_dead_letters_wait(deployed):
    aws = deployed.aws
    run = aws.sluice("destroy")
    assert run.returncode == 2 and "give --yes-delete sluice" in run.stderr
    run = aws.sluice("destroy", "--yes-delete", "sluce")
    assert run.returncode == 2 and "is not the stack's name" in run.stderr
    run = aws.at_terminal("yes", "destroy")
    assert run.returncode == 1 and "nothing was deleted" in run.stderr

    queue = aws.aws("sqs", "get-queue-url", "--queue-name", "PremiumServiceDLQ")["QueueUrl"]
    aws.aws("sqs", "send-message", "--queue-url", queue, "--message-body", "an order")
    run = aws.sluice("destroy", "--yes-delete", "sluice")
    assert run.returncode == 1
    assert "Dead letters wait" in run.stderr and "1 in " in run.stderr and "PremiumServiceDLQ" in run.stderr
    assert status(aws) == "UPDATE_COMPLETE"

    run = aws.sluice("destroy", "--yes-delete", "sluice", "--force")
    assert run.returncode == 0, run.stderr
    assert "The stack sluice is deleted." in run.stderr
    lost = [line for line in run.stderr.splitlines() if line.startswith("WARNING")]
    assert "WARNING: the table Idempotency is deleted with its contents." in lost
    # All else that holds something is retained, but for log groups.
    assert all("the table Idempotency" in line or "the log group " in line for line in lost), lost
    assert f"aws dynamodb delete-table --table-name Orders --region {cloud.REGION}" in run.stdout.splitlines()
    assert "Orders" in aws.aws("dynamodb", "list-tables")["TableNames"]
    assert aws.aws("lambda", "list-functions")["Functions"] == []

    run = aws.sluice("destroy", "--yes-delete", "sluice")
    assert run.returncode == 1 and "There is no stack sluice" in run.stderr


# Without AWS.


@pytest.fixture
def away(tmp_path):
    """A machine without an account, a region, an AWS CLI or a network."""
    for name in cloud.FUNCTIONS:
        cloud.write_zip(tmp_path / "functions", name)
    environment = {
        "PATH": str(tmp_path), "HOME": str(tmp_path), "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    deploy = ["deploy", "--template", str(cloud.PROJECT / "template.yaml"), "--functions", str(tmp_path / "functions")]
    return SimpleNamespace(environment=environment, deploy=deploy, folder=tmp_path)


def test_a_dry_run_needs_nothing(away):
    run = cloud.sluice(*away.deploy, "--dry-run", environment=away.environment)
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert all(line.startswith("aws ") for line in lines)
    assert any(line.startswith("aws cloudformation package ") for line in lines)
    assert any(line.startswith("aws cloudformation deploy ") for line in lines)
    assert "none was" in run.stderr and "sha256" in run.stderr
    run = cloud.sluice(*away.deploy, "--dry-run", "--json", environment=away.environment)
    assert json.loads(run.stdout)["status"] == "planned"
    assert json.loads(run.stdout)["commands"] == lines


def test_zips_that_are_missing_are_named(away):
    (away.folder / "functions" / "PremiumServiceFunction.zip").unlink()
    run = cloud.sluice(*away.deploy, "--dry-run", environment=away.environment)
    assert run.returncode == 1
    assert "PremiumServiceFunction.zip is missing" in run.stderr and "make package-functions" in run.stderr


def test_a_template_with_errors_is_not_deployed(away):
    text = (cloud.PROJECT / "template.yaml").read_text(encoding="utf-8")
    bad = away.folder / "bad.yaml"
    bad.write_text(text.replace("!GetAtt OrderProcessorFunction.Arn", "!GetAtt NoFunction.Arn"), encoding="utf-8")
    run = cloud.sluice("deploy", "--template", str(bad), "--dry-run", environment=away.environment)
    assert run.returncode == 1 and "bad.yaml:" in run.stderr and "NoFunction" in run.stderr


def test_what_is_missing_for_aws_is_said_in_a_sentence(away):
    run = cloud.sluice(*away.deploy, "--yes", "--region", cloud.REGION, environment=away.environment)
    assert run.returncode == 1 and "The AWS CLI is missing" in run.stderr
    for program in cloud.command_lines():
        environment = {**away.environment, "PATH": f"{os.path.dirname(program)}:/usr/bin:/bin"}
        run = cloud.sluice(*away.deploy, "--yes", environment=environment)
        assert run.returncode == 1 and "No region is set" in run.stderr, run.stderr
        run = cloud.sluice(*away.deploy, "--yes", "--region", cloud.REGION, environment=environment)
        assert run.returncode == 1 and "Unable to locate credentials" in run.stderr, run.stderr
        assert "--profile" in run.stderr


# The engine.


@pytest.mark.parametrize("program", EACH_COMMAND_LINE)
def test_smoke_follows_its_order_through_a_running_engine(program, dynamodb):
    environment = {"PATH": f"{os.path.dirname(program)}:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/")}
    run = cloud.sluice("smoke", "--endpoint-url", support.ENDPOINT, "--json", environment=environment)
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout)
    seen = {function["function"]: function for function in report["functions"]}
    assert set(seen) == set(cloud.FUNCTIONS)
    assert all(function["decision"] == "routed" for function in seen.values())
    assert "inventory.reserve" in seen["OrderProcessorFunction"]["systems"]
    assert "loyalty.award" in seen["PremiumServiceFunction"]["systems"]
    key = {"#id": "orderId"}
    found = dynamodb.query(
        TableName="Orders", KeyConditionExpression="#id = :id", ExpressionAttributeNames=key,
        ExpressionAttributeValues={":id": {"S": report["orderId"]}})
    assert found["Items"] == []
    account = dynamodb.get_item(TableName="Customers", Key={"customerId": {"S": report["orderId"]}})
    assert "Item" not in account


def test_smoke_says_that_no_engine_answers():
    environment = {
        "PATH": f"{os.path.dirname(cloud.command_lines()[0])}:/usr/bin:/bin", "HOME": "/", "AWS_MAX_ATTEMPTS": "1"}
    run = cloud.sluice("smoke", "--endpoint-url", f"http://127.0.0.1:{cloud.free_port()}", environment=environment)
    assert run.returncode == 1 and "Could not connect" in run.stderr
