import Foundation
import Functions
import Gateway
import Stacks

/// The functions of a running engine, as clients call them.
struct RunningFunctions: Sendable {
    /// The template's, in its order.
    let resources: [FunctionResource]
    let functions: [String: any InvokableFunction]
    /// Every function's asynchronous side.
    let invokers: [String: EventInvoker]
    let stack: StackOptions

    func arn(_ name: String) -> String { stack.functionARN(name) }

    var descriptions: [FunctionDescription] {
        resources.sorted { $0.name < $1.name }.compactMap { resource in
            functions[resource.name].map { Self.description(resource, $0.configuration) }
        }
    }

    private static func description(
        _ resource: FunctionResource, _ configuration: FunctionConfiguration
    ) -> FunctionDescription {
        let file = try? FileManager.default.attributesOfItem(atPath: configuration.executablePath)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let written = (file?[.modificationDate] as? Date ?? Date(timeIntervalSince1970: 0)).formatted(style)
        return FunctionDescription(
            name: resource.name, arn: resource.arn, runtime: resource.runtime, roleARN: resource.roleARN,
            handler: resource.handler, timeoutSeconds: resource.timeoutSeconds,
            memorySizeMegabytes: resource.memorySizeMegabytes, environment: resource.environment,
            logFormat: resource.logFormat, logGroup: configuration.logGroupName,
            reservedConcurrentExecutions: resource.reservedConcurrentExecutions,
            codeSizeBytes: file?[.size] as? Int ?? 0, lastModified: written.replacing("Z", with: "+0000"))
    }

    /// - Throws: `FunctionRefusal`.
    func invoke(_ name: String, _ event: [UInt8]) async throws -> FunctionAnswer {
        guard let function = functions[name] else { throw FunctionRefusal.unknown }
        do {
            let result = try await function.invoke(event)
            return FunctionAnswer(
                payload: result.payload, functionError: result.functionError, logTail: result.logTail)
        } catch let error as FunctionError {
            throw error.code == .stopping
                ? FunctionRefusal.stopping(error.message) : FunctionRefusal.throttled(error.message)
        }
    }

    /// - Throws: `FunctionRefusal`.
    func accept(_ name: String, _ event: [UInt8]) throws {
        guard let invoker = invokers[name] else { throw FunctionRefusal.unknown }
        if let reason = invoker.accept(event) { throw FunctionRefusal.throttled(reason) }
    }
}
