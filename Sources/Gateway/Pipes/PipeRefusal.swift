/// Why the engine does not do what the Pipes API is asked for.
public enum PipeRefusal: Error, Sendable, Hashable {
    /// There is no such pipe.
    case unknown
    /// There is one with this name already.
    case exists
    case isBeingDeleted
    /// It would have more tags than AWS allows.
    case tooManyTags
    /// The settings come to nothing that can run here. One sentence for each thing that is wrong.
    case invalid(String)
}
