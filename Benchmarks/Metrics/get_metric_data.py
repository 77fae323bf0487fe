"""Puts 14 days of ten metrics by the minute through the endpoint and measures GetMetricData: get_metric_data.py URL."""

import datetime
import http.client
import random
import statistics
import sys
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

DAYS, METRICS, ROUNDS = 14, 10, 7
# Most points of one response, as AWS has it.
PAGE = 100_800

client = boto3.client(
    "cloudwatch", endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="benchmark",
    aws_secret_access_key="benchmark", config=Config(max_pool_connections=4))
end = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
start = end - datetime.timedelta(days=DAYS) + datetime.timedelta(minutes=10)
minutes = int((end - start).total_seconds() // 60)


def put(day_of_metric):
    metric, first = day_of_metric
    numbers = random.Random(metric * 1_000_000 + first)
    client.put_metric_data(
        Namespace="Benchmark",
        MetricData=[
            {"MetricName": f"metric{metric}", "Timestamp": start + datetime.timedelta(minutes=minute),
             "Value": numbers.lognormvariate(3, 1)}
            for minute in range(first, min(first + 1_000, minutes))
        ])


with ThreadPoolExecutor(4) as pool:
    list(pool.map(put, [(metric, first) for metric in range(METRICS) for first in range(0, minutes, 1_000)]))


requests = []
client.meta.events.register("before-send.cloudwatch.GetMetricData", lambda request, **_: requests.append(request))


def read(statistic, period):
    """Asks for all pages, so that `requests` has their requests; how many points came."""
    queries = [
        {"Id": f"m{metric}",
         "MetricStat": {"Metric": {"Namespace": "Benchmark", "MetricName": f"metric{metric}"}, "Period": period,
                        "Stat": statistic}}
        for metric in range(METRICS)
    ]
    points, token = 0, {}
    while True:
        answer = client.get_metric_data(
            MetricDataQueries=queries, StartTime=start, EndTime=end, MaxDatapoints=PAGE, **token)
        points += sum(len(result["Values"]) for result in answer["MetricDataResults"])
        if "NextToken" not in answer:
            return points
        token = {"NextToken": answer["NextToken"]}


def milliseconds(request):
    """From the request to the last byte of its answer; boto3 would need twenty times as long to read it."""
    address = urllib.parse.urlparse(request.url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    began = time.perf_counter()
    connection.request(request.method, address.path or "/", body=request.body, headers=dict(request.headers))
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - began) * 1_000
    connection.close()
    if answer.status != 200:
        sys.exit(f"GetMetricData was answered with {answer.status}")
    return took


for statistic, period in [("Sum", 60), ("p99", 60), ("Sum", 3_600), ("p99", 3_600)]:
    requests.clear()
    points = read(statistic, period)
    if period == 60 and points != METRICS * minutes:
        sys.exit(f"{points} points came back, and {METRICS * minutes} were put")
    pages = [statistics.median(milliseconds(request) for _ in range(ROUNDS)) for request in requests]
    print(f"GetMetricData  {statistic:<4} by {period:>4} s  {points:>7} points  "
          + " + ".join(f"{page:.0f} ms" for page in pages))
