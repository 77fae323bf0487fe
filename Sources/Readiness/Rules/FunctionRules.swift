import Stacks

/// Time, memory and concurrency of functions.
enum FunctionRules {
    static let all = [timeoutAbovePipe, concurrencyBelowPipes, accountConcurrency, timeoutDefault, memoryDefault]

    /// Longest that one execution of a pipe may last, enrichment and target together, in seconds. Source: EventBridge's user guide,
    /// on quotas.
    static let executionSecondsMax = 300
    /// Calls at one time in an account, by default. Source: Lambda's developer guide, on concurrency.
    static let accountConcurrencyDefault = 1_000
    /// What of it must stay unreserved. Source: the same.
    static let unreservedConcurrencyMin = 100

    static let timeoutAbovePipe = Check(
        Rule(
            "function-timeout-above-pipe", .error, title: "A function that may run longer than its pipe waits",
            summary: "The functions that a pipe calls are done within its five minutes.")
    ) { review in
        let functions = review.stack.functions.filter { function in
            function.timeoutSeconds > executionSecondsMax
                && review.stack.pipes.contains { review.awaited(by: $0).contains(function) }
        }
        let long = functions.map { function in
            review.problem(
                function.logicalID, at: "Timeout",
                "The pipe gives up after \(executionSecondsMax) seconds and sends the batch again, while the first"
                    + " call still works on it.",
                repair: "Set Timeout to less than \(executionSecondsMax).")
        }
        let pairs = review.stack.pipes.filter { pipe in
            let awaited = review.awaited(by: pipe)
            return awaited.count == 2 && awaited.reduce(0) { $0 + $1.timeoutSeconds } > executionSecondsMax
                && !awaited.contains { $0.timeoutSeconds > executionSecondsMax }
        }
        return long
            + pairs.map { pipe in
                review.problem(
                    pipe.logicalID, at: "Enrichment",
                    "Enrichment and target may take more than \(executionSecondsMax) seconds together, at which the"
                        + " pipe gives up and sends the batch again.",
                    repair: "Lower the Timeout of both functions to less than \(executionSecondsMax) together.")
            }
    }

    static let concurrencyBelowPipes = Check(
        Rule(
            "function-concurrency-below-pipes", .warning, title: "Less concurrency than its pipes use",
            summary: "A function's reserved concurrency is no less than the batches that its pipes send at one time.")
    ) { review in
        review.stack.functions.compactMap { function in
            let demand = review.pipes(calling: function).reduce(0) { $0 + review.concurrency(of: $1) }
            guard let reserved = function.reservedConcurrentExecutions, reserved < demand else { return nil }
            return review.problem(
                function.logicalID, at: "ReservedConcurrentExecutions",
                reserved == 0
                    ? "The function is switched off: every call of its pipes is throttled."
                    : "With \(review.shardsInWords) pipes send \(demand) batches at one time: calls beyond"
                        + " \(reserved) are throttled, and records wait.",
                repair:
                    "Set ReservedConcurrentExecutions to \(demand) or more, or lower the ParallelizationFactor of the"
                    + " pipes."
            )
        }
    }

    static let accountConcurrency = Check(
        Rule(
            "account-concurrency", .warning, title: "More concurrency than an account has",
            summary: "Reserved concurrency, and all that pipes use, fit into an account's 1,000.")
    ) { review in
        var problems: [Check.Problem] = []
        var reserved = 0
        for function in review.stack.functions {
            let before = reserved
            reserved += function.reservedConcurrentExecutions ?? 0
            let most = accountConcurrencyDefault - unreservedConcurrencyMin
            if before <= most, reserved > most {
                problems.append(
                    review.problem(
                        function.logicalID, at: "ReservedConcurrentExecutions",
                        "Functions reserve \(reserved) of an account's \(accountConcurrencyDefault), of which"
                            + " \(unreservedConcurrencyMin) must stay free, so the stack cannot be deployed.",
                        repair: "Lower ReservedConcurrentExecutions, or raise the account's quota and ignore this."))
            }
        }
        var demand = 0
        for pipe in review.stack.pipes where review.function(pipe.targetARN) != nil {
            let before = demand
            demand += review.concurrency(of: pipe)
            if before <= accountConcurrencyDefault, demand > accountConcurrencyDefault {
                problems.append(
                    review.problem(
                        pipe.logicalID, at: "SourceParameters.DynamoDBStreamParameters.ParallelizationFactor",
                        "With \(review.shardsInWords) pipes send \(demand) batches at one time, where an account has"
                            + " \(accountConcurrencyDefault): other functions of the account are throttled too.",
                        repair: "Lower ParallelizationFactor, or raise the account's quota and ignore this."))
            }
        }
        return problems
    }

    static let timeoutDefault = Check(
        Rule(
            "function-timeout-default", .note, title: "The default time-out",
            summary: "A function says how long a call may take.")
    ) { review in
        review.stack.functions.filter { review.source($0.logicalID).properties["Timeout"] == nil }.map { function in
            review.problem(
                function.logicalID,
                "A call is cut off after 3 seconds, which a cold start and one slow service behind it use up.",
                repair: "Set Timeout to what a full batch takes on a bad day.")
        }
    }

    static let memoryDefault = Check(
        Rule(
            "function-memory-default", .note, title: "The default memory",
            summary: "A function says how much memory it has.")
    ) { review in
        review.stack.functions.filter { review.source($0.logicalID).properties["MemorySize"] == nil }.map { function in
            review.problem(
                function.logicalID,
                "The function gets 128 MB and so the smallest share of a processor, and is slow rather than cheap.",
                repair: "Set MemorySize to a measured value, such as 256.")
        }
    }
}

extension ReviewedStack {
    var shardsInWords: String { shards == 1 ? "1 shard" : "\(shards) shards" }

    /// The functions whose answers a pipe waits for, in the order of the calls.
    fileprivate func awaited(by pipe: PipeResource) -> [FunctionResource] {
        let target = pipe.target == .function(.requestResponse) ? pipe.targetARN : nil
        return [function(pipe.enrichmentFunctionARN), function(target)].compactMap(\.self)
    }
}
