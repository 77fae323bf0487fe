/// Where in a JSON object a value stands: `$.user.id`, `$.items[0].price`, `$.items[*].price`, `$.*`, `$.['cluster.name']`.
struct PropertyPath: Sendable {
    enum Step: Sendable {
        case member([UInt8])
        case element(Int)
        case anyMember
        case anyElement
    }

    /// Most steps. Ours: bounded work.
    private static let stepsMax = 64

    let steps: [Step]

    var wildcardCount: Int {
        steps.count { step in
            switch step {
            case .anyMember, .anyElement: true
            case .member, .element: false
            }
        }
    }

    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        guard scanner.take("$") else { throw scanner.unexpected("begin a property with $., such as $.level") }
        let start = scanner.position - 1
        var steps: [Step] = []
        while true {
            if scanner.peek == UInt8(ascii: ".") {
                scanner.position += 1
                steps.append(
                    scanner.peek == UInt8(ascii: "[") ? try Self.bracketed(&scanner) : try Self.named(&scanner))
            } else if scanner.peek == UInt8(ascii: "[") {
                steps.append(try Self.bracketed(&scanner))
            } else {
                break
            }
        }
        guard !steps.isEmpty else { throw scanner.unexpected("go on with . and a property's name, such as $.level") }
        guard steps.count <= Self.stepsMax else {
            throw LogPatternError(
                "Invalid filter pattern: the property \(scanner.place(start)) has \(steps.count) steps; give \(Self.stepsMax) at most."
            )
        }
        self.steps = steps
        guard wildcardCount <= 1 else {
            throw LogPatternError(
                "Invalid filter pattern: the property \(scanner.place(start)) has \(wildcardCount) wildcards; give one at most."
            )
        }
    }

    private static func named(_ scanner: inout PatternScanner) throws(LogPatternError) -> Step {
        if scanner.peek == UInt8(ascii: "*") {
            scanner.position += 1
            return .anyMember
        }
        let name = scanner.run { $0.isWordByte || $0 == UInt8(ascii: "-") }
        guard !name.isEmpty else {
            throw scanner.unexpected("write a property's name of letters, digits, - and _, or ['name'] for others")
        }
        return .member(name)
    }

    private static func bracketed(_ scanner: inout PatternScanner) throws(LogPatternError) -> Step {
        scanner.position += 1
        let step: Step
        switch scanner.next() {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): step = .member(try scanner.quoted())
        case UInt8(ascii: "*"):
            scanner.position += 1
            step = .anyElement
        default:
            let digits = scanner.run(\.isDigit)
            guard let index = Int(String(decoding: digits, as: UTF8.self)) else {
                throw scanner.unexpected("write an element's number, *, or a name in quotation marks")
            }
            step = .element(index)
        }
        guard scanner.take("]") else { throw scanner.unexpected("close the bracket here") }
        return step
    }
}
