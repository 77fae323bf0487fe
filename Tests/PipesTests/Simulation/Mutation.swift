import TestSupport

@testable import Pipes

/// A mistake made on purpose, to show that the laws find it. It is made where the flow is fed or read, so that a flow seen
/// through it behaves as one that was written with the mistake, and the code that ships holds none.
enum Mutation: CaseIterable {
    /// The checkpoint stands one record too far, on one that is not settled.
    case checkpointTooFar
    /// A record's lane is chosen without regard to its item.
    case itemIgnored
    /// Records are tried once more than MaximumRetryAttempts allows.
    case oneRetryTooMany
    /// Records are given up one try too early.
    case oneRetryTooFew
    /// A dead letter that the queue refused is taken for stored.
    case refusalIgnored
    /// Batches are made without regard to shards.
    case shardsIgnored
    /// What a stopped run has settled beyond its checkpoint is done again.
    case aheadForgotten
}
