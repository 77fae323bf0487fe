import Clocks
import Pipes
import Storage

/// What the data folder keeps of a pipe besides its places in the stream.
struct StoredPipe: Codable, Sendable {
    var createdAt: Timestamp
    /// When its desired state was changed last.
    var changedAt: Timestamp
    /// The state that was asked for while it ran; nil for the template's.
    var desiredState: PipeController.DesiredState?
}

/// The pipes' desired states in the catalog: a pipe that somebody has stopped is stopped after a restart as well.
struct PipeStates: Sendable {
    let catalog: Catalog
    let time: any TimeSource

    /// What is stored of a pipe, stored now when it is new.
    func open(_ name: String) async throws -> StoredPipe {
        if let known = try catalog.entry(.pipe, name, as: StoredPipe.self) { return known.description }
        let now = time.now()
        return try await catalog.put(.pipe, name, StoredPipe(createdAt: now, changedAt: now)).description
    }

    func stored(_ name: String) throws -> StoredPipe? {
        try catalog.entry(.pipe, name, as: StoredPipe.self)?.description
    }

    /// - Parameter template: the state that the template asks for; a wish for the same is no wish of its own.
    func save(_ state: PipeController.DesiredState, _ name: String, template: PipeController.DesiredState) async throws
    {
        var stored = try await open(name)
        stored.desiredState = state == template ? nil : state
        stored.changedAt = time.now()
        try await catalog.put(.pipe, name, stored)
    }
}
