/// One attribute of an item. Orders have texts and numbers only.
struct ImageAttribute {
    var name: String
    var type: String
    var value: String
    /// By AWS's rules; a number is taken at the published estimate, one byte per two digits and one more.
    var sizeBytes: Int

    static func string(_ name: String, _ value: String) -> Self {
        Self(name: name, type: "S", value: value, sizeBytes: name.utf8.count + value.utf8.count)
    }

    static func number(_ name: String, _ value: String) -> Self {
        Self(name: name, type: "N", value: value, sizeBytes: name.utf8.count + (value.utf8.count + 1) / 2 + 1)
    }
}

/// An item, or its keys, with the attributes in the order of their names. No value needs an escape.
struct Image {
    var attributes: [ImageAttribute]

    var sizeBytes: Int { attributes.reduce(0) { $0 + $1.sizeBytes } }

    var json: String {
        "{" + attributes.map { #""\#($0.name)":{"\#($0.type)":"\#($0.value)"}"# }.joined(separator: ",") + "}"
    }
}
