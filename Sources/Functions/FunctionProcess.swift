import CProcessStart
import Dispatch
import Foundation
import NIOPosix
import Synchronization

/// A process of a function. It has its own variables, its own group, standard input, output and error, and nothing else of
/// the engine's; Documentation/function-processes.md says what bounds it.
final class FunctionProcess: Sendable {
    /// What a process begins with.
    struct Beginning: Sendable {
        var program: FunctionProgram
        var variables: [String: String]
        /// Nil lets it have the engine's user.
        var user: FunctionUser?
        /// Its standard output and error. Stays open here.
        var output: Int32
    }

    /// Open files of a process. AWS: 1,024 for an environment.
    static let descriptorsMax = 1_024
    /// Largest file that a process may write: the largest `/tmp` that Lambda gives, 10,240 MB. What is beyond fails with EFBIG,
    /// or ends a process that has not asked for that.
    static let fileBytesMax = 10_240 << 20
    /// Processes and threads of the functions' own user, of all functions together, as Linux counts them. Ours: four times what
    /// one environment may have. Without a user of their own there is no such bound: it would count what else that user runs.
    static let userProcessesMax = 4 * FunctionConfiguration.processesMax
    /// How often a program that somebody writes is tried again, and how long after. Ours: a fifth of a second in all.
    private static let (busyTriesMax, busyMicroseconds) = (40, UInt32(5_000))
    /// The calls that fail for what the program or its folder is, and the errors of theirs that tell of the system's shortage.
    private static let (programCalls, shortages) = (["execve", "chdir"], [EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY])
    /// From SIGTERM to SIGKILL. AWS: 2 s (Lambda's developer guide, on the execution environment's life).
    private static let terminationTime = DispatchTimeInterval.seconds(2)

    /// Where processes are started, one after the other. One thread that never ends: Linux ends a process with the thread
    /// that has started it.
    private static let starter = {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return pool
    }()

    private struct Life {
        /// How it ended, once it has been waited for; its number may then be another's.
        var ending: String?
        var waiter: CheckedContinuation<String, Never>?
        /// What tells of the end, until then.
        var watch: ReadableWatch?
    }

    let id: Int32
    private let life = Mutex(Life())

    private init(id: Int32) { self.id = id }

    /// - Throws: ``FunctionError`` with code `failedAtStart` for a program that cannot be executed, and with code `system` for
    ///   what the system refuses to any.
    static func start(_ beginning: Beginning) async throws -> FunctionProcess {
        let (id, descriptor) = try await starter.runIfActive { try startNow(beginning) }
        let process = FunctionProcess(id: id)
        process.watch(descriptor)
        return process
    }

    private static func startNow(_ beginning: Beginning) throws -> (id: Int32, descriptor: Int32) {
        let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw refusal(of: "open", errno) }
        defer { close(input) }
        let program = beginning.program
        let arguments = CTexts([program.executablePath] + program.arguments)
        let variables = CTexts(beginning.variables.map { "\($0.key)=\($0.value)" })
        var (id, descriptor) = (pid_t(0), Int32(-1))
        var call: UnsafePointer<CChar>?
        func begin() -> Int32 {
            program.executablePath.withCString { path in
                program.taskRoot.withCString { folder in
                    arguments.withPointers { arguments in
                        variables.withPointers { variables in
                            var start = process_beginning(
                                path: path, arguments: arguments, environment: variables, folder: folder, input: input,
                                output: beginning.output, descriptors_max: UInt64(descriptorsMax),
                                file_bytes_max: UInt64(fileBytesMax), has_user: beginning.user == nil ? 0 : 1,
                                user: beginning.user?.id ?? 0, group: beginning.user?.groupID ?? 0,
                                user_processes_max: UInt64(userProcessesMax))
                            return process_start(&start, &id, &descriptor, &call)
                        }
                    }
                }
            }
        }
        var error = begin()
        // A program that has just been written is open for writing in any process that was started meanwhile, until that
        // one has its own program.
        for _ in 0..<busyTriesMax where error == ETXTBSY {
            usleep(busyMicroseconds)
            error = begin()
        }
        guard error == 0 else {
            throw refusal(of: call.map { String(cString: $0) } ?? "fork", error)
        }
        return (id, descriptor)
    }

    private static func refusal(of call: String, _ error: Int32) -> FunctionError {
        let isPrograms = programCalls.contains(call) && !shortages.contains(error)
        let why = error == ETXTBSY ? ", because somebody has the program open for writing" : ""
        return FunctionError(
            isPrograms ? .failedAtStart : .system, "\(call) says \"\(String(cString: strerror(error)))\"\(why)")
    }

    // MARK: Its end

    /// - Parameter descriptor: the process as a descriptor, which can be read once it has ended; -1 where the system has none.
    private func watch(_ descriptor: Int32) {
        let isWatched = life.withLock { life in
            guard descriptor >= 0 else { return false }
            life.watch = try? ReadableWatch(descriptor) { self.ended() }
            return life.watch != nil
        }
        guard !isWatched else { return }
        Thread.detachNewThread {
            var info = siginfo_t()
            while waitid(P_PID, id_t(self.id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            self.ended()
        }
    }

    /// The process is a zombie: takes note of how it ended, and lets its number go.
    private func ended() {
        let (waiter, ending) = life.withLock { life in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            let ending =
                signal == 0
                ? "it ended with exit status \(status >> 8 & 0xFF)" : "it was ended by signal \(signal)"
            life.ending = ending
            life.watch?.cancel()
            life.watch = nil
            defer { life.waiter = nil }
            return (life.waiter, ending)
        }
        waiter?.resume(returning: ending)
    }

    /// Returns when the process has ended, and how, as the rest of a sentence. May be called once.
    ///
    /// Cancelling ends the process: SIGTERM, and SIGKILL two seconds later.
    func waitForEnd() async -> String {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let ending: String? = life.withLock { life in
                    if life.ending == nil { life.waiter = waiter }
                    return life.ending
                }
                if let ending { waiter.resume(returning: ending) }
            }
        } onCancel: {
            send(SIGTERM)
            // The border to a task that is cancelled already, where nothing can be waited for.
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.terminationTime) { self.send(SIGKILL) }
        }
    }

    /// Whether it has ended, also where ``waitForEnd()`` has not told so yet.
    var hasEnded: Bool {
        life.withLock { life in
            if life.ending != nil { return true }
            var info = siginfo_t()
            return waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
        }
    }

    /// Ends the process, which may have left its group, and whatever it has started there, at once.
    func kill() {
        life.withLock { life in
            // Until it has been waited for, its number is no other process's, and no other group's.
            guard life.ending == nil else { return }
            _ = Foundation.kill(-id, SIGKILL)
            _ = Foundation.kill(id, SIGKILL)
        }
    }

    private func send(_ signal: Int32) { life.withLock { if $0.ending == nil { _ = Foundation.kill(id, signal) } } }
}

/// Texts as C has them: an array of pointers that ends with NULL.
private struct CTexts: ~Copyable {
    private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    init(_ texts: [String]) {
        pointers = .allocate(capacity: texts.count + 1)
        _ = pointers.initialize(from: texts.map { strdup($0) } + [nil])
    }

    deinit {
        for pointer in pointers { free(pointer) }
        pointers.deallocate()
    }

    func withPointers<Result>(
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
    ) rethrows -> Result {
        try body(UnsafePointer(pointers.baseAddress!))
    }
}
