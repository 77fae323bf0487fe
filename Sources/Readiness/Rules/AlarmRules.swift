import Stacks

/// Who is told when something goes wrong.
enum AlarmRules {
    static let all = [
        deadLetters, iteratorAge, functionErrors, functionThrottles, pipeFailures, queueAge, noActions, absentMetric,
    ]

    private static let visible = "ApproximateNumberOfMessagesVisible"

    static let deadLetters = Check(
        Rule(
            "alarm-missing-dead-letters", .warning, title: "Dead letters that nobody is told of",
            summary: "An alarm watches the visible messages of every dead-letter queue.")
    ) { review in
        review.stack.queues.filter {
            review.deadLetterQueues.contains($0.arn)
                && !review.isWatched([visible], of: "AWS/SQS", "QueueName", $0.name)
        }.map { queue in
            review.problem(
                queue.logicalID,
                "What is given up waits here unseen until it expires; those of a pipe point to records that the"
                    + " stream drops after 24 hours.",
                repair:
                    "Add an AWS::CloudWatch::Alarm on AWS/SQS \(visible) above 0 with the QueueName of"
                    + " \(queue.logicalID)."
            )
        }
    }

    static let iteratorAge = Check(
        Rule(
            "alarm-missing-iterator-age", .warning, title: "Falling behind without notice",
            summary: "An alarm watches the age of the records that reach a pipe's function.")
    ) { review in
        review.stack.functions.filter { function in
            // Lambda measures the age for event source mappings only; behind a pipe the function must (Lambda's developer guide, on
            // types of metrics).
            review.stack.pipes.contains { $0.targetARN == function.arn }
                && !review.isWatched(
                    ["IteratorAge"], where: { !$0.hasPrefix("AWS/") }, "FunctionName", function.name)
        }.map { function in
            review.problem(
                function.logicalID,
                "When the function is too slow for what is written, nobody is told before records get too old and are"
                    + " lost.",
                repair:
                    "Have the function measure IteratorAge, and add an AWS::CloudWatch::Alarm on it with the"
                    + " FunctionName of"
                    + " \(function.logicalID); pipes and AWS/Lambda have no such metric.")
        }
    }

    static let functionErrors = Check(
        Rule(
            "alarm-missing-function-errors", .warning, title: "A function that fails without notice",
            summary: "An alarm watches the errors of every function.")
    ) { review in
        review.functions(withoutAlarmOn: "Errors").map { function in
            review.problem(
                function.logicalID,
                "A new version that fails on every call is noticed by customers first.",
                repair:
                    "Add an AWS::CloudWatch::Alarm on AWS/Lambda Errors with the FunctionName of \(function.logicalID)."
            )
        }
    }

    static let functionThrottles = Check(
        Rule(
            "alarm-missing-function-throttles", .warning, title: "A function that is throttled without notice",
            summary: "An alarm watches the throttled calls of every function.")
    ) { review in
        review.functions(withoutAlarmOn: "Throttles").map { function in
            review.problem(
                function.logicalID,
                "Throttled calls are no errors: records wait, and no other metric of the function tells why.",
                repair:
                    "Add an AWS::CloudWatch::Alarm on AWS/Lambda Throttles with the FunctionName of"
                    + " \(function.logicalID)."
            )
        }
    }

    static let pipeFailures = Check(
        Rule(
            "alarm-missing-pipe-failures", .warning, title: "A pipe that fails without notice",
            summary: "An alarm watches the failed executions of every pipe.")
    ) { review in
        review.stack.pipes.filter {
            !review.isWatched(["ExecutionFailed"], of: PipeMetrics.namespace, "PipeName", $0.name)
        }.map { pipe in
            review.problem(
                pipe.logicalID,
                "A pipe that may no longer call its target or read its source stands still, and the function shows"
                    + " nothing of it.",
                repair: "Add an AWS::CloudWatch::Alarm on \(PipeMetrics.namespace) ExecutionFailed with the PipeName of"
                    + " \(pipe.logicalID).")
        }
    }

    static let queueAge = Check(
        Rule(
            "alarm-missing-queue-age", .note, title: "A queue that nobody empties",
            summary: "An alarm watches the age of the oldest message of every queue but those of dead letters.")
    ) { review in
        review.stack.queues.filter {
            !review.deadLetterQueues.contains($0.arn)
                && !review.isWatched(["ApproximateAgeOfOldestMessage"], of: "AWS/SQS", "QueueName", $0.name)
        }.map { queue in
            review.problem(
                queue.logicalID,
                "When the consumer is down or too slow, messages wait unseen, and at the end of their time are"
                    + " deleted.",
                repair: "Add an AWS::CloudWatch::Alarm on AWS/SQS ApproximateAgeOfOldestMessage with the QueueName of"
                    + " \(queue.logicalID).")
        }
    }

    static let noActions = Check(
        Rule(
            "alarm-no-actions", .warning, title: "An alarm that tells nobody",
            summary: "An alarm has an action for its state ALARM.")
    ) { review in
        review.stack.alarms.filter { $0.alarmActions.isEmpty || !$0.actionsEnabled }.map { alarm in
            review.problem(
                alarm.logicalID, at: alarm.actionsEnabled ? "AlarmActions" : "ActionsEnabled",
                "The alarm changes its state, and only who looks at the console learns of it.",
                repair: alarm.actionsEnabled
                    ? "Set AlarmActions to the ARN of a topic that people read."
                    : "Set ActionsEnabled to true, or leave it out.")
        }
    }

    static let absentMetric = Check(
        Rule(
            "alarm-on-absent-metric", .warning, title: "An alarm on a metric that there is not",
            summary: "An alarm watches metrics that AWS has for its resource.")
    ) { review in
        review.stack.alarms.flatMap { alarm in
            alarm.metrics.compactMap { path, metric -> Check.Problem? in
                guard let name = metric.name, let cause = review.absence(of: name, metric) else { return nil }
                return review.problem(
                    alarm.logicalID, at: path,
                    "The alarm never sees a value of \(metric.namespace ?? "") \(name): \(cause).",
                    repair: metric.namespace == PipeMetrics.namespace
                        ? "Set MetricName to one of the pipe's, such as ExecutionFailed."
                        : "Watch an IteratorAge that the function measures itself, in a Namespace of your own.")
            }
        }
    }
}

/// What EventBridge Pipes measures. Source: EventBridge's user guide, on monitoring of pipes.
private enum PipeMetrics {
    static let namespace = "AWS/EventBridge/Pipes"
    static let names: Set = [
        "Concurrency", "Duration", "EnrichmentStageDuration", "EnrichmentStageFailed", "EventCount", "EventSize",
        "ExecutionFailed", "ExecutionPartiallyFailed", "ExecutionThrottled", "ExecutionTimeout", "Invocations",
        "TargetStageDuration", "TargetStageFailed", "TargetStagePartiallyFailed", "TargetStageSkipped",
    ]
}

extension ReviewedStack {
    fileprivate func functions(withoutAlarmOn metric: String) -> [FunctionResource] {
        stack.functions.filter { !isWatched([metric], of: "AWS/Lambda", "FunctionName", $0.name) }
    }

    /// Why there is no such metric; nil when there may be.
    fileprivate func absence(of name: String, _ metric: AlarmResource.Metric) -> String? {
        switch metric.namespace {
        case PipeMetrics.namespace where !PipeMetrics.names.contains(name): return "pipes have no such metric"
        case "AWS/Lambda" where name == "IteratorAge":
            let isBehindPipe = stack.functions.contains { function in
                metric.dimensions.contains { $0.name == "FunctionName" && $0.value == function.name }
                    && !pipes(calling: function).isEmpty
            }
            return isBehindPipe ? "Lambda measures it for event source mappings, not behind a pipe" : nil
        default: return nil
        }
    }
}
