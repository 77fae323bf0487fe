/// How much of an event is read.
public enum EventReading: Sendable, Hashable {
    /// All of it is checked: a mistake anywhere makes the event malformed, and where a key is repeated all its values
    /// count, as they do for EventBridge. For events from anywhere.
    case whole
    /// Reading stops as soon as the answer is known, and what no pattern asks for is stepped over unchecked. For events
    /// that are known to be well-formed JSON without repeated keys, such as the records of a stream. A name with dots that
    /// spells the path of another field, `"a.b"` beside `"a": {"b": ...}`, counts as a repeated key. Of other events the answer
    /// may be either one, or an error; nothing worse.
    case untilDecided
}
