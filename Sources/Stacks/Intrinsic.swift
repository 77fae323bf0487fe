/// CloudFormation's functions. All are recognised, so that one that does not run here is refused by name.
enum Intrinsic: String, Sendable, CaseIterable {
    case ref = "Ref"
    case getAtt = "Fn::GetAtt"
    case sub = "Fn::Sub"
    case join = "Fn::Join"
    case select = "Fn::Select"
    case split = "Fn::Split"
    case findInMap = "Fn::FindInMap"
    case ifCondition = "Fn::If"
    case equals = "Fn::Equals"
    case and = "Fn::And"
    case or = "Fn::Or"
    case not = "Fn::Not"
    case condition = "Condition"

    case base64 = "Fn::Base64"
    case cidr = "Fn::Cidr"
    case forEach = "Fn::ForEach"
    case getAZs = "Fn::GetAZs"
    case importValue = "Fn::ImportValue"
    case length = "Fn::Length"
    case toJSONString = "Fn::ToJsonString"
    case transform = "Fn::Transform"

    /// The function of a YAML tag: `!Ref`, `!GetAtt`, `!Condition`.
    init?(tag: String) {
        guard tag.hasPrefix("!"), let function = Self(rawValue: Self.longName(ofTag: tag)) else { return nil }
        self = function
    }

    /// The function of a mapping's only key. `Condition` is not among them: outside of conditions it is a plain name,
    /// as in an IAM statement.
    init?(key: String) {
        if key.hasPrefix("Fn::ForEach::") {
            self = .forEach
            return
        }
        guard key != Intrinsic.condition.rawValue, let function = Self(rawValue: key) else { return nil }
        self = function
    }

    /// The tag for a function: the short form people write.
    var tag: String {
        rawValue.hasPrefix("Fn::") ? "!" + rawValue.dropFirst("Fn::".count) : "!" + rawValue
    }

    /// What to do instead of a function that does not run here.
    var remedy: String? {
        switch self {
        case .ref, .getAtt, .sub, .join, .select, .split, .findInMap, .ifCondition, .equals, .and, .or, .not,
            .condition:
            nil
        case .base64: "write the encoded text"
        case .cidr, .getAZs: "there is no network here; write the values, or pass them as a parameter"
        case .forEach, .length, .toJSONString: "write out what it would produce"
        case .importValue: "there are no other stacks here; pass the value as a parameter"
        case .transform: "apply the macro first and load its result"
        }
    }

    private static func longName(ofTag tag: String) -> String {
        let name = String(tag.dropFirst())
        return name == "Ref" || name == "Condition" ? name : "Fn::" + name
    }
}
