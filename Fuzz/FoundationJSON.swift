import Foundation

/// Whether Foundation refuses a text that our readers may take: for a number that no `Double` holds, for more than 512 arrays and
/// objects within each other, or for what is no UTF-8, where that stands in a value that is passed over.
func isBeyondFoundation(_ json: [UInt8]) -> Bool {
    if String(validating: json, as: UTF8.self) == nil { return true }
    do {
        _ = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
        return false
    } catch {
        let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
        return reason.contains("not representable") || reason.hasPrefix("Too many nested")
    }
}
