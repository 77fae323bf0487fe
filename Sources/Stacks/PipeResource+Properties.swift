/// What a pipe can be connected to: the stack's own resources by ARN.
struct PipeEnds: Sendable {
    /// Logical IDs of tables by the ARN of their stream.
    var tables: [String: String] = [:]
    /// Logical IDs of functions by ARN.
    var functions: [String: String] = [:]
    /// Logical IDs of queues by ARN.
    var queues: [String: String] = [:]
    /// Logical IDs of FIFO queues.
    var fifoQueues: Set<String> = []
}

extension PipeResource {
    /// Most characters of one pattern. Facts 2.1.
    static let patternLengthMax = 4_096
    /// AWS's documents give 1, 10 and 100 (facts 9); 100 is what its sibling, the event source mapping, uses for
    /// DynamoDB. A template that leaves it open gets a warning.
    static let batchSizeDefault = 100

    /// - Returns: nil when the pipe does not lead from a table of the stack to a function of the stack; the diagnostics
    ///   say why.
    init?(
        _ properties: Properties, identity: ResourceIdentity, ends: PipeEnds, diagnostics: inout DiagnosticCollector
    ) {
        guard let source = properties.object("SourceParameters"),
            let stream = source.object("DynamoDBStreamParameters"),
            let sourceARN = properties.text("Source"), let targetARN = properties.text("Target"),
            let position = stream.text("StartingPosition").flatMap(StartingPosition.init)
        else { return nil }
        let table = Self.sourceTable(sourceARN, properties, ends, &diagnostics)
        let isTarget = Self.checkTarget(targetARN, properties, ends, &diagnostics)
        let deadLetters = stream.object("DeadLetterConfig")
        if let deadLetters { Self.checkDeadLetterQueue(deadLetters, ends, &diagnostics) }
        Self.checkInvocationType(properties, &diagnostics)
        if stream.value("BatchSize") == nil {
            diagnostics.warning(
                "BatchSize is not set, and AWS's documents disagree about its default; \(Self.batchSizeDefault) is"
                    + " used here; set it", line: stream.line, at: stream.place)
        }
        patterns = Self.patterns(source, &diagnostics)
        guard let table, isTarget else { return nil }
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        sourceStreamARN = sourceARN
        sourceTableLogicalID = table
        batchSize = stream.integer("BatchSize") ?? Self.batchSizeDefault
        maximumBatchingWindowSeconds = stream.integer("MaximumBatchingWindowInSeconds") ?? 0
        parallelizationFactor = stream.integer("ParallelizationFactor") ?? 1
        startingPosition = position
        maximumRetryAttempts = stream.integer("MaximumRetryAttempts") ?? -1
        maximumRecordAgeSeconds = stream.integer("MaximumRecordAgeInSeconds") ?? -1
        bisectsOnPartialFailure = stream.value("OnPartialBatchItemFailure") != nil
        deadLetterQueueARN = deadLetters?.text("Arn")
        targetFunctionARN = targetARN
        invocationType = .requestResponse
        isRunning = properties.text("DesiredState") != "STOPPED"
        roleARN = properties.text("RoleArn") ?? ""
    }

    private static func sourceTable(
        _ arn: String, _ properties: Properties, _ ends: PipeEnds, _ diagnostics: inout DiagnosticCollector
    ) -> String? {
        if let table = ends.tables[arn] { return table }
        diagnostics.error(
            "Source must be the stream of a table in this template, such as !GetAtt OrdersTable.StreamArn, not \(arn)",
            line: properties.line(of: "Source"), at: properties.place.member("Source"))
        return nil
    }

    private static func checkTarget(
        _ arn: String, _ properties: Properties, _ ends: PipeEnds, _ diagnostics: inout DiagnosticCollector
    ) -> Bool {
        if ends.functions[arn] != nil { return true }
        let isQualified = ends.functions.keys.contains { arn.hasPrefix($0 + ":") }
        diagnostics.error(
            isQualified
                ? "Target names a version or alias (\(arn)), which do not run here; use the function's own ARN"
                : "Target must be a function of this template, such as !GetAtt OrderProcessorFunction.Arn, not \(arn)",
            line: properties.line(of: "Target"), at: properties.place.member("Target"))
        return false
    }

    private static func checkDeadLetterQueue(
        _ config: Properties, _ ends: PipeEnds, _ diagnostics: inout DiagnosticCollector
    ) {
        guard let arn = config.text("Arn") else { return }
        let problem: String
        if let queue = ends.queues[arn] {
            guard ends.fifoQueues.contains(queue) else { return }
            problem = "the dead-letter queue \(queue) is a FIFO queue, which a pipe cannot use; take a standard queue"
        } else if arn.split(separator: ":").dropFirst(2).first == "sns" {
            problem = "an SNS topic for dead letters is not supported here; use an SQS queue of this template"
        } else {
            problem = "the dead-letter queue \(arn) is not in this template; declare it, or correct the reference"
        }
        diagnostics.error(problem, line: config.line(of: "Arn"), at: config.place.member("Arn"))
    }

    private static func checkInvocationType(_ properties: Properties, _ diagnostics: inout DiagnosticCollector) {
        guard let parameters = properties.object("TargetParameters")?.object("LambdaFunctionParameters"),
            parameters.text("InvocationType") == "FIRE_AND_FORGET"
        else { return }
        diagnostics.error(
            "InvocationType FIRE_AND_FORGET is not supported here; use REQUEST_RESPONSE, which also lets the pipe see"
                + " failures", line: parameters.line(of: "InvocationType"),
            at: parameters.place.member("InvocationType"))
    }

    private static func patterns(_ source: Properties, _ diagnostics: inout DiagnosticCollector) -> [Pattern] {
        (source.object("FilterCriteria")?.objects("Filters") ?? []).compactMap { filter in
            guard let value = filter.value("Pattern"), let text = value.text else { return nil }
            if text.unicodeScalars.count > patternLengthMax {
                diagnostics.error(
                    "Pattern has \(text.unicodeScalars.count) characters and may have \(patternLengthMax); shorten it",
                    line: value.line, at: filter.place.member("Pattern"))
            }
            return Pattern(text: text, line: value.line)
        }
    }
}
