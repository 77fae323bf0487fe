import Stacks

/// What is logged, for how long, and what must not be.
enum LogRules {
    static let all = [pipeNotLogged, pipeLogsData, functionWithoutGroup, groupWithoutRetention]

    static let pipeNotLogged = Check(
        Rule(
            "pipe-no-logs", .warning, title: "A pipe that logs nothing",
            summary: "A pipe logs at least what fails.")
    ) { review in
        review.stack.pipes.filter { $0.logConfiguration?.logGroupARN == nil || $0.logConfiguration?.level == .off }.map
        { pipe in
            review.problem(
                pipe.logicalID, at: "LogConfiguration",
                "A pipe that fails shows a count and no cause: neither the error nor the batch is written anywhere.",
                repair: "Set LogConfiguration with a CloudwatchLogsLogDestination and Level ERROR.")
        }
    }

    static let pipeLogsData = Check(
        Rule(
            "pipe-logs-data", .warning, title: "A pipe that logs its records",
            summary: "A pipe's log leaves out what is in the records.")
    ) { review in
        review.stack.pipes.filter { $0.logConfiguration?.includesExecutionData == true }.map { pipe in
            review.problem(
                pipe.logicalID, at: "LogConfiguration.IncludeExecutionData",
                "Whole records, with names and addresses, lie in the log unredacted, for all who may read logs.",
                repair: "Leave out LogConfiguration.IncludeExecutionData.")
        }
    }

    static let functionWithoutGroup = Check(
        Rule(
            "function-no-log-group", .warning, title: "A function whose log group is not in the template",
            summary: "The template declares the log group of every function.")
    ) { review in
        let groups = Set(review.stack.logGroups.map(\.name))
        return review.stack.functions.filter { !groups.contains($0.logGroup) }.map { function in
            review.problem(
                function.logicalID, at: "LoggingConfig.LogGroup",
                "Lambda creates \(function.logGroup) itself and keeps every line for ever, and is"
                    + " paid for it.",
                repair: "Declare an AWS::Logs::LogGroup with this name and RetentionInDays, and name it in"
                    + " LoggingConfig.LogGroup.")
        }
    }

    static let groupWithoutRetention = Check(
        Rule(
            "log-group-no-retention", .warning, title: "A log group that keeps everything",
            summary: "A log group says how long it keeps events.")
    ) { review in
        review.stack.logGroups.filter { $0.retentionInDays == nil }.map { group in
            review.problem(
                group.logicalID,
                "Events are kept, and paid for, for ever, and with them whatever customers may ask to have deleted.",
                repair: "Set RetentionInDays, such as 30.")
        }
    }
}
