extension PipeResource {
    /// Most characters of one pattern. Source: Pipes API reference, `Filter.Pattern`.
    static let patternLengthMax = 4_096
    /// AWS's documents give 1, 10 and 100; 100 is what its sibling, the event source mapping, uses for
    /// DynamoDB. A template that leaves it open gets a warning.
    static let batchSizeDefault = 100
    /// Most tags of a pipe. Source: Pipes API reference, `CreatePipe`.
    public static let tagCountMax = 50

    /// - Returns: nil when the pipe does not lead from a table of the stack to a function or a queue of the stack; the
    ///   diagnostics say why.
    init?(
        _ properties: Properties, identity: ResourceIdentity, ends: PipeEnds, diagnostics: inout DiagnosticCollector
    ) {
        guard let source = properties.object("SourceParameters"),
            let stream = source.object("DynamoDBStreamParameters"),
            let sourceARN = properties.text("Source"), let targetARN = properties.text("Target"),
            let position = stream.text("StartingPosition").flatMap(StartingPosition.init)
        else { return nil }
        let table = Self.sourceTable(sourceARN, properties, ends, &diagnostics)
        let targetKind = Self.target(targetARN, properties, ends, &diagnostics)
        let enrichment = Self.enrichment(properties, ends, &diagnostics)
        let deadLetters = stream.object("DeadLetterConfig")
        if let deadLetters { Self.checkDeadLetterQueue(deadLetters, ends, &diagnostics) }
        let size = Self.batchSize(stream, targetKind, &diagnostics)
        patterns = Self.patterns(source, &diagnostics)
        Self.checkTags(properties, &diagnostics)
        enrichmentTemplate = Self.inputTemplate(properties.object("EnrichmentParameters"), &diagnostics)
        targetTemplate = Self.inputTemplate(properties.object("TargetParameters"), &diagnostics)
        logConfiguration = Self.logConfiguration(properties, &diagnostics)
        guard let table, let targetKind else { return nil }
        logicalID = identity.logicalID
        name = identity.name
        line = identity.line
        arn = identity.arn
        sourceStreamARN = sourceARN
        sourceTableLogicalID = table
        batchSize = size
        maximumBatchingWindowSeconds = stream.integer("MaximumBatchingWindowInSeconds") ?? 0
        parallelizationFactor = stream.integer("ParallelizationFactor") ?? 1
        startingPosition = position
        maximumRetryAttempts = stream.integer("MaximumRetryAttempts") ?? -1
        maximumRecordAgeSeconds = stream.integer("MaximumRecordAgeInSeconds") ?? -1
        bisectsOnPartialFailure = stream.value("OnPartialBatchItemFailure") != nil
        deadLetterQueueARN = deadLetters?.text("Arn")
        enrichmentFunctionARN = enrichment
        self.targetARN = targetARN
        target = targetKind
        isRunning = properties.text("DesiredState") != "STOPPED"
        roleARN = properties.text("RoleArn") ?? ""
        description = properties.text("Description").flatMap { $0.isEmpty ? nil : $0 }
        kmsKeyIdentifier = properties.text("KmsKeyIdentifier").flatMap { $0.isEmpty ? nil : $0 }
        self.properties = PipeProperties(evaluated: properties.members)
    }

    private static func checkTags(_ properties: Properties, _ diagnostics: inout DiagnosticCollector) {
        let names = properties.textMap("Tags").keys.sorted()
        func error(_ message: String) {
            diagnostics.error(message, line: properties.line(of: "Tags"), at: properties.place.member("Tags"))
        }
        if names.count > tagCountMax { error("a pipe may have \(tagCountMax) tags, not \(names.count); remove some") }
        for name in names where name.lowercased().hasPrefix("aws:") {
            error("the tag \(name) begins with aws:, which is AWS's own; give it another name")
        }
    }

    static func sourceTable(
        _ arn: String, _ properties: Properties, _ ends: PipeEnds, _ diagnostics: inout DiagnosticCollector
    ) -> String? {
        if let table = ends.tables[arn] { return table }
        diagnostics.error(
            "Source must be the stream of a table \(ends.scope == .template ? "in this template" : ends.place)\(ends.example("OrdersTable.StreamArn")), not \(arn)",
            line: properties.line(of: "Source"), at: properties.place.member("Source"))
        return nil
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
            problem = "an SNS topic for dead letters is not supported here; use an SQS queue \(ends.place)"
        } else if ends.scope == .template {
            problem = "the dead-letter queue \(arn) is not in this template; declare it, or correct the reference"
        } else {
            problem = "the dead-letter queue \(arn) is not here; correct its ARN"
        }
        diagnostics.error(problem, line: config.line(of: "Arn"), at: config.place.member("Arn"))
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
