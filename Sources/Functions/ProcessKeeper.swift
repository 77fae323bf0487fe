import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Where the functions' processes live, and who ends them when this process is gone without having done so: a small process
/// that waits for our end, be it `kill -9`, and then kills what is left of them and removes their folders.
///
/// A process belongs to an environment by its variable `TMPDIR`, which its children inherit: so those are found, too, that
/// have left its process group.
public final class ProcessKeeper: Sendable {
    /// The folder of this run: the environments' own folders, and code that was unpacked.
    public let folder: String
    private let user: FunctionUser?
    private let environmentCount = Atomic(0)
    private let keeper: Task<Void, Never>
    private let writer: FileHandle

    /// Ends when its standard input does. The rounds are for what is just being started.
    private static let script = """
        trap '' INT TERM HUP
        read -r _
        for round in 1 2 3 4 5; do
            found=$(grep -lsF -- "TMPDIR=$1/" /proc/[0-9]*/environ)
            [ -n "$found" ] || break
            for file in $found; do
                process=${file#/proc/}
                process=${process%/environ}
                kill -9 "-$process" "$process" 2>/dev/null
            done
        done
        rm -rf -- "$1"
        """

    /// - Parameter user: the one that processes have, who must find their folders and code in the run's; nil for the engine's.
    /// - Throws: ``FunctionError`` with code `system`.
    public init(user: FunctionUser? = nil) throws {
        let parent = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath()
        let folder = parent.appendingPathComponent("sluice-functions-\(UUID().uuidString.lowercased())").path
        var ends: [Int32] = [-1, -1]
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false,
                attributes: [.posixPermissions: user == nil ? 0o700 : 0o711])
        } catch {
            throw FunctionError(
                .system,
                "The functions' folder \(folder) cannot be made (\(error)); set TMPDIR to a folder that can be written."
            )
        }
        guard pipe(&ends) == 0 else {
            throw FunctionError(
                .system,
                "No pipe can be made (\(String(cString: strerror(errno)))); allow this process more open files.")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        self.folder = folder
        self.user = user
        writer = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        let reader = FileDescriptor(rawValue: ends[0])
        keeper = Task.detached {
            var options = PlatformOptions()
            options.processGroupID = 0
            _ = try? await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", Self.script, "sluice-keeper", folder], platformOptions: options,
                input: .fileDescriptor(reader, closeAfterSpawningProcess: true), output: .discarded,
                error: .discarded)
        }
    }

    /// Kills what is left and removes the folder; returns when that is done.
    public func close() async {
        try? writer.close()
        await keeper.value
    }

    /// Makes a folder of this run.
    ///
    /// - Throws: ``FunctionError`` with code `system`.
    public func makeFolder(_ name: String) throws -> String {
        let path = "\(folder)/\(name)"
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw FunctionError(.system, "The folder \(path) cannot be made (\(error)); free some space on its disk.")
        }
        return path
    }

    /// Makes an environment's folder. No other has the same path, not even one of a function that stands in the place of another of
    /// its name: whoever clears the one would end the other's processes.
    ///
    /// - Throws: ``FunctionError`` with code `system`.
    func makeEnvironmentFolder(function: String) throws -> String {
        try makeFolder("\(function)-\(environmentCount.add(1, ordering: .relaxed).newValue)")
    }

    /// Lets the processes' own user read what is in a folder of this run, and execute what the engine's may; nothing where they have
    /// none.
    public func show(_ path: String) {
        guard user != nil else { return }
        let manager = FileManager.default
        var paths = [path]
        // The folders above, up to the run's.
        while let last = paths.last, last.count > folder.count {
            paths.append((last as NSString).deletingLastPathComponent)
        }
        paths.removeLast()
        paths += (manager.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).map { "\(path)/\($0)" }
        for path in paths {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { continue }
            let isOpen = status.st_mode & (S_IFMT | S_IXUSR) != S_IFREG
            _ = chmod(path, status.st_mode & 0o7777 | 0o444 | (isOpen ? 0o111 : 0))
        }
    }

    /// Kills all processes whose `TMPDIR` is `folder`, and removes the folder. Reads the variables of every process of this
    /// machine that it may.
    static func clear(_ folder: String) {
        let mark = Array("TMPDIR=\(folder)\0".utf8)
        for _ in 1...5 {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            let found = names.compactMap { Int32($0) }.filter {
                Data(KernelFile.bytes("/proc/\($0)/environ")).range(of: Data(mark)) != nil
            }
            if found.isEmpty { break }
            for process in found { _ = kill(process, SIGKILL) }
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
