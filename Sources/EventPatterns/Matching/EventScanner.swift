/// What a scanner reports. Only what some pattern asks for is reported.
protocol FieldSink {
    /// Nothing more needs to be reported.
    var isDecided: Bool { get }
    /// An array on a path that some pattern asks for.
    mutating func beginArray()
    mutating func endArray()
    /// An object or array that is an element of such an array. Scalar elements are reported by `value` alone.
    mutating func beginElement()
    mutating func endElement()
    /// A value at a node that has clauses. `bytes` is what the value's offsets are in, not always the event.
    mutating func value(
        _ value: inout EventValue, _ bytes: RawSpan, _ node: Int, _ compiled: borrowing CompiledPatterns)
}

/// One pass over an event's bytes: checks all of it, compares the names on the trie's paths in place, and skips the rest.
///
/// It keeps its own stack, so depth costs no call frames. Time is linear in the event's size, for given patterns.
enum EventScanner {
    static func scan<Sink: FieldSink>(
        _ bytes: RawSpan, _ compiled: borrowing CompiledPatterns, _ reading: EventReading, into sink: inout Sink
    ) throws(EventError) {
        var at = JSONTokens.skipSpace(bytes, 0)
        guard bytes.byte(at) == UInt8(ascii: "{") else { throw EventError("is no JSON object", at: at) }
        at += 1
        var outer = ContainerStack()
        var node = 0
        var isArray = false
        var isFirst = true
        while true {
            at = JSONTokens.skipSpace(bytes, at)
            // An empty container has no value to read, only its end.
            if !isFirst || bytes.byte(at) != closing(isArray) {
                let child = isArray ? node : try name(bytes, &at, node, compiled)
                try value(bytes, &at, child, compiled, reading, &sink, &outer, &node, &isArray, &isFirst)
                if isFirst { continue }
                if sink.isDecided {
                    if reading == .untilDecided { return }
                    // Only what is malformed matters from here on.
                    node = -1
                }
            }
            // Behind a value: a comma, or the end of one container after the other.
            while true {
                at = JSONTokens.skipSpace(bytes, at)
                let byte = bytes.byte(at)
                if byte == UInt8(ascii: ","), !isFirst {
                    at += 1
                    break
                }
                guard byte == closing(isArray) else {
                    throw EventError(
                        at < bytes.byteCount ? "lacks a comma or a closing bracket" : "ends too early", at: at)
                }
                at += 1
                isFirst = false
                if isArray { sink.endArray() }
                guard let container = outer.pop() else {
                    at = JSONTokens.skipSpace(bytes, at)
                    guard at == bytes.byteCount else { throw EventError("goes on after its end", at: at) }
                    return
                }
                node = sink.isDecided ? -1 : container.node
                isArray = container.isArray
                if isArray { sink.endElement() }
            }
        }
    }

    @inline(__always)
    private static func closing(_ isArray: Bool) -> UInt8 { isArray ? UInt8(ascii: "]") : UInt8(ascii: "}") }

    /// Reads a field's name and its colon, and returns the node it leads to, or -1.
    @inline(__always)
    private static func name(
        _ bytes: RawSpan, _ at: inout Int, _ node: Int, _ compiled: borrowing CompiledPatterns
    ) throws(EventError) -> Int {
        guard bytes.byte(at) == UInt8(ascii: "\"") else {
            throw EventError(at < bytes.byteCount ? "lacks a field name" : "ends too early", at: at)
        }
        let name = try JSONTokens.string(bytes, at, next: &at)
        var child = -1
        if node < 0 {
            // Nothing is wanted.
        } else if name.hasEscapes {
            let decoded = EscapedText.decode(bytes, name.start..<name.end)
            child = compiled.child(of: node, decoded.span.bytes, 0, decoded.count)
        } else {
            child = compiled.child(of: node, bytes, name.start, name.end)
        }
        at = JSONTokens.skipSpace(bytes, at)
        guard bytes.byte(at) == UInt8(ascii: ":") else { throw EventError("lacks a colon", at: at) }
        at = JSONTokens.skipSpace(bytes, at + 1)
        return child
    }

    /// Reads, reports or skips one value; steps into a container that may hold something wanted and says so by setting
    /// `isFirst`.
    @inline(__always)
    private static func value<Sink: FieldSink>(
        _ bytes: RawSpan, _ at: inout Int, _ child: Int, _ compiled: borrowing CompiledPatterns,
        _ reading: EventReading, _ sink: inout Sink, _ outer: inout ContainerStack, _ node: inout Int,
        _ isArray: inout Bool, _ isFirst: inout Bool
    ) throws(EventError) {
        let byte = bytes.byte(at)
        isFirst = false
        if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            let opensArray = byte == UInt8(ascii: "[")
            guard child >= 0, opensArray || compiled.nodes[child].edges.count > 0 else {
                if !opensArray, outer.count + 2 <= PatternLimits.eventDepthMax,
                    let end = try SkipScanner.soleString(bytes, at)
                {
                    at = end
                } else if reading == .whole {
                    at = try SkipScanner.skip(bytes, at, depth: outer.count + 1)
                } else {
                    at = try UncheckedSkip.skip(bytes, at)
                }
                return
            }
            guard outer.count + 2 <= PatternLimits.eventDepthMax else { throw EventError.tooDeep(at) }
            if isArray { sink.beginElement() }
            if opensArray { sink.beginArray() }
            outer.push(node: node, isArray: isArray)
            node = child
            isArray = opensArray
            isFirst = true
            at += 1
            return
        }
        let isWanted = child >= 0 && compiled.nodes[child].clauses.count > 0
        try scalar(bytes, &at, isWanted ? child : -1, compiled, &sink)
    }

    @inline(__always)
    private static func scalar<Sink: FieldSink>(
        _ bytes: RawSpan, _ at: inout Int, _ node: Int, _ compiled: borrowing CompiledPatterns, _ sink: inout Sink
    ) throws(EventError) {
        let start = at
        var kind = EventValue.Kind.null
        switch bytes.byte(at) {
        case UInt8(ascii: "\""):
            let text = try JSONTokens.string(bytes, start, next: &at)
            guard node >= 0 else { return }
            if text.hasEscapes {
                let decoded = EscapedText.decode(bytes, text.start..<text.end)
                var value = EventValue(kind: .string, start: 0, end: decoded.count)
                sink.value(&value, decoded.span.bytes, node, compiled)
            } else {
                var value = EventValue(kind: .string, start: text.start, end: text.end)
                sink.value(&value, bytes, node, compiled)
            }
            return
        case UInt8(ascii: "t"):
            at = try JSONTokens.word(bytes, at, "true")
            kind = .yes
        case UInt8(ascii: "f"):
            at = try JSONTokens.word(bytes, at, "false")
            kind = .no
        case UInt8(ascii: "n"):
            at = try JSONTokens.word(bytes, at, "null")
        default:
            guard at < bytes.byteCount else { throw EventError("ends where a value is due", at: at) }
            at = try JSONTokens.number(bytes, at)
            kind = .number
        }
        if node >= 0 {
            var value = EventValue(kind: kind, start: start, end: at)
            sink.value(&value, bytes, node, compiled)
        }
    }
}
