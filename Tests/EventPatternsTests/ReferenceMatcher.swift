/// A JSON value that keeps repeated keys and the text of numbers.
indirect enum JSON: Sendable {
    case object([(String, JSON)])
    case array([JSON])
    case string(String)
    case number(String)
    case word(String)

    /// The text, with white space and escapes strewn in.
    func text(_ random: inout SplitMix) -> String {
        func space() -> String { random.chance(8) ? [" ", "\n", "\t "][random.below(3)] : "" }
        func quoted(_ string: String) -> String {
            "\""
                + string.unicodeScalars.map { scalar in
                    if scalar == "\"" || random.chance(12) && scalar.value < 0x10000 {
                        let digits = String(scalar.value, radix: 16)
                        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                    return String(scalar)
                }.joined() + "\""
        }
        switch self {
        case .object(let members):
            let all = members.map { "\(space())\(quoted($0.0))\(space()):\(space())\($0.1.text(&random))\(space())" }
            return "{" + all.joined(separator: ",") + "}"
        case .array(let elements):
            return "[" + elements.map { "\(space())\($0.text(&random))\(space())" }.joined(separator: ",") + "]"
        case .string(let string): return quoted(string)
        case .number(let text), .word(let text): return text
        }
    }
}

/// A generator with a seed, the same on every machine (Steele, Lea, Flood 2014).
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
    mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}

/// The slow and obvious twin: flattens the event, multiplies out the pattern, and tries every choice of values.
struct ReferenceMatcher {
    /// A value, its full name, and for each array around it which element it lies in.
    struct Leaf {
        var name: String
        var value: JSON
        var elements: [Int: Int]
    }

    private var leaves: [Leaf] = []
    private var arrayCount = 0

    static func matches(_ pattern: JSON, _ event: JSON) -> Bool {
        var reference = ReferenceMatcher()
        reference.flatten(event, [], [:])
        var combinations: [[String: [JSON]]] = []
        expand(pattern, [], &combinations)
        return combinations.contains { combination in
            reference.holds(combination.sorted { $0.key < $1.key }[...], [:])
        }
    }

    private mutating func flatten(_ value: JSON, _ path: [String], _ elements: [Int: Int]) {
        switch value {
        case .object(let members):
            for (name, value) in members { flatten(value, path + [name], elements) }
        case .array(let values):
            arrayCount += 1
            let array = arrayCount
            for (index, value) in values.enumerated() {
                var inside = elements
                switch value {
                case .object, .array: inside[array] = index
                default: break
                }
                flatten(value, path, inside)
            }
        default:
            leaves.append(Leaf(name: path.joined(separator: "."), value: value, elements: elements))
        }
    }

    private static func expand(_ pattern: JSON, _ path: [String], _ combinations: inout [[String: [JSON]]]) {
        guard case .object(let members) = pattern else { return }
        for (name, value) in members {
            switch value {
            case .array(let alternatives) where name == "$or":
                let before = combinations
                combinations = []
                for alternative in alternatives {
                    var branch = before
                    expand(alternative, path, &branch)
                    combinations += branch
                }
            case .array(let tests):
                if combinations.isEmpty { combinations = [[:]] }
                for index in combinations.indices {
                    combinations[index][(path + [name]).joined(separator: ".")] = tests
                }
            default:
                expand(value, path + [name], &combinations)
            }
        }
    }

    private func holds(_ fields: ArraySlice<(key: String, value: [JSON])>, _ chosen: [Int: Int]) -> Bool {
        guard let (name, tests) = fields.first else { return true }
        let consistent = leaves.filter { leaf in
            leaf.name == name && leaf.elements.allSatisfy { chosen[$0.key] == nil || chosen[$0.key] == $0.value }
        }
        if consistent.isEmpty, tests.contains(where: { Self.asksForAbsence($0) }), holds(fields.dropFirst(), chosen) {
            return true
        }
        return consistent.contains { leaf in
            tests.contains { Self.passes($0, leaf.value) }
                && holds(fields.dropFirst(), chosen.merging(leaf.elements) { old, _ in old })
        }
    }

    private static func asksForAbsence(_ test: JSON) -> Bool {
        if case .object(let members) = test, members[0].0 == "exists", case .word("false") = members[0].1 {
            return true
        }
        return false
    }

    static func passes(_ test: JSON, _ value: JSON) -> Bool {
        switch (test, value) {
        case (.string(let a), .string(let b)): return Array(a.utf8) == Array(b.utf8)
        case (.number(let a), .number(let b)): return a == b || Double(a) == Double(b)
        case (.word(let a), .word(let b)): return a == b
        case (.object(let members), _): return passes(members[0].0, members[0].1, value)
        default: return false
        }
    }

    private static func passes(_ name: String, _ operand: JSON, _ value: JSON) -> Bool {
        switch (name, operand, value) {
        case ("exists", .word("true"), _): return true
        case ("anything-but", .array(let all), _): return !all.contains { passes($0, value) }
        case ("anything-but", .object, _): return !passes(operand, value)
        case ("anything-but", _, _): return !passes(operand, value)
        case ("prefix", .object(let inner), .string(let text)):
            guard case .string(let wanted) = inner[0].1 else { return false }
            return text.lowercased().hasPrefix(wanted.lowercased())
        case ("suffix", .object(let inner), .string(let text)):
            guard case .string(let wanted) = inner[0].1 else { return false }
            return text.lowercased().hasSuffix(wanted.lowercased())
        case ("prefix", .string(let wanted), .string(let text)): return text.hasPrefix(wanted)
        case ("suffix", .string(let wanted), .string(let text)): return text.hasSuffix(wanted)
        case ("equals-ignore-case", .string(let wanted), .string(let text)):
            return text.lowercased() == wanted.lowercased()
        case ("wildcard", .string(let wanted), .string(let text)): return glob(Array(wanted)[...], Array(text)[...])
        case ("numeric", .array(let terms), .number(let text)): return inRange(terms, Double(text) ?? 0)
        default: return false
        }
    }

    private static func glob(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return glob(pattern.dropFirst(), text) || !text.isEmpty && glob(pattern, text.dropFirst())
        }
        return text.first == first && glob(pattern.dropFirst(), text.dropFirst())
    }

    private static func inRange(_ terms: [JSON], _ value: Double) -> Bool {
        stride(from: 0, to: terms.count, by: 2).allSatisfy { index in
            guard case .string(let comparison) = terms[index], case .number(let text) = terms[index + 1] else {
                return false
            }
            let bound = Double(text) ?? 0
            return switch comparison {
            case "=": value == bound
            case "<": value < bound
            case "<=": value <= bound
            case ">": value > bound
            default: value >= bound
            }
        }
    }
}
