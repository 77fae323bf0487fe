/// What a parameter of a request may be, in the words of AWS's API model: types and constraints of single values.
///
/// One description serves both of AWS's checks: of types, while the JSON is read (``RequestReader``), and of constraints,
/// afterwards (``ConstraintCheck``).
indirect enum Shape: Sendable {
    case string(StringRule = StringRule())
    case integer(IntegerType, ClosedRange<Int>? = nil)
    case boolean
    case list(Shape, count: ClosedRange<Int> = 0...Int.max)
    /// - Parameter name: the structure's name in AWS's model, which its messages show.
    case structure(_ name: String, [Member])

    /// AWS's two kinds of whole numbers; they differ in messages alone.
    enum IntegerType: String, Sendable {
        case integer = "Integer"
        case long = "Long"
    }

    struct StringRule: Sendable {
        var length = 0...Int.max
        var pattern: Pattern?
        var values: [String]?
    }

    /// The regular expressions of AWS's model, checked by hand.
    enum Pattern: String, Sendable {
        case name = "[a-zA-Z0-9_.-]+"

        func matches(_ text: String) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }

    struct Member: Sendable {
        let name: String
        let isRequired: Bool
        let shape: Shape

        init(_ name: String, _ shape: Shape, isRequired: Bool = false) {
            self.name = name
            self.isRequired = isRequired
            self.shape = shape
        }
    }

    static func string(length: ClosedRange<Int>, pattern: Pattern? = nil) -> Shape {
        .string(StringRule(length: length, pattern: pattern))
    }

    /// One of the given texts. AWS lists them in its messages in an order of its own, which is kept here.
    static func oneOf(_ values: String...) -> Shape { .string(StringRule(values: values)) }

    /// A name as tables and indexes have it.
    static let name = Shape.string(length: 3...255, pattern: .name)
    static let any = Shape.string()
}
