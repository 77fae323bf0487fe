"""Fixtures of the client tests: clients, tables that are gone afterwards, and tables that the whole run shares."""

import os
import time

import boto3
import pytest

import browser
import support
from support import create, destroy, index, stream_of, unique


def pytest_configure():
    if not support.ENDPOINT:
        pytest.exit("SLUICE_ENDPOINT is not set: start `sluice up` and give its address, http://127.0.0.1:4566", 2)
    # Any credentials will do, and nothing of the machine's own configuration may play a part. The AWS CLI inherits it.
    os.environ.update(
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_DEFAULT_REGION=support.REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_PAGER="",
        AWS_MAX_ATTEMPTS="1",
    )
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_LOGS", "AWS_ENDPOINT_URL_SQS"):
        os.environ.pop(name, None)


def pytest_collection_modifyitems(items):
    """What waits for the clock comes last: its time has passed by then."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="module")
def page():
    """A page of the console in a browser."""
    driver = browser.open_browser()
    driver.set_script_timeout(60)
    yield browser.Page(driver)
    driver.quit()


@pytest.fixture
def clean(page):
    """No page complains, and none asks another host for anything."""
    # What the last test left there may ask for what is gone.
    page.driver.get("about:blank")
    page.size(1440)
    page.scheme("light")
    page.errors()
    page.hosts()
    yield
    assert page.errors() == []
    assert page.hosts() <= {page.address.removeprefix("http://")}


@pytest.fixture(scope="session")
def dynamodb():
    """The DynamoDB client."""
    return support.connect("dynamodb")


@pytest.fixture(scope="session")
def unchecked():
    """A DynamoDB client that sends what boto3 itself would refuse."""
    return support.connect("dynamodb", parameter_validation=False)


@pytest.fixture(scope="session")
def streams():
    """The DynamoDB Streams client."""
    return support.connect("dynamodbstreams")


@pytest.fixture(scope="session")
def resource():
    """Tables as objects, with Python's own types for attribute values."""
    return support.connect("dynamodb", boto3.resource)


@pytest.fixture
def name(dynamodb):
    """A free table name; a table of that name is deleted afterwards."""
    free = unique()
    yield free
    destroy(dynamodb, free)


@pytest.fixture
def make(dynamodb):
    """Makes tables of a test's own: `make("p:S", "c:N", ...)` gives the name."""
    made = []

    def make_table(*keys, **parameters):
        made.append(unique())
        create(dynamodb, made[-1], *keys, **parameters)
        return made[-1]

    yield make_table
    for table in made:
        destroy(dynamodb, table)


def shared(dynamodb, *keys, **parameters):
    table = unique("shared")
    create(dynamodb, table, *keys, **parameters)
    yield table
    destroy(dynamodb, table)


@pytest.fixture(scope="session")
def plain_name(dynamodb):
    yield from shared(dynamodb, "p:S", "c:N")


@pytest.fixture(scope="session")
def simple_name(dynamodb):
    yield from shared(dynamodb, "p:S")


@pytest.fixture(scope="session")
def indexed_name(dynamodb):
    """One index of each kind with each projection."""
    yield from shared(
        dynamodb,
        "p:S",
        "c:N",
        more=["l:S", "g:S"],
        LocalSecondaryIndexes=[
            index("local-all", "p", "l"),
            index("local-keys", "p", "l", projection="KEYS_ONLY"),
            index("local-include", "p", "l", projection="INCLUDE", attributes=["x"]),
        ],
        GlobalSecondaryIndexes=[
            index("global-all", "g", "c"),
            index("global-keys", "g", projection="KEYS_ONLY"),
            index("global-include", "g", "l", projection="INCLUDE", attributes=["x"]),
        ],
    )


@pytest.fixture(scope="session")
def streamed(dynamodb):
    """The description of a table whose stream has both images. Tests that read it must expect other tests' records."""
    table = unique("shared")
    yield create(dynamodb, table, "p:S", "c:N", StreamSpecification=stream_of("NEW_AND_OLD_IMAGES"))
    destroy(dynamodb, table)


@pytest.fixture(scope="session")
def plain(resource, plain_name):
    """A table of (p S, c N) without indexes, which all tests share: each keeps to its own `p`."""
    return resource.Table(plain_name)


@pytest.fixture(scope="session")
def simple(resource, simple_name):
    """A table of (p S) which all tests share: each keeps to its own `p`."""
    return resource.Table(simple_name)


@pytest.fixture(scope="session")
def indexed(resource, indexed_name):
    """A table of (p S, c N) with indexes by `l` and `g`, which all tests share: each keeps to its own `p` and `g`."""
    return resource.Table(indexed_name)


@pytest.fixture
def p():
    """A partition key of the test's own."""
    return unique("p")


@pytest.fixture(scope="session", autouse=True)
def expiring(request, dynamodb):
    """A table with an item that has expired and one that has not, made at the start of a run that asks for it."""
    if not any(item.get_closest_marker("slow") for item in request.session.items):
        yield None
        return
    table = unique("shared")
    description = create(
        dynamodb, table, "p:S", StreamSpecification=stream_of("NEW_AND_OLD_IMAGES"), more=["g:S"],
        GlobalSecondaryIndexes=[index("by-g", "g")])
    dynamodb.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    now = int(time.time())
    times = {
        "expired": {"N": str(now - 60)},
        "later": {"N": str(now + 86_400)},
        "text": {"S": str(now - 60)},
        "ancient": {"N": str(now - 6 * 365 * 86_400)},
    }
    for p, expires in times.items():
        dynamodb.put_item(TableName=table, Item={"p": {"S": p}, "g": {"S": "g"}, "expires": expires})
    dynamodb.put_item(TableName=table, Item={"p": {"S": "never"}, "g": {"S": "g"}})
    yield description
    destroy(dynamodb, table)
