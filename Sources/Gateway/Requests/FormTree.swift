/// The parameters of a form, as AWS's query protocols nest them: `Entry.1.Value.StringValue=x`.
indirect enum FormTree {
    case text(String)
    case parts([String: FormTree])

    /// Deepest nesting that is read; what is named deeper is passed over.
    private static let depthMax = 12

    /// - Returns: nil for a body that is no form in UTF-8, or has more values than ``RequestTree/valuesMax``. What they
    ///   are nested in counts as well: a name of few bytes may make a dictionary for each of its parts.
    static func read(_ body: [UInt8]) -> [String: FormTree]? {
        guard body.count(where: { $0 == UInt8(ascii: "&") }) < RequestTree.valuesMax else { return nil }
        var root: [String: FormTree] = [:]
        var count = 0
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(sides[0]), let value = decoded(sides.count > 1 ? sides[1] : []) else { return nil }
            let parts = name.split(separator: ".", maxSplits: depthMax, omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count <= depthMax else { continue }
            count += set(value, at: parts[...], in: &root)
            guard count <= RequestTree.valuesMax else { return nil }
        }
        return root
    }

    /// The parts in the order of their numbers.
    static func inOrder(_ parts: [String: FormTree]) -> [FormTree] {
        parts.sorted { (Int($0.key) ?? 0, $0.key) < (Int($1.key) ?? 0, $1.key) }.map(\.value)
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// - Returns: how many texts and parts there are now that were not there before.
    private static func set(_ value: String, at path: ArraySlice<String>, in parts: inout [String: FormTree]) -> Int {
        guard let name = path.first else { return 0 }
        guard path.count > 1 else { return parts.updateValue(.text(value), forKey: name) == nil ? 1 : 0 }
        var inner: [String: FormTree] = [:]
        var count = 1
        if case .parts(let known)? = parts[name] { (inner, count) = (known, 0) }
        parts[name] = nil
        count += set(value, at: path.dropFirst(), in: &inner)
        parts[name] = .parts(inner)
        return count
    }
}
