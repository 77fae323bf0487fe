/// A JSON object in the making: members stand in the order of the calls, and are left out where their value is nil.
package struct JSONMembers {
    package private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    package init() { bytes.reserveCapacity(512) }

    /// The whole object.
    package var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

    private mutating func name(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONText.append(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }

    package mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        self.name(name)
        JSONText.append(value, to: &bytes)
    }

    package mutating func add(_ name: String, _ value: Int64?) {
        guard let value else { return }
        self.name(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func add(_ name: String, _ value: Int?) { add(name, value.map { Int64($0) }) }

    package mutating func add(_ name: String, _ value: Bool?) {
        guard let value else { return }
        self.name(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// - Parameter json: a value that is JSON already.
    package mutating func add(_ name: String, _ json: some Sequence<UInt8>) {
        self.name(name)
        bytes.append(contentsOf: json)
    }

    package mutating func add(_ name: String, _ value: Item?) {
        guard let value else { return }
        self.name(name)
        value.appendJSON(to: &bytes)
    }

    package mutating func add(_ name: String, _ value: JSONMembers?) {
        guard let value else { return }
        self.name(name)
        bytes.append(contentsOf: value.closed)
    }

    package mutating func add(_ name: String, _ values: [JSONMembers]) {
        self.name(name)
        JSONText.appendArray(values, to: &bytes) { value, bytes in bytes.append(contentsOf: value.closed) }
    }

    package mutating func add(_ name: String, _ values: [String]?) {
        guard let values else { return }
        self.name(name)
        JSONText.appendArray(values, to: &bytes) { value, bytes in JSONText.append(value, to: &bytes) }
    }

    /// A map; left out when empty, since DynamoDB refuses empty ones.
    package mutating func add(_ name: String, _ values: [String: String]) {
        guard !values.isEmpty else { return }
        var map = JSONMembers()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { map.add(name, value) }
        add(name, map)
    }

    package mutating func add(_ name: String, _ values: [String: AttributeValue]) {
        if !values.isEmpty { add(name, Item(values)) }
    }
}
