import EventPatterns

/// A path into a JSON text, in the part of JSONPath that input templates have: `$.a.b[0].c`, and `*` for every part.
struct JSONPath: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case field([UInt8])
        case element(Int)
        /// `.*` or `[*]`: every field of an object, every element of an array.
        case all
    }

    /// Where what a path leads to lies in the text.
    enum Found: Equatable {
        case nothing
        case value(Range<Int>)
        /// What a path with a wildcard leads to: one or more values.
        case values([Range<Int>])
    }

    /// Most steps of a path. Ours: an item has 32 levels, each two steps in a record, so none is lost.
    static let stepsMax = 100

    let steps: [Step]
    private let hasWildcard: Bool

    /// - Parameter text: from the `$` on.
    /// - Returns: nil when it is no path of this kind.
    init?(_ text: some Collection<UInt8>) {
        guard text.first == UInt8(ascii: "$") else { return nil }
        var steps: [Step] = []
        var rest = text.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."):
                let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                rest = rest.dropFirst(name.count)
                if name.elementsEqual([UInt8(ascii: "*")]) {
                    steps.append(.all)
                } else if !name.isEmpty, name.allSatisfy(Self.isNameByte) {
                    steps.append(.field(Array(name)))
                } else {
                    return nil
                }
            case UInt8(ascii: "["):
                let index = rest.prefix { $0 != UInt8(ascii: "]") }
                rest = rest.dropFirst(index.count)
                guard rest.popFirst() != nil else { return nil }
                if index.elementsEqual([UInt8(ascii: "*")]) {
                    steps.append(.all)
                } else if index.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int(String(decoding: index, as: UTF8.self))
                {
                    steps.append(.element(number))
                } else {
                    return nil
                }
            default:
                return nil
            }
        }
        guard steps.count <= Self.stepsMax else { return nil }
        self.steps = steps
        hasWildcard = steps.contains(.all)
    }

    /// ASCII letters and digits, `-`, `_`, `/`, and all that is not ASCII.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"): true
        default: false
        }
    }

    /// What the path leads to. Reads as much of the text as lies before it; where the text is no JSON, it leads to nothing.
    func find(in text: RawSpan) -> Found {
        var values: [Range<Int>] = []
        do {
            try follow(steps[...], text, from: JSONValue.range(text, 0), into: &values)
        } catch {
            return .nothing
        }
        guard let first = values.first else { return .nothing }
        return hasWildcard ? .values(values) : .value(first)
    }

    private func follow(
        _ steps: ArraySlice<Step>, _ text: RawSpan, from start: Range<Int>, into values: inout [Range<Int>]
    ) throws(EventError) {
        var value = start
        for (index, step) in zip(steps.indices, steps) {
            guard var parts = JSONParts(text, value.lowerBound) else { return }
            if step == .all {
                while let part = try parts.next(text) {
                    try follow(steps[(index + 1)...], text, from: part.value, into: &values)
                }
                return
            }
            guard let part = try Self.part(step, &parts, text) else { return }
            value = part
        }
        values.append(value)
    }

    private static func part(
        _ step: Step, _ parts: inout JSONParts, _ text: RawSpan
    ) throws(EventError) -> Range<Int>? {
        var count = 0
        while let part = try parts.next(text) {
            switch (step, part.name) {
            case (.field(let field), let name?):
                if JSONValue.text(text, name) == field { return part.value }
            case (.element(count), nil):
                return part.value
            case (.field, nil), (.element, _), (.all, _):
                break
            }
            count += 1
        }
        return nil
    }
}
