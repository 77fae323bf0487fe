import Foundation
import Functions
import Items
import Queues
import Stacks
import Tables

/// What an engine consists of and how it hangs together, as it is now. New members may come, none vanish.
public struct StackReport: Codable, Sendable, Hashable {
    public struct Table: Codable, Sendable, Hashable {
        public var name: String
        /// The names of the key attributes, hash key first.
        public var keys: [String]
        /// The hash keys of its secondary indexes.
        public var indexHashKeys: [String]
        public var hasStream: Bool
    }

    public struct Pipe: Codable, Sendable, Hashable {
        public enum TargetKind: String, Codable, Sendable { case function, queue }

        public var name: String
        public var description: String?
        /// The names of what it connects; nil where the engine has nothing of this name.
        public var table: String?
        public var enrichment: String?
        public var target: String?
        public var targetKind: TargetKind
        public var deadLetterQueue: String?
        /// JSON texts; a record passes when any of them matches, or when there are none.
        public var patterns: [String]
        public var batchSize: Int
        public var parallelizationFactor: Int
        public var maximumRetryAttempts: Int
    }

    public struct Function: Codable, Sendable, Hashable {
        public var name: String
        public var description: String
        public var runtime: String
        public var timeoutSeconds: Int
        public var memorySizeMegabytes: Int
        public var concurrencyMax: Int
        public var codeSizeBytes: Int
        public var logGroup: String
        /// The queues and tables that its environment names: what it can tell something.
        public var queues: [String]
        public var tables: [String]
    }

    public struct Queue: Codable, Sendable, Hashable {
        public var name: String
        public var isFIFO: Bool
        public var deadLetterQueue: String?
        public var maxReceiveCount: Int?
        public var visibilityTimeoutSeconds: Int
        public var messageRetentionSeconds: Int
    }

    public var tables: [Table]
    public var pipes: [Pipe]
    public var functions: [Function]
    public var queues: [Queue]
}

extension RunningEngine {
    /// How the engine hangs together.
    var stackReport: StackReport {
        let queueNames = queues.queues.map(\.name)
        return StackReport(
            tables: tables.tableNames.compactMap { name in
                guard let table = try? tables.table(name), let definition = try? table.definition else { return nil }
                return .init(
                    name: name, keys: definition.keySchema.names,
                    indexHashKeys: definition.indexes.map(\.keySchema.hashKey.name), hasStream: table.stream != nil)
            },
            pipes: pipes.all.map(StackReport.Pipe.init),
            functions: functions.all.map {
                .init($0, tableNames: tables.tableNames, queueNames: queueNames)
            },
            queues: queues.queues.map { queue in
                let settings = queue.definition.settings
                return .init(
                    name: queue.name, isFIFO: settings.isFIFO,
                    deadLetterQueue: settings.redrivePolicy.flatMap {
                        $0.deadLetterTargetARN.split(separator: ":").last.map(String.init)
                    }, maxReceiveCount: settings.redrivePolicy?.maxReceiveCount,
                    visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
                    messageRetentionSeconds: settings.messageRetentionSeconds)
            })
    }
}

extension StackReport.Pipe {
    init(_ pipe: RunningPipe) {
        let (resource, plan) = (pipe.resource, pipe.plan)
        name = pipe.name
        description = resource.description
        table = plan?.tableName
        enrichment = plan?.enrichmentName
        target = plan?.target.name
        targetKind = if case .queue = resource.target { .queue } else { .function }
        deadLetterQueue = plan?.deadLetterQueueName
        patterns = resource.patterns.map(\.text)
        batchSize = resource.batchSize
        parallelizationFactor = resource.parallelizationFactor
        maximumRetryAttempts = resource.maximumRetryAttempts
    }
}

extension StackReport.Function {
    init(_ function: RunningFunction, tableNames: [String], queueNames: [String]) {
        let (settings, configuration) = (function.settings, function.local.configuration)
        name = function.name
        description = settings.description
        runtime = settings.runtime
        timeoutSeconds = settings.timeoutSeconds
        memorySizeMegabytes = settings.memorySizeMegabytes
        concurrencyMax = configuration.concurrencyMax
        codeSizeBytes = function.code.sizeBytes
        logGroup = configuration.logGroupName
        let values = settings.environment.values
        queues = queueNames.filter { name in values.contains { $0.hasPrefix("http") && $0.hasSuffix("/\(name)") } }
        tables = tableNames.filter { values.contains($0) }
    }
}
