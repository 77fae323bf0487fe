/// Why a function could not be started or called.
public struct FunctionError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable {
        fileprivate let name: String
        /// There is no program at the function's path.
        public static let missingExecutable = Code(name: "missingExecutable")
        /// There is no function with this name.
        public static let unknown = Code(name: "unknown")
        /// A zip that cannot be unpacked.
        public static let badPackage = Code(name: "badPackage")
        /// The program cannot be executed, ended at its start, or asked for no work in time.
        public static let failedAtStart = Code(name: "failedAtStart")
        /// All environments are busy and enough callers wait.
        public static let throttled = Code(name: "throttled")
        /// The function is being shut down.
        public static let stopping = Code(name: "stopping")
        /// The operating system refused something, such as a pipe.
        public static let system = Code(name: "system")
    }

    public var code: Code
    /// One sentence: the thing, the place, the remedy.
    public var message: String
    /// What a process that failed at its start told the Runtime API of it: the body of `/runtime/init/error`.
    var initError: [UInt8]?

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    static func stopping(function name: String) -> FunctionError {
        FunctionError(.stopping, "The function \(name) is being stopped; call again after the restart.")
    }
}
