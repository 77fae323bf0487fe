/// Reads evaluated properties that a `PropertyValidator` has passed, so that what is there has the right shape.
struct Properties {
    let members: [Value.Member]
    /// Where to look when something in these is wrong.
    let line: Int
    let place: Place

    func value(_ name: String) -> Value? {
        members.first { $0.name == name }?.value
    }

    func line(of name: String) -> Int {
        members.first { $0.name == name }?.line ?? line
    }

    func text(_ name: String) -> String? { value(name)?.text }

    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    func boolean(_ name: String) -> Bool? { text(name).flatMap(Self.boolean) }

    func texts(_ name: String) -> [String] { value(name)?.items?.compactMap(\.text) ?? [] }

    func textMap(_ name: String) -> [String: String] {
        let pairs = (value(name)?.members ?? []).compactMap { member in
            member.value.text.map { (member.name, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    func object(_ name: String) -> Properties? {
        guard let value = value(name), let members = value.members else { return nil }
        return Properties(members: members, line: value.line, place: place.member(name))
    }

    func objects(_ name: String) -> [Properties] {
        (value(name)?.items ?? []).enumerated().compactMap { index, item in
            guard let members = item.members else { return nil }
            return Properties(members: members, line: item.line, place: place.member(name).item(index))
        }
    }

    /// YAML 1.1 spells a boolean in several ways; CloudFormation takes these.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }
}
