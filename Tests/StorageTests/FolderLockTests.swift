import Foundation
import Storage
import Testing

@Suite struct FolderLockTests {
    private let folder = TemporaryFolder()

    /// A second process that holds the folder's lock as this program does.
    private final class Holder {
        let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private(set) var identifier: Int32 = 0

        init(_ folder: String) throws {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "python3", "-c",
                """
                import fcntl, os, sys
                file = open(sys.argv[1] + "/LOCK", "r+")
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
                print(os.getpid(), flush=True)
                sys.stdin.read()
                """, folder,
            ]
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            // The line comes once the lock is held; nothing comes when python3 is missing.
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            identifier = try #require(Int32(line.trimmingCharacters(in: .newlines)))
        }

        func kill() {
            Foundation.kill(identifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    @Test func aFolderInUseIsRefusedWithTheHoldersNumberUntilTheHolderDies() throws {
        _ = try DataFolder(path: folder.path)
        let holder = try Holder(folder.path)
        let before = try folder.listing()
        let error = #expect(throws: StorageError.self) { try DataFolder(path: folder.path) }
        #expect(error?.code == .inUse)
        #expect(
            error?.message
                == "The data folder \(folder.path) is in use by process \(holder.identifier); "
                + "stop that one or choose another folder with --data.")
        #expect(try folder.listing() == before)
        holder.kill()
        // Its number is still in the file, but the lock is gone.
        #expect(try folder.listing() == before)
        _ = try DataFolder(path: folder.path)
        #expect(try folder.listing()["LOCK"] == Data("\(getpid())".utf8))
    }

    @Test func oneProcessCannotOpenAFolderTwice() throws {
        let first = try DataFolder(path: folder.path)
        let error = #expect(throws: StorageError.self) { try DataFolder(path: folder.path) }
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("process \(getpid());") == true)
        withExtendedLifetime(first) {}
    }

    /// A function's process that outlives a killed engine must not keep the folder locked.
    @Test func theLockIsNotHandedDownToChildren() throws {
        let opened = try DataFolder(path: folder.path)
        let lock = opened.path + "/LOCK"
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            return target == lock ? Int32(name) : nil
        }
        let descriptor = try #require(descriptors.first)
        #expect(descriptors.count == 1)
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        withExtendedLifetime(opened) {}
    }
}
