import Foundation

/// Whether Foundation refuses a text that is JSON as far as it has read it: for a number that no `Double` holds, or for more than 512
/// arrays and objects within each other.
func isBeyondFoundation(_ json: [UInt8]) -> Bool {
    do {
        _ = try JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)
        return false
    } catch {
        let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
        return reason.contains("not representable") || reason.hasPrefix("Too many nested")
    }
}
