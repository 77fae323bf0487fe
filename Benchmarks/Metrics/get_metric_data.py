"""Puts 14 days of ten metrics by the minute through the endpoint and measures GetMetricData: get_metric_data.py URL."""

import datetime
import random
import statistics
import sys
import time
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


def read(statistic, period):
    """Milliseconds for all pages, their number, and the points that came."""
    queries = [
        {"Id": f"m{metric}",
         "MetricStat": {"Metric": {"Namespace": "Benchmark", "MetricName": f"metric{metric}"}, "Period": period,
                        "Stat": statistic}}
        for metric in range(METRICS)
    ]
    began, pages, points, token = time.perf_counter(), 0, 0, {}
    while True:
        answer = client.get_metric_data(
            MetricDataQueries=queries, StartTime=start, EndTime=end, MaxDatapoints=PAGE, **token)
        pages += 1
        points += sum(len(result["Values"]) for result in answer["MetricDataResults"])
        if "NextToken" not in answer:
            return (time.perf_counter() - began) * 1_000, pages, points
        token = {"NextToken": answer["NextToken"]}


for statistic, period in [("Sum", 60), ("p99", 60), ("Sum", 3_600), ("p99", 3_600)]:
    rounds = [read(statistic, period) for _ in range(ROUNDS)]
    _, pages, points = rounds[0]
    expected = METRICS * minutes if period == 60 else None
    if expected is not None and points != expected:
        sys.exit(f"{points} points came back, and {expected} were put")
    print(f"GetMetricData  {statistic:<4} by {period:>4} s  {points:>7} points in {pages} response(s)"
          f"  {statistics.median(time for time, _, _ in rounds):8.0f} ms")
