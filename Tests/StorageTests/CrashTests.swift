import Foundation
import Storage
import Testing

/// Answered writes survive a crash of the process.
///
/// Not covered here: power loss. A killed process leaves its writes in the kernel's page cache, so these tests pass without
/// any sync; `DiskFaultTests` has a disk that forgets what was not synced.
@Suite(.timeLimit(.minutes(1))) struct CrashTests {
    private let folder = TemporaryFolder()

    private static func key(_ text: some StringProtocol) -> [UInt8] { Array(text.utf8) }

    /// Sixteen tasks write; the first of them kills the process in the midst of it.
    private static func writeUntilKilled(_ path: String) async throws {
        let writer = GroupCommitWriter(database: try Database(folder: DataFolder(path: path)))
        // One line a write, behind its answer and past every buffer of this process.
        let answers = open(path + "/logs/answers", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for number in 0... {
                        let name = "\(task)-\(number)"
                        try await writer.commit(durability: number % 4 == 0 ? .unsynced : .synced) { transaction in
                            transaction.put(.items, Self.key(name), Self.key("item"))
                            transaction.put(.streams, Self.key(name), Self.key("record"))
                        }
                        let line = Self.key(name + "\n")
                        _ = write(answers, line, line.count)
                        if task == 0, number == 50 { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func whatWasAnsweredBeforeKillMinusNineIsThere() async throws {
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try await Self.writeUntilKilled(path)
        }
        let database = try Database(folder: DataFolder(path: path))
        let answers = try String(contentsOfFile: path + "/logs/answers", encoding: .utf8).split(separator: "\n")
        #expect(answers.count >= 50)
        for name in answers { #expect(try database.get(.items, Self.key(name)) == Self.key("item"), "\(name)") }
        // Answered or not: both halves of a write or none.
        func names(_ keyspace: Keyspace) throws -> [[UInt8]] {
            var names: [[UInt8]] = []
            try database.scan(keyspace, from: [], to: [0xff]) { key, _ in
                names.append(key.bytes())
                return true
            }
            return names
        }
        #expect(try names(.items) == names(.streams))
    }

    private static let largeCount = 2_400
    private static let largeValue = [UInt8](repeating: 7, count: 10_000)

    /// 24 MB, more than a write buffer, so that some of it lies in table files and some in the log; then the process dies.
    private static func writeMuchAndDie(_ path: String) async throws {
        let writer = GroupCommitWriter(database: try Database(folder: DataFolder(path: path)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<largeCount {
                group.addTask {
                    try await writer.commit(durability: .unsynced) {
                        $0.put(.items, Self.key("\(number)"), Self.largeValue)
                    }
                }
            }
            try await group.waitForAll()
        }
        kill(getpid(), SIGKILL)
    }

    @Test func whatHasGoneToTableFilesIsThereAsWell() async throws {
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try await Self.writeMuchAndDie(path)
        }
        let database = try Database(folder: DataFolder(path: path))
        for number in 0..<Self.largeCount {
            #expect(try database.get(.items, Self.key("\(number)")) == Self.largeValue)
        }
    }
}
