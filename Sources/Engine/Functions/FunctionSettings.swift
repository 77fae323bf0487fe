import Functions
import Gateway
import Stacks

/// What a function is to be: the template's entry, or what the Lambda API made of it.
struct FunctionSettings: Codable, Hashable, Sendable {
    var runtime: String
    var handler: String
    var roleARN: String
    var description: String
    var timeoutSeconds: Int
    var memorySizeMegabytes: Int
    var environment: [String: String]
    /// `Text` or `JSON`.
    var logFormat: String
    /// Nil when the function shares the account's concurrency.
    var reservedConcurrentExecutions: Int?
    /// Of the template's code: `OrderProcessorFunction.zip`; nil for a function that the API has made.
    var codeKey: String?

    init(_ resource: FunctionResource) {
        runtime = resource.runtime
        handler = resource.handler
        roleARN = resource.roleARN
        description = resource.description
        timeoutSeconds = resource.timeoutSeconds
        memorySizeMegabytes = resource.memorySizeMegabytes
        environment = resource.environment
        logFormat = resource.logFormat
        reservedConcurrentExecutions = resource.reservedConcurrentExecutions
        codeKey = resource.codeKey
    }

    /// The settings of a new function.
    ///
    /// - Throws: ``FunctionRefusal`` for what does not run here.
    init(_ change: FunctionChange) throws {
        guard let runtime = change.runtime, let handler = change.handler else {
            throw FunctionRefusal.invalid(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.")
        }
        self.runtime = runtime
        self.handler = handler
        roleARN = change.roleARN ?? ""
        description = ""
        timeoutSeconds = FunctionResource.timeoutSecondsDefault
        memorySizeMegabytes = FunctionResource.memorySizeMegabytesDefault
        environment = [:]
        logFormat = FunctionResource.logFormatDefault
        try apply(change)
    }

    /// Takes over what a change names.
    ///
    /// - Throws: ``FunctionRefusal`` for what does not run here; then it may be changed in part.
    mutating func apply(_ change: FunctionChange) throws {
        runtime = change.runtime ?? runtime
        handler = change.handler ?? handler
        roleARN = change.roleARN ?? roleARN
        description = change.description ?? description
        timeoutSeconds = change.timeoutSeconds ?? timeoutSeconds
        memorySizeMegabytes = change.memorySizeMegabytes ?? memorySizeMegabytes
        environment = change.environment ?? environment
        logFormat = change.logFormat ?? logFormat
        guard FunctionProgram.supports(runtime: runtime) else {
            throw FunctionRefusal.invalid(
                "The runtime \(runtime) does not run here; give provided.al2023, or python3.x with awslambdaric installed."
            )
        }
        let bytes = environment.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard bytes <= FunctionResource.environmentSizeBytesMax else {
            throw FunctionRefusal.invalid(
                "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit."
            )
        }
    }

    func configuration(_ name: String, program: FunctionProgram, in place: FunctionPlace) -> FunctionConfiguration {
        FunctionConfiguration(
            name: name, arn: place.stack.functionARN(name), region: place.stack.region, handler: handler,
            program: program, timeout: .seconds(timeoutSeconds), memorySizeMegabytes: memorySizeMegabytes,
            // The checks of the template and of the API know these two alone.
            logFormat: LogFormat(rawValue: logFormat) ?? .text,
            environment: environment.merging(place.environment) { _, engine in engine }, endpointURL: place.endpointURL,
            credentials: place.keys.make(for: name, arn: place.stack.functionARN(name), roleARN: roleARN),
            user: place.user, concurrencyMax: reservedConcurrentExecutions ?? FunctionPlace.concurrencyDefault,
            logStreamName: place.logStreamName)
    }
}

/// What all functions of an engine have around them.
struct FunctionPlace: Sendable {
    /// Environments of a function that reserves no concurrency. AWS's default for an account is 1,000; a pipe's lanes
    /// and a few other callers are all that one machine sends.
    static let concurrencyDefault = 16

    let stack: StackOptions
    /// Variables that every function gets on top of its own.
    let environment: [String: String]
    /// Where the gateway listens; nil without one.
    let endpointURL: String?
    /// What functions sign their requests to it with.
    let keys: FunctionKeys
    /// The user that their processes have; nil for the engine's.
    let user: FunctionUser?
    let keeper: ProcessKeeper
    /// The log stream of every function, the same for as long as the engine runs.
    let logStreamName: String
}
