import EventPatterns
import Foundation
import Functions
import Items
import Pipes
import Stacks
import Tables

/// A stack as the engine's parts understand it: every setting checked and every filter compiled, nothing started and
/// nothing written yet.
struct Blueprint: Sendable {
    struct PipePlan: Sendable {
        /// A function or a queue, by name.
        enum Target: Sendable {
            case function(String)
            /// A function that is not waited for.
            case event(String)
            case queue(String)

            var name: String {
                switch self {
                case .function(let name), .event(let name), .queue(let name): name
                }
            }
        }

        let resource: PipeResource
        let configuration: PipeConfiguration
        let tableName: String
        let enrichmentName: String?
        let target: Target
        let deadLetterQueueName: String?
    }

    /// Environments of a function that reserves no concurrency. AWS's default for an account is 1,000; a pipe's lanes
    /// and a few other callers are all that one machine sends.
    static let concurrencyDefault = 16

    let stack: Stack
    /// What works here, but not quite as on AWS, and what filters say in vain, here and there.
    let warnings: [Diagnostic]
    let tables: [TableDefinition]
    let queues: [QueueResource]
    let functions: [FunctionConfiguration]
    let pipes: [PipePlan]

    init(_ options: EngineOptions) throws {
        let template = try Template.load(path: options.templatePath)
        let stack = try Stack(template, options: options.stack)
        let missing = stack.notLocal.filter { !Self.hasNothingToRun($0.type) }
        if options.isStrict, let first = missing.first {
            let others = missing.count > 1 ? " (and \(missing.count - 1) more)" : ""
            throw EngineError(
                "\(template.file):\(first.line): \(first.logicalID): \(first.type) does not run locally\(others); leave out --strict or the resource."
            )
        }
        self.stack = stack
        let idleRules = try Engine.lintFilters(stack, file: template.file, dialect: options.filterDialect)
        warnings = stack.warnings + idleRules.map(\.diagnostic)
        tables = stack.tables.map(Self.table)
        queues = stack.queues
        let locator = FunctionLocator(folder: options.functionsFolder, templatePath: options.templatePath)
        functions = stack.functions.map { function in
            FunctionConfiguration(
                name: function.name, arn: function.arn, region: options.stack.region, handler: function.handler,
                executablePath: locator.executable(codeKey: function.codeKey),
                timeout: .seconds(function.timeoutSeconds), memorySizeMegabytes: function.memorySizeMegabytes,
                environment: function.environment.merging(options.functionEnvironment) { _, engine in engine },
                concurrencyMax: function.reservedConcurrentExecutions ?? Self.concurrencyDefault)
        }
        pipes = try stack.pipes.map {
            try Self.pipe($0, stack, dialect: options.filterDialect, file: template.file)
        }
    }

    /// Rights and log retention are facts on AWS and nothing that runs: their absence here changes no order's way, so
    /// `--strict` lets them pass. They are listed all the same.
    private static func hasNothingToRun(_ type: String) -> Bool {
        type.hasPrefix("AWS::IAM::") || type == "AWS::Logs::LogGroup"
    }

    private static func table(_ resource: TableResource) -> TableDefinition {
        func attribute(_ key: TableResource.KeyAttribute) -> KeySchema.Attribute {
            // Both enumerations have DynamoDB's three descriptors as raw values.
            KeySchema.Attribute(name: key.name, type: KeySchema.ScalarType(rawValue: key.type.rawValue)!)
        }
        let settings = resource.settings
        return TableDefinition(
            name: resource.name,
            keySchema: KeySchema(
                hashKey: attribute(resource.keySchema.hash), rangeKey: resource.keySchema.range.map(attribute)),
            indexes: resource.indexes.map {
                TableDefinition.Index(
                    name: $0.name, keySchema: KeySchema(hashKey: attribute($0.hash), rangeKey: $0.range.map(attribute)),
                    isGlobal: $0.isGlobal, projection: TableDefinition.Projection($0.projection),
                    throughput: $0.throughput.map(TableDefinition.Throughput.init))
            },
            streamViewType: resource.streamViewType.flatMap(TableDefinition.StreamViewType.init),
            billingMode: settings.throughput == nil ? .payPerRequest : .provisioned,
            throughput: settings.throughput.map(TableDefinition.Throughput.init),
            timeToLiveAttribute: resource.ttlAttribute,
            pointInTimeRecovery: settings.recoveryPeriodInDays.map {
                TableDefinition.PointInTimeRecovery(recoveryPeriodInDays: $0)
            },
            isDeletionProtected: settings.isDeletionProtected,
            // Both enumerations have AWS's two names as raw values.
            tableClass: TableDefinition.TableClass(rawValue: settings.tableClass)!,
            hasServerSideEncryption: settings.isEncrypted, tags: settings.tags)
    }

    private static func pipe(
        _ resource: PipeResource, _ stack: Stack, dialect: PatternDialect, file: String
    ) throws -> PipePlan {
        let criteria: FilterCriteria
        do {
            criteria = try FilterCriteria(patterns: resource.patterns.map(\.text), dialect: dialect)
        } catch {
            // The error's path begins with `Filters[i]`.
            let index = error.path.split(whereSeparator: { $0 == "[" || $0 == "]" }).dropFirst().first.flatMap {
                Int($0)
            }
            let pattern = index.flatMap { resource.patterns.indices.contains($0) ? resource.patterns[$0] : nil }
            throw EngineError("\(file):\(pattern?.line ?? resource.line): \(resource.logicalID): \(error)")
        }
        // The template's checks have found tables, functions and queues.
        let table = stack.tables.first { $0.logicalID == resource.sourceTableLogicalID }!
        func function(_ arn: String) -> String { stack.functions.first { $0.arn == arn }!.name }
        let (target, kind): (PipePlan.Target, PipeStage.Kind) =
            switch resource.target {
            case .function(.requestResponse): (.function(function(resource.targetARN)), .function)
            case .function(.fireAndForget): (.event(function(resource.targetARN)), .event)
            case .queue: (.queue(stack.queues.first { $0.arn == resource.targetARN }!.name), .queue)
            }
        func template(_ template: PipeResource.InputTemplate?, of parameters: String) throws -> InputTemplate? {
            do {
                return try template.map { try InputTemplate($0.text) }
            } catch {
                throw EngineError(
                    "\(file):\(template?.line ?? resource.line): \(resource.logicalID): \(parameters).InputTemplate: \(error)"
                )
            }
        }
        let enrichmentTemplate = try template(resource.enrichmentTemplate, of: "EnrichmentParameters")
        let targetTemplate = try template(resource.targetTemplate, of: "TargetParameters")
        let queue = resource.deadLetterQueueARN.flatMap { arn in stack.queues.first { $0.arn == arn } }
        let configuration = PipeConfiguration(
            name: resource.name, arn: resource.arn, criteria: criteria, batchSize: resource.batchSize,
            maximumBatchingWindow: .seconds(resource.maximumBatchingWindowSeconds),
            parallelizationFactor: resource.parallelizationFactor,
            startingPosition: resource.startingPosition == .latest ? .latest : .trimHorizon,
            maximumRetryAttempts: resource.maximumRetryAttempts,
            maximumRecordAge: resource.maximumRecordAgeSeconds < 0 ? nil : .seconds(resource.maximumRecordAgeSeconds),
            bisectsBatches: resource.bisectsOnPartialFailure, hasDeadLetterQueue: queue != nil,
            enrichment: resource.enrichmentFunctionARN.map {
                PipeStage(.function, arn: $0, template: enrichmentTemplate)
            },
            target: PipeStage(kind, arn: resource.targetARN, template: targetTemplate))
        return PipePlan(
            resource: resource, configuration: configuration, tableName: table.name,
            enrichmentName: resource.enrichmentFunctionARN.map(function), target: target,
            deadLetterQueueName: queue?.name)
    }
}

extension TableDefinition.Throughput {
    fileprivate init(_ throughput: TableResource.Throughput) {
        self.init(
            readCapacityUnits: throughput.readCapacityUnits, writeCapacityUnits: throughput.writeCapacityUnits)
    }
}

extension TableDefinition.Projection {
    fileprivate init(_ projection: TableResource.Projection) {
        switch projection {
        case .all: self = .all
        case .keysOnly: self = .keysOnly
        case .include(let names): self = .include(names)
        }
    }
}

/// Finds a function's program from the template's `Code`.
struct FunctionLocator {
    let folder: String?
    let templatePath: String

    /// `NAME.zip` is `NAME/bootstrap` or `NAME` in the functions' folder, which is the running program's own by default: the
    /// build puts both side by side. A path stands for itself, from the template's folder.
    func executable(codeKey: String) -> String {
        let manager = FileManager.default
        if codeKey.contains("/") {
            let base = URL(fileURLWithPath: templatePath).deletingLastPathComponent()
            let path = URL(fileURLWithPath: codeKey, relativeTo: base).standardizedFileURL.path
            let bootstrap = path + "/bootstrap"
            return manager.fileExists(atPath: bootstrap) ? bootstrap : path
        }
        let name = codeKey.hasSuffix(".zip") ? String(codeKey.dropLast(4)) : codeKey
        let parent = folder.map { URL(fileURLWithPath: $0) } ?? Self.programFolder
        let bootstrap = parent.appendingPathComponent(name).appendingPathComponent("bootstrap").standardizedFileURL.path
        return manager.fileExists(atPath: bootstrap)
            ? bootstrap : parent.appendingPathComponent(name).standardizedFileURL.path
    }

    private static var programFolder: URL {
        // Not argument 0, which is a bare name when the program was found through PATH.
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
    }
}
