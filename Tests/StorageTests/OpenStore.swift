import Dispatch
import Storage

/// A store and its writer, opened, closed and opened again by a test.
final class OpenStore {
    let folder = TemporaryFolder()
    private var opened: (database: Database, writer: GroupCommitWriter)?

    var database: Database { opened!.database }
    var writer: GroupCommitWriter { opened!.writer }

    init() throws { try open() }

    private func open() throws {
        let database = try Database(folder: DataFolder(path: folder.path))
        opened = (database, GroupCommitWriter(database: database))
    }

    func reopen() async throws {
        await writer.close()
        opened = nil
        try open()
    }

    func put(_ key: String, _ value: String = "", in keyspace: Keyspace = .items) async throws {
        try await writer.commit { $0.put(keyspace, Array(key.utf8), Array(value.utf8)) }
    }

    func value(_ key: String, in keyspace: Keyspace = .items) throws -> String? {
        try database.get(keyspace, Array(key.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    func keys(
        _ keyspace: Keyspace = .items, from lower: String = "", to upper: String = "~", backwards: Bool = false,
        limit: Int = .max
    ) throws -> [String] {
        var keys: [String] = []
        try database.scan(keyspace, from: Array(lower.utf8), to: Array(upper.utf8), backwards: backwards) { key, _ in
            keys.append(String(decoding: key.bytes(), as: UTF8.self))
            return keys.count < limit
        }
        return keys
    }
}

/// A job that stands on the writer's thread until it is let go, so that a test can line up what comes behind it.
struct WriterHold {
    private let release = DispatchSemaphore(value: 0)
    private let job: Task<Void, any Error>

    /// Returns when the writer stands.
    init(_ writer: GroupCommitWriter) async {
        let (standing, stands) = AsyncStream.makeStream(of: Void.self)
        // On the writer's own thread, which may block; no task waits on the semaphore.
        job = Task { [release] in
            try await writer.commit { _ in
                stands.finish()
                release.wait()
            }
        }
        for await _ in standing {}
    }

    func letGo() async throws {
        release.signal()
        try await job.value
    }
}
