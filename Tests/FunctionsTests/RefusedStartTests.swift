import Clocks
import Foundation
import Functions
import TestSupport
import Testing

/// Starts that come to nothing. Only the function's own fault is a failed invocation: what the system refuses to any process
/// has kept the event from it.
@Suite(.timeLimit(.minutes(1))) struct RefusedStartTests {
    /// In a process of its own, whose descriptors are used up but for so many: none for the pipe of its output, none for the
    /// Runtime API, none for its input, and too few for the start itself.
    @Test func anEventWhoseProcessTheSystemDoesNotStartHasReachedNobody() async {
        await #expect(processExitsWith: .success) {
            setOpenFilesMax(512)
            let keeper = try ProcessKeeper()
            let code = "serve(lambda event, request, headers: event)"
            // What all functions share is there from now on.
            let first = try TestFunction(code)
            _ = try await first.run(keeper: keeper) { try await $0.invoke("1").text }
            let second = try TestFunction(code)
            try await second.run(keeper: keeper) { function in
                for left in 0..<5 {
                    let taken = takeDescriptors(but: left)
                    defer { for descriptor in taken { close(descriptor) } }
                    let error = await #expect(throws: FunctionError.self) { _ = try await function.invoke("1") }
                    #expect(error?.code == .system, "\(left): \(error?.message ?? "")")
                }
                #expect(function.load == FunctionLoad(environments: 0, busy: 0, waiting: 0))
                let text = try await function.invoke("1").text
                #expect(text == "1")
            }
            await keeper.close()
        }
    }

    @Test(arguments: ["missing", "not executable", "no program"])
    func aProgramThatCannotBeExecutedIsAFailedInvocation(how: String) async throws {
        let test = try TestFunction("serve(lambda event, request, headers: 1)")
        let program = test.configuration.program.executablePath
        switch how {
        case "missing": try FileManager.default.removeItem(atPath: program)
        case "not executable": chmod(program, 0o644)
        default:
            try Data("no program".utf8).write(to: URL(fileURLWithPath: program))
            chmod(program, 0o755)
        }
        try await test.run { function in
            let failed = try await function.invoke("1")
            #expect(failed.functionError == "Unhandled")
            #expect(failed.text.contains("Runtime.ExitError") && failed.text.contains("execve says"), "\(failed.text)")
        }
    }

    @Test func anEventWhoseProcessIsStoppedAtItsStartHasReachedNobody() async throws {
        let test = try TestFunction("print('busy', flush=True)\ntime.sleep(1000)")
        try await test.run { function in
            async let call = function.invoke("1")
            #expect(await comesTrue { test.log.contains("busy") })
            function.stop()
            do {
                _ = try await call
                Issue.record("an event was taken")
            } catch let error as FunctionError {
                #expect(error.code == .stopping)
            }
        }
    }
}

private func setOpenFilesMax(_ count: Int) {
    var limits = rlimit()
    #if canImport(Glibc)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        limits.rlim_cur = rlim_t(count)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    #else
        getrlimit(RLIMIT_NOFILE, &limits)
        limits.rlim_cur = rlim_t(count)
        setrlimit(RLIMIT_NOFILE, &limits)
    #endif
}

/// Takes all descriptors that there are, but for a few.
private func takeDescriptors(but left: Int) -> [Int32] {
    var taken: [Int32] = []
    while case let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC), descriptor >= 0 { taken.append(descriptor) }
    for descriptor in taken.suffix(left) { close(descriptor) }
    return Array(taken.dropLast(left))
}
