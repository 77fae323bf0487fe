import Items

/// A JSON object in the making: members are left out where their value is nil.
struct RequestBody {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    init() { bytes.reserveCapacity(512) }

    /// The whole object.
    var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    private mutating func name(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONText.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        self.name(name)
        JSONText.append(value, to: &bytes)
    }

    mutating func add(_ name: String, _ value: Int?) {
        guard let value else { return }
        self.name(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Only where true: all of these are false by default.
    mutating func add(_ name: String, _ value: Bool) {
        guard value else { return }
        self.name(name)
        bytes.append(contentsOf: "true".utf8)
    }

    /// For the one member that is true by default.
    mutating func addFalse(_ name: String) {
        self.name(name)
        bytes.append(contentsOf: "false".utf8)
    }

    mutating func add(_ name: String, _ value: Item?) {
        guard let value else { return }
        self.name(name)
        value.appendJSON(to: &bytes)
    }

    mutating func add(_ name: String, _ value: RequestBody?) {
        guard let value else { return }
        self.name(name)
        bytes.append(contentsOf: value.closed)
    }

    mutating func add(_ name: String, _ values: [RequestBody]) {
        self.name(name)
        JSONText.appendArray(values, to: &bytes) { value, bytes in bytes.append(contentsOf: value.closed) }
    }

    mutating func add(_ name: String, _ values: [String]?) {
        guard let values else { return }
        self.name(name)
        JSONText.appendArray(values, to: &bytes) { value, bytes in JSONText.append(value, to: &bytes) }
    }

    /// A map; left out when empty, since DynamoDB refuses empty ones.
    mutating func add(_ name: String, _ values: [String: String]) {
        guard !values.isEmpty else { return }
        var map = RequestBody()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { map.add(name, value) }
        add(name, map)
    }

    mutating func add(_ name: String, _ values: [String: AttributeValue]) {
        if !values.isEmpty { add(name, Item(values)) }
    }
}
