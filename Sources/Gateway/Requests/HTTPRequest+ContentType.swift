import HTTPServing
import NIOHTTP1

extension HTTPRequest {
    /// Whether the body is said to be a form, as the query protocols send it.
    var isForm: Bool { contentType == "application/x-www-form-urlencoded" }

    /// The JSON that the body is said to be, and so its answer; nil where it is said to be something else.
    var jsonType: String? {
        switch contentType {
        case "application/json": "application/json"
        case Self.usualJSONType: Self.usualJSONType
        case "application/x-amz-json-1.1": "application/x-amz-json-1.1"
        default: nil
        }
    }

    /// What an answer is where the request does not say.
    static let usualJSONType = "application/x-amz-json-1.0"

    /// Without parameters, such as a charset; empty where there is none.
    private var contentType: Substring {
        (headers.first(name: "Content-Type") ?? "").prefix { $0 != ";" && $0 != " " }
    }
}
