/// Tags in a request, and AWS's rules for them. None of these faults is a constraint in AWS's words.
enum TagsRequest {
    /// Most tags of a resource.
    static let countMax = 50
    /// Longest key and value, characters.
    private static let keyLength = 1...128
    private static let valueLength = 0...256
    private static let reservedPrefix = "aws:"

    /// - Throws: a ValidationException for the first tag that is none; nothing is applied then.
    static func tags(_ list: [RequestValue]) throws(ServiceError) -> [String: String] {
        var tags: [String: String] = [:]
        for tag in list {
            let key = try checkedKey(tag["Key"]?.text)
            guard let value = tag["Value"]?.text, valueLength.contains(value.utf16.count), isTagText(value) else {
                throw .validation("The Tag Value provided is invalid, Value: \(tag["Value"]?.text ?? "null")")
            }
            guard tags.updateValue(value, forKey: key) == nil else {
                throw .validation("Duplicate Tag Keys provided as input: Duplicate Tag Key found \(key)")
            }
        }
        try checkCount(tags.count)
        return tags
    }

    static func keys(_ list: [RequestValue]) throws(ServiceError) -> [String] {
        var keys: [String] = []
        for key in list { keys.append(try checkedKey(key.text)) }
        try checkCount(keys.count)
        return keys
    }

    static func checkCount(_ count: Int) throws(ServiceError) {
        guard count <= countMax else { throw tooMany }
    }

    static var tooMany: ServiceError {
        .validation("Number of Tags exceed the current limit for the provided ResourceArn")
    }

    /// Tags of an operation that takes them as a map.
    static func tags(_ map: [String: String]) throws(ServiceError) -> [String: String] {
        try tags(
            map.sorted { $0.key < $1.key }.map { .object(["Key": .string($0.key), "Value": .string($0.value)]) })
    }

    private static func checkedKey(_ key: String?) throws(ServiceError) -> String {
        guard let key, keyLength.contains(key.utf16.count), isTagText(key) else {
            throw .validation("The Tag Key provided is invalid, Key: \(key ?? "null")")
        }
        guard !key.lowercased().hasPrefix(reservedPrefix) else {
            throw .validation("Tag Key cannot be prefixed with aws:, Key: \(key)")
        }
        return key
    }

    /// Letters, digits and spaces of any script, and `+ - = . _ : / @`.
    private static func isTagText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
                true
            default: "+-=._:/@".unicodeScalars.contains(scalar)
            }
        }
    }
}
