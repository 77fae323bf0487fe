// Seeds: Tests/AccessKeysTests Fuzz/CredentialsFuzz.seeds
// Dictionary: Fuzz/CredentialsFuzz.dict

@testable import AccessKeys
import Foundation

/// Credentials files: what is read is written as the same keys, with ids of which there is one each; and rights by patterns
/// against a matcher that tries everything.
///
/// The input is a file, or, by the first byte, a pattern and a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    if input.flags == UInt8(ascii: "*") {
        let (pattern, text) = (Array(input.text(0).utf8.prefix(24)), Array(input.text(1).utf8.prefix(24)))
        let answer = Wildcards.match(String(decoding: pattern, as: UTF8.self), String(decoding: text, as: UTF8.self))
        if String(validating: pattern, as: UTF8.self) != nil, String(validating: text, as: UTF8.self) != nil,
            answer != isMatch(pattern[...], text[...])
        {
            finding("the pattern says \(answer): \(input.text(0)) of \(input.text(1))")
        }
        return 0
    }
    let json = [input.flags] + input.rest
    guard let file = try? CredentialsFile(json: json, path: "K") else { return 0 }
    if Set(file.keys.map(\.id)).count != file.keys.count { finding("an id is there twice") }
    for key in file.keys {
        if key.secret.utf8.count < AccessKey.secretLengthMin { finding("a key that is too short") }
        // Somebody may have put a secret into an id or a name.
        if "\(key)".contains(key.secret), !"\(key.id) \(key.name)".contains(key.secret) {
            finding("a key shows its secret")
        }
    }
    guard let again = try? CredentialsFile(json: file.json, path: "K") else { finding("what is written is refused") }
    if again != file { finding("what is written reads as other keys") }
    if again.json != file.json { finding("what is written changes") }
    return 0
}

private func isMatch(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case UInt8(ascii: "*"):
        // Stars in a row are one; and no more than a few are tried.
        if rest.first == first { return isMatch(rest, text) }
        return (text.startIndex...text.endIndex).contains { isMatch(rest, text[$0...]) }
    case UInt8(ascii: "?"): return !text.isEmpty && isMatch(rest, text.dropFirst())
    default: return text.first == first && isMatch(rest, text.dropFirst())
    }
}
