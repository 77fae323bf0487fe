/// An event, flattened: its values by their full names.
struct ReferenceEvent {
    /// The text is no JSON object.
    struct Refused: Error {}

    /// A value that is no object or array, and for each array around it that holds it within another object or array,
    /// which element that is.
    struct Leaf {
        var value: ReferenceValue
        var elements: [Int: Int]
    }

    private(set) var leaves: [[UInt8]: [Leaf]] = [:]
    /// No object repeats a key, and no key holds a dot, which would make it another way to write a nested one.
    private(set) var hasPlainKeys = true
    private var arrayCount = 0

    init(_ text: [UInt8]) throws(Refused) {
        guard let value = try? ReferenceReader.read(text, depthMax: ReferenceReader.eventDepthMax),
            case .object = value
        else { throw Refused() }
        flatten(value, [], [:])
    }

    private mutating func flatten(_ value: ReferenceValue, _ steps: [[UInt8]], _ elements: [Int: Int]) {
        switch value {
        case .object(let members):
            let names = members.map(\.name)
            if Set(names).count < names.count || names.contains(where: { $0.contains(UInt8(ascii: ".")) }) {
                hasPlainKeys = false
            }
            for (name, value) in members { flatten(value, steps + [name], elements) }
        case .array(let values):
            arrayCount += 1
            let array = arrayCount
            for (index, value) in values.enumerated() {
                var inside = elements
                switch value {
                case .object, .array: inside[array] = index
                default: break
                }
                flatten(value, steps, inside)
            }
        default:
            let name = Array(steps.joined(separator: Array(".".utf8)))
            leaves[name, default: []].append(Leaf(value: value, elements: elements))
        }
    }
}
