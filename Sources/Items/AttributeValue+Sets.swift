// Sets as DynamoDB accepts them: never empty, no member twice. An empty string or binary may be a member (recorded on
// AWS; it was refused before 2020). One place for the parser and for `Decodable`.

extension AttributeValue {
    /// A sorted `SS`.
    static func set(of members: [String]) throws(ItemError) -> AttributeValue {
        // Two spaces: AWS's own wording.
        guard !members.isEmpty else { throw .invalidParameter("An string set  may not be empty") }
        let sorted = members.sorted(by: UTF8Order.precedes)
        guard !zip(sorted, sorted.dropFirst()).contains(where: UTF8Order.areEqual) else {
            throw .invalidParameter("Input collection [\(members.joined(separator: ", "))] contains duplicates.")
        }
        return .stringSet(sorted)
    }

    /// A sorted `NS`.
    static func set(of members: [Number]) throws(ItemError) -> AttributeValue {
        guard !members.isEmpty else { throw .invalidParameter("An number set  may not be empty") }
        let sorted = members.sorted()
        guard !zip(sorted, sorted.dropFirst()).contains(where: ==) else {
            throw .validation("Input collection contains duplicates")
        }
        return .numberSet(sorted)
    }

    /// A sorted `BS`.
    static func set(of members: [[UInt8]]) throws(ItemError) -> AttributeValue {
        guard !members.isEmpty else { throw .invalidParameter("Binary sets should not be empty") }
        let sorted = members.sorted { $0.lexicographicallyPrecedes($1) }
        guard !zip(sorted, sorted.dropFirst()).contains(where: ==) else {
            var text: [UInt8] = []
            for (index, member) in members.enumerated() {
                if index > 0 { text.append(contentsOf: ", ".utf8) }
                Base64.append(member, to: &text)
            }
            let shown = String(decoding: text, as: UTF8.self)
            throw .invalidParameter("Input collection [\(shown)]of type BS contains duplicates.")
        }
        return .binarySet(sorted)
    }
}
