import EventPatterns
import Foundation
import Items
import Pipes
import Readiness
import Stacks
import Tables

/// A stack as the engine's parts understand it: every setting checked and every filter compiled, nothing started and
/// nothing written yet.
struct Blueprint: Sendable {
    let stack: Stack
    /// What works here, but not quite as on AWS, and what filters say in vain, here and there.
    let warnings: [Diagnostic]
    let tables: [TableDefinition]
    let queues: [QueueResource]
    let functions: [String: (settings: FunctionSettings, code: FunctionCode)]
    /// The resources of the stack that pipes can be connected to, by their own names.
    let ends: PipeEnds

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
        functions = Dictionary(
            uniqueKeysWithValues: stack.functions.map {
                ($0.name, (FunctionSettings($0), FunctionCode(path: locator.path(codeKey: $0.codeKey))))
            })
        ends = PipeEnds(stack)
        for pipe in stack.pipes {
            do { _ = try PipePlan(pipe, ends, dialect: options.filterDialect) } catch {
                throw EngineError("\(template.file):\(error.line ?? pipe.line): \(pipe.logicalID): \(error.message)")
            }
        }
    }

    /// Rights are facts on AWS and nothing that runs, and what a topic tells people, the log, the console and the webhook tell
    /// here: their absence changes no order's way, so `--strict` lets them pass. They are listed all the same.
    private static func hasNothingToRun(_ type: String) -> Bool {
        type.hasPrefix("AWS::IAM::") || type == "AWS::SNS::Topic" || type == "AWS::SNS::TopicPolicy"
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

    /// `NAME.zip` is `NAME`, a program or a folder with one, or the zip itself, in the functions' folder, which is the running
    /// program's own by default: the build puts both side by side. A path stands for itself, from the template's folder.
    func path(codeKey: String) -> String {
        if codeKey.contains("/") {
            let base = URL(fileURLWithPath: templatePath).deletingLastPathComponent()
            return URL(fileURLWithPath: codeKey, relativeTo: base).standardizedFileURL.path
        }
        let parent = folder.map { URL(fileURLWithPath: $0) } ?? Self.programFolder
        let zip = parent.appendingPathComponent(codeKey).standardizedFileURL.path
        guard codeKey.hasSuffix(".zip") else { return zip }
        let program = String(zip.dropLast(4))
        let manager = FileManager.default
        return manager.fileExists(atPath: zip) && !manager.fileExists(atPath: program) ? zip : program
    }

    private static var programFolder: URL {
        // Not argument 0, which is a bare name when the program was found through PATH.
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
    }
}
