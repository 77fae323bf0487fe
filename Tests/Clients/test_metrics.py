"""CloudWatch: metrics, alarms and dashboards with boto3 (CBOR), the AWS CLI and the older protocols."""

import datetime
import json
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import support
from support import connect, create, destroy, stream_of, unique, until
from test_command_line import done
from test_functions import NAME
from test_pipes import ROLE, ends, gone, pipes, settled  # noqa: F401 (fixtures)


@pytest.fixture(scope="module")
def cloudwatch():
    return boto3.client("cloudwatch", endpoint_url=support.ENDPOINT, config=Config(retries={"max_attempts": 0}))


@pytest.fixture(scope="module")
def namespace():
    return unique("Shop")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def minute(ago):
    moment = now() - datetime.timedelta(minutes=ago)
    return moment.replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def paid(cloudwatch, namespace):
    """A metric with known values in two minutes."""
    dimensions = [{"Name": "Shop", "Value": "one"}]
    cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {"MetricName": "Paid", "Dimensions": dimensions, "Timestamp": minute(5), "Values": [1, 2, 3], "Counts": [1, 1, 2], "Unit": "Count"},
            {"MetricName": "Paid", "Dimensions": dimensions, "Timestamp": minute(4), "Value": 10, "Unit": "Count"},
        ],
    )
    return dimensions


def test_values_are_read_as_statistics(cloudwatch, namespace, paid):
    answer = cloudwatch.get_metric_statistics(
        Namespace=namespace, MetricName="Paid", Dimensions=paid, StartTime=minute(10), EndTime=now(), Period=60,
        Statistics=["SampleCount", "Sum", "Minimum", "Maximum", "Average"],
    )
    points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    assert [point["Timestamp"] for point in points] == [minute(5), minute(4)]
    assert (points[0]["SampleCount"], points[0]["Sum"], points[0]["Minimum"], points[0]["Maximum"]) == (4, 9, 1, 3)
    assert points[1]["Average"] == 10 and points[1]["Unit"] == "Count"


def test_expressions_are_worked_out(cloudwatch, namespace, paid):
    stat = {"Metric": {"Namespace": namespace, "MetricName": "Paid", "Dimensions": paid}, "Period": 60, "Stat": "Sum"}
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {"Id": "m1", "MetricStat": stat, "ReturnData": False},
            {"Id": "tens", "Expression": "m1 * 10", "Label": "ten times"},
        ],
        StartTime=minute(10), EndTime=now(), ScanBy="TimestampAscending",
    )
    (result,) = answer["MetricDataResults"]
    assert (result["Id"], result["Label"], result["Values"]) == ("tens", "ten times", [90, 100])
    assert result["Timestamps"] == [minute(5), minute(4)]


def test_large_bodies_may_be_compressed(cloudwatch, namespace):
    data = [{"MetricName": f"Many{number}", "Value": number} for number in range(400)]
    cloudwatch.put_metric_data(Namespace=namespace + "Large", MetricData=data)
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace + "Large")
    assert sum(len(page["Metrics"]) for page in pages) == 400


def test_what_aws_refuses_is_refused(cloudwatch):
    with pytest.raises(ClientError) as error:
        cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=[{"MetricName": "x", "Value": 1}])
    assert error.value.response["Error"]["Code"] in ("InvalidParameterValue", "InvalidParameterValueException")
    with pytest.raises(ClientError) as error:
        cloudwatch.get_dashboard(DashboardName=unique("none"))
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_alarm_is_kept_set_and_remembered(cloudwatch, namespace):
    name = unique("alarm")
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace=namespace, MetricName="Paid", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=5, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["Threshold"], alarm["TreatMissingData"]) == ("INSUFFICIENT_DATA", 5, "ignore")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name], StateValue="ALARM")["MetricAlarms"]
    assert alarm["StateReason"] == "a test"
    history = cloudwatch.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]
    assert [item["HistoryItemType"] for item in history] == ["StateUpdate", "ConfigurationUpdate"]
    cloudwatch.disable_alarm_actions(AlarmNames=[name])
    assert not cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["ActionsEnabled"]
    cloudwatch.delete_alarms(AlarmNames=[name])
    assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


def test_dashboards(cloudwatch):
    name = unique("board")
    body = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "Orders"}}]})
    assert cloudwatch.put_dashboard(DashboardName=name, DashboardBody=body)["DashboardValidationMessages"] == []
    assert cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"] == body
    entries = cloudwatch.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    assert [entry["Size"] for entry in entries] == [len(body)]
    cloudwatch.delete_dashboards(DashboardNames=[name])


def test_the_command_line(namespace, paid):
    found = done("cloudwatch", "list-metrics", "--namespace", namespace, "--metric-name", "Paid")
    assert found["Metrics"][0]["Dimensions"] == paid


@pytest.mark.parametrize("protocol", ["json", "query"])
def test_older_protocols(protocol, namespace, paid):
    if protocol == "json":
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "GraniteServiceVersion20100801.ListMetrics"}
        body = json.dumps({"Namespace": namespace, "MetricName": "Paid"})
    else:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"Action=ListMetrics&Version=2010-08-01&Namespace={namespace}&MetricName=Paid"
    headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request"
    request = urllib.request.Request(support.ENDPOINT, body.encode(), headers)
    answer = urllib.request.urlopen(request).read().decode()
    if protocol == "json":
        assert json.loads(answer)["Metrics"][0]["MetricName"] == "Paid"
    else:
        assert "<ListMetricsResult>" in answer and "<MetricName>Paid</MetricName>" in answer


def watched(body):
    """The metrics of a dashboard: namespace, name and dimensions, with AWS's shorthand written out."""
    for widget in json.loads(body)["widgets"]:
        above = []
        for entry in widget["properties"].get("metrics", []):
            parts = [part for part in entry if isinstance(part, str)]
            if parts:
                above = [above[place] if part == "." else part for place, part in enumerate(parts)]
                yield above[0], above[1], tuple(zip(above[2::2], above[3::2]))


def test_alarms_and_dashboard_of_the_template_watch_what_there_is(cloudwatch):
    orders = connect("dynamodb", kind=boto3.resource).Table("Orders")
    order = {
        "orderId": unique("A"), "timestamp": 1767225600000, "customerId": "7", "amount": 1500, "status": "pending",
        "amountTier": "over1000"}
    orders.put_item(Item=order)
    orders.put_item(Item={**order, "status": "shipped"})
    wanted = set(watched(cloudwatch.get_dashboard(DashboardName="OrdersDashboard")["DashboardBody"]))
    alarms = cloudwatch.describe_alarms(MaxRecords=100)["MetricAlarms"]
    own = [alarm for alarm in alarms if alarm["AlarmActions"][:1] == ["arn:aws:sns:us-east-1:000000000000:OrdersAlarms"]]
    assert len(own) == 20
    for alarm in own:
        queries = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
        for metric in queries or [alarm]:
            dimensions = tuple((item["Name"], item["Value"]) for item in metric["Dimensions"])
            wanted.add((metric["Namespace"], metric["MetricName"], dimensions))

    def is_there(metric):
        namespace, name, dimensions = metric
        answer = cloudwatch.list_metrics(
            Namespace=namespace, MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions])
        return any(len(found["Dimensions"]) == len(dimensions) for found in answer["Metrics"])

    assert len(wanted) > 30
    until(lambda: all(is_there(metric) for metric in wanted))


def test_prometheus_reads_metrics():
    text = urllib.request.urlopen(support.ENDPOINT + "/metrics").read().decode()
    assert "# TYPE aws_sqs_approximate_number_of_messages_visible gauge" in text


# What the engine counts under AWS's names.

PIPE_METRICS = {
    "Duration": "Milliseconds",
    "EventCount": "None",
    "EventSize": "Bytes",
    "ExecutionThrottled": "None",
    "ExecutionTimeout": "None",
    "ExecutionFailed": "None",
    "ExecutionPartiallyFailed": "None",
    "EnrichmentStageDuration": "Milliseconds",
    "EnrichmentStageFailed": "None",
    "Invocations": "None",
    "TargetStageDuration": "Milliseconds",
    "TargetStageFailed": "None",
    "TargetStagePartiallyFailed": "None",
    "TargetStageSkipped": "Count",
}
ACCOUNT_METRICS = {"Concurrency": "None", "ExecutionThrottled": "None", "Invocations": "None"}


def listed(cloudwatch, namespace, **dimensions):
    """The metrics that have these dimensions among others: names, each with all of its dimensions."""
    wanted = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace=namespace, Dimensions=wanted)
    return {
        (metric["MetricName"],) + tuple(sorted((d["Name"], d["Value"]) for d in metric["Dimensions"]))
        for page in pages
        for metric in page["Metrics"]
    }


def total(cloudwatch, namespace, name, **dimensions):
    """The number and the sum of all values of the last minutes."""
    metric = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    stats = [
        {"Id": stat.lower(), "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}} for stat in ("SampleCount", "Sum")
    ]
    end = now() + datetime.timedelta(minutes=2)
    answer = cloudwatch.get_metric_data(MetricDataQueries=stats, StartTime=minute(30), EndTime=end)
    return tuple(sum(result["Values"]) for result in answer["MetricDataResults"])


def unit(cloudwatch, namespace, name, **dimensions):
    answer = cloudwatch.get_metric_statistics(
        Namespace=namespace, MetricName=name, StartTime=minute(30), EndTime=now() + datetime.timedelta(minutes=2),
        Period=60, Statistics=["Sum"], Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
    )
    (found,) = {point["Unit"] for point in answer["Datapoints"]}
    return found


@pytest.fixture(scope="module")
def queue():
    sqs = connect("sqs")
    url = sqs.create_queue(QueueName=unique("counted"))["QueueUrl"]
    yield sqs, url
    sqs.delete_queue(QueueUrl=url)


def test_a_pipe_has_the_metrics_of_awss_table(cloudwatch, dynamodb, pipes, ends, queue):  # noqa: F811
    sqs, url = queue
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    table, pipe = unique("counted"), unique("counted")
    description = create(
        dynamodb, table, "orderId:S", "timestamp:N", StreamSpecification=stream_of("NEW_AND_OLD_IMAGES"))
    try:
        pipes.create_pipe(
            Name=pipe, Source=description["LatestStreamArn"], Enrichment=ends["function"], Target=arn, RoleArn=ROLE,
            SourceParameters={
                "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]},
                "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1},
            },
        )
        keys = {"orderId": {"S": unique("A")}, "timestamp": {"N": "1767225600000"}}
        order = {**keys, "customerId": {"S": "7"}, "amount": {"N": "250"}, "status": {"S": "pending"}}
        dynamodb.put_item(TableName=table, Item=order)
        dynamodb.delete_item(TableName=table, Key=keys)
        assert settled(pipe, 2)["filteredOut"] == 1
        expected = {(name, ("PipeName", pipe)) for name in PIPE_METRICS}
        until(lambda: listed(cloudwatch, "AWS/EventBridge/Pipes", PipeName=pipe) == expected)
        account = {"AwsAccountId": "000000000000"}
        expected = {(name, ("AwsAccountId", "000000000000")) for name in ACCOUNT_METRICS}
        until(lambda: listed(cloudwatch, "AWS/EventBridge/Pipes", **account) == expected)
        for name, expected in PIPE_METRICS.items():
            assert unit(cloudwatch, "AWS/EventBridge/Pipes", name, PipeName=pipe) == expected, name
        for name, expected in ACCOUNT_METRICS.items():
            assert unit(cloudwatch, "AWS/EventBridge/Pipes", name, **account) == expected, name
        for name in PIPE_METRICS:
            count, value = total(cloudwatch, "AWS/EventBridge/Pipes", name, PipeName=pipe)
            assert count == 1, name
            if "Failed" in name or name in ("ExecutionThrottled", "ExecutionTimeout", "TargetStageSkipped"):
                assert value == 0, name
            elif name in ("EventCount", "Invocations"):
                assert value == 1, name
            else:
                assert value > 0, name
    finally:
        pipes.delete_pipe(Name=pipe)
        until(lambda: gone(pipes, pipe))
        destroy(dynamodb, table)


def test_a_tables_requests_are_counted(cloudwatch, dynamodb):
    table = unique("counted")
    create(dynamodb, table, "p:S")
    try:
        dynamodb.put_item(TableName=table, Item={"p": {"S": "a"}})
        for _ in range(3):
            dynamodb.get_item(TableName=table, Key={"p": {"S": "a"}}, ConsistentRead=True)
        dynamodb.scan(TableName=table)
        whole = ("TableName", table)
        expected = {
            ("ConsumedReadCapacityUnits", whole),
            ("ConsumedWriteCapacityUnits", whole),
            ("ReturnedItemCount", ("Operation", "Scan"), whole),
            ("SuccessfulRequestLatency", ("Operation", "GetItem"), whole),
            ("SuccessfulRequestLatency", ("Operation", "PutItem"), whole),
            ("SuccessfulRequestLatency", ("Operation", "Scan"), whole),
        }
        until(lambda: listed(cloudwatch, "AWS/DynamoDB", TableName=table) == expected)
        namespace = "AWS/DynamoDB"
        assert total(cloudwatch, namespace, "ConsumedReadCapacityUnits", TableName=table) == (4, 3.5)
        assert total(cloudwatch, namespace, "ConsumedWriteCapacityUnits", TableName=table) == (1, 1)
        assert total(cloudwatch, namespace, "ReturnedItemCount", TableName=table, Operation="Scan") == (1, 1)
        latency = {"TableName": table, "Operation": "GetItem"}
        assert total(cloudwatch, namespace, "SuccessfulRequestLatency", **latency)[0] == 3
        assert unit(cloudwatch, namespace, "SuccessfulRequestLatency", **latency) == "Milliseconds"
    finally:
        destroy(dynamodb, table)


def test_sizes_of_messages_are_counted(cloudwatch):
    sqs, name = connect("sqs"), unique("counted")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    try:
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        attributes = {"kind": {"DataType": "String", "StringValue": "paid"}}
        sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=attributes)
        # Of an attribute count its name, its type and its value.
        expected = (2, 5 + 5 + len("kind" "String" "paid"))
        until(lambda: total(cloudwatch, "AWS/SQS", "SentMessageSize", QueueName=name) == expected)
        assert unit(cloudwatch, "AWS/SQS", "SentMessageSize", QueueName=name) == "Bytes"
    finally:
        sqs.delete_queue(QueueUrl=url)


def test_asynchronous_events_are_counted(cloudwatch):
    def received():
        return total(cloudwatch, "AWS/Lambda", "AsyncEventsReceived", FunctionName=NAME)[1]

    def ages():
        return total(cloudwatch, "AWS/Lambda", "AsyncEventAge", FunctionName=NAME)[0]

    before = received(), ages()
    connect("lambda").invoke(FunctionName=NAME, InvocationType="Event", Payload=b"[]")
    until(lambda: (received(), ages()) == (before[0] + 1, before[1] + 1))
    assert unit(cloudwatch, "AWS/Lambda", "AsyncEventsReceived", FunctionName=NAME) == "Count"
    assert unit(cloudwatch, "AWS/Lambda", "AsyncEventAge", FunctionName=NAME) == "Milliseconds"
