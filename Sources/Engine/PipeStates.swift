import Clocks
import Pipes
import Stacks
import Storage

/// What the data folder keeps of a pipe besides its places in the stream.
struct StoredPipe: Codable, Sendable {
    /// What the Pipes API has made of a pipe.
    struct Change: Codable, Sendable, Hashable {
        /// The template's entry that was changed; nil for a pipe that the template does not have.
        var template: PipeProperties?
        /// The settings that hold instead; nil for a pipe that was deleted.
        var properties: PipeProperties?
    }

    var createdAt: Timestamp
    /// When its settings or its desired state were changed last.
    var changedAt: Timestamp
    /// The state that was asked for while it ran; nil for that of its settings.
    var desiredState: PipeController.DesiredState?
    /// Nil when the template's entry holds.
    var change: Change?

    /// Brings it up to date with the template: a change stands for as long as the entry is the one that it changed.
    ///
    /// - Parameter entry: the template's entry now; nil when there is none.
    /// - Returns: whether a deleted pipe comes back by that: as a new one, from its starting position.
    mutating func adopt(_ entry: PipeProperties?, now: Timestamp) -> Bool {
        guard let old = change, old.template != entry else { return false }
        change = nil
        guard old.properties == nil, entry != nil else { return false }
        self = StoredPipe(createdAt: now, changedAt: now)
        return true
    }

    /// The settings that hold; nil when there is no such pipe.
    func properties(template: PipeProperties?) -> PipeProperties? { change.map(\.properties) ?? template }
}

/// The pipes in the catalog: what somebody has made, changed, stopped or deleted stays so after a restart.
struct PipeStates: Sendable {
    let catalog: Catalog
    let time: any TimeSource

    /// What is stored of a pipe; something new for one that is not known.
    func open(_ name: String) throws -> StoredPipe {
        if let known = try stored(name) { return known }
        let now = time.now()
        return StoredPipe(createdAt: now, changedAt: now)
    }

    func stored(_ name: String) throws -> StoredPipe? {
        try catalog.entry(.pipe, name, as: StoredPipe.self)?.description
    }

    /// All that are stored, in the order of their names.
    func all() throws -> [(name: String, pipe: StoredPipe)] {
        try catalog.entries(.pipe, as: StoredPipe.self).map { ($0.name, $0.entry.description) }
    }

    func save(_ pipe: StoredPipe, _ name: String) async throws { try await catalog.put(.pipe, name, pipe) }

    func remove(_ name: String) async throws { try await catalog.remove(.pipe, name) }
}
