import Glibc
import LambdaRuntime

/// Runs what a program cannot begin without. What fails is said on standard error in one sentence, and the process exits
/// with 1: a thrown error would end it with a trap and its seconds of backtrace.
public func orExit<Value>(_ body: () throws -> Value) -> Value {
    do {
        return try body()
    } catch {
        StructuredLog.write(line: "\(error)".utf8, to: STDERR_FILENO)
        exit(1)
    }
}
