// Sources: Fuzz/GatewayWorld.swift Fuzz/XMLTags.swift Tests/GatewayTests/ScriptedControl.swift Tests/GatewayTests/Logs/NoOwnedLogs.swift
// Seeds: Fuzz/GatewayFuzz.seeds
// Dictionary: Fuzz/GatewayFuzz.dict

import Foundation
@testable import Gateway
import HTTPServing
import NIOCore
import NIOHTTP1

/// The whole endpoint before real stores: each request is answered once, never with a failure of the server's own, in the form that
/// its protocol has; and whoever has no right on a thing neither sees nor changes it.
///
/// The input is one request after the other, with zero bytes between them: `METHOD TARGET`, headers, an empty line, a body. What stands
/// between two bytes 1 goes out in base64, so that the insides of tokens change too. By the first byte requests are signed with a key
/// that has rights on what begins with `Open` alone.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    for index in 0..<min(input.count, 6) {
        guard let request = request(withTokens(input.bytes(index))) else { continue }
        let world = GatewayWorld.present
        guard let reply = world.answer(request, isLimited: input.flag(0)) else { continue }
        check(request, reply)
        if input.flag(0) {
            if String(buffer: reply.body).contains(GatewayWorld.secret) {
                finding("a stranger is told the secret: \(request)")
            }
            if !world.hasSecret() { finding("a stranger has changed the secret: \(request)") }
        }
        world.note(request, reply)
    }
    GatewayWorld.renewWhenChanged()
    return 0
}

private func withTokens(_ bytes: [UInt8]) -> [UInt8] {
    let parts = bytes.split(separator: 1, omittingEmptySubsequences: false)
    return parts.enumerated().flatMap { index, part in
        index.isMultiple(of: 2) ? Array(part) : Array(Data(part).base64EncodedString().utf8)
    }
}

private func request(_ bytes: [UInt8]) -> HTTPRequest? {
    let newline = UInt8(ascii: "\n")
    var headers = HTTPHeaders()
    var rest = bytes[...]
    func line() -> String? {
        guard !rest.isEmpty else { return nil }
        let line = rest.prefix { $0 != newline }
        rest = rest.dropFirst(line.count + 1)
        return String(decoding: line, as: UTF8.self)
    }
    guard let first = line()?.split(separator: " ", maxSplits: 1), first.count == 2 else { return nil }
    while let text = line(), !text.isEmpty {
        guard let colon = text.firstIndex(of: ":") else { continue }
        let name = String(text[..<colon])
        // The decoder lets tokens through and no other names.
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
            continue
        }
        headers.add(name: name, value: String(text[text.index(after: colon)...].drop { $0 == " " }))
    }
    return HTTPRequest(
        method: HTTPMethod(rawValue: String(first[0])), target: String(first[1]), headers: headers,
        body: ByteBuffer(bytes: rest))
}

private func check(_ request: HTTPRequest, _ reply: HTTPReply) {
    let text = String(buffer: reply.body)
    // Ours says that it is broken.
    if reply.status.code >= 500, !request.path.hasPrefix("/_sluice/") {
        finding("\(reply.status): \(text) for \(request)")
    }
    if let sum = reply.headers.first(name: "x-amz-crc32"), sum != String(Checksum.crc32(reply.body)) {
        finding("a wrong checksum")
    }
    guard reply.body.readableBytes > 0 else { return }
    switch reply.headers.first(name: "Content-Type") {
    case let type? where type.contains("json"):
        // ScriptedControl answers anything.
        if request.path.hasPrefix("/_sluice/") { return }
        guard (try? JSONSerialization.jsonObject(with: Data(buffer: reply.body), options: .fragmentsAllowed)) != nil
        else {
            finding("no JSON: \(text) for \(request)")
        }
    case let type? where type.contains("xml"):
        if let problem = XMLTags.problem(in: text) { finding("\(problem): \(text) for \(request)") }
    case "application/cbor":
        guard (try? CBORReader.read(Array(buffer: reply.body))) != nil else { finding("no CBOR for \(request)") }
    default: break
    }
}

extension Data {
    fileprivate init(buffer: ByteBuffer) { self.init(Array(buffer: buffer)) }
}
