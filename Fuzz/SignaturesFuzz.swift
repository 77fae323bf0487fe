// Seeds: Fuzz/SignaturesFuzz.seeds
// Dictionary: Fuzz/SignaturesFuzz.dict

import AWSSignature

/// Signatures, by the header and in the query: what is signed with the key is taken, what was changed afterwards is not, and
/// nobody without the key is let in.
///
/// The input is a method, a path, a query, headers as `Name: value` lines, a body, an Authorization header, and a change: what to
/// put at which place of which part.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let headers: [(name: String, value: String)] = input.text(3).split(separator: "\n").compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    let request = SignedRequest(
        method: input.text(0), path: input.text(1), query: input.text(2), headers: headers, body: input.bytes(4))
    // Whatever a stranger claims.
    var claimed = request
    claimed.headers.append(("Authorization", input.text(5)))
    for stranger in [request, claimed] {
        if let claim = verified(stranger) { finding("a stranger is let in as \(claim.accessKeyID)") }
    }
    let signed = input.flag(0) ? presigned(request) : signed(request)
    guard let signed else { return 0 }
    guard let claim = verified(signed) else { finding("what is signed is refused: \(reason(signed))") }
    if claim.accessKeyID != "AKID/EXAMPLE" || claim.scope != scope { finding("somebody else has signed: \(claim)") }
    change(signed, input)
    return 0
}

private let scope = SigningScope(day: "20150830", region: "eu-west-1", service: "dynamodb")
private let time = SigningTime(seconds: 1_440_938_160)
private let key = SigningKey(secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", scope: scope)

private func verified(_ request: SignedRequest) -> SignatureClaim? {
    try? request.verify(now: time.seconds + 30) {
        $0 == "AKID/EXAMPLE" ? "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" : nil
    }
}

private func reason(_ request: SignedRequest) -> String {
    do throws(SignatureRefusal) {
        _ = try request.verify(now: time.seconds + 30) { _ in "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
        return "none"
    } catch { return "\(error) \(request)" }
}

/// Nil for requests that nobody would sign so: with a signature already, with two hosts or dates.
private func signed(_ request: SignedRequest) -> SignedRequest? {
    guard isPlain(request) else { return nil }
    var request = request
    request.headers += [("Host", "localhost:4566"), ("X-Amz-Date", time.text)]
    let canonical = CanonicalRequest(
        method: request.method, path: request.path, query: request.query, headers: request.headers,
        payloadHash: CanonicalRequest.hash(of: request.body))
    request.headers.append(("Authorization", key.authorization(of: canonical, at: time, accessKeyID: "AKID/EXAMPLE")))
    return request
}

private func presigned(_ request: SignedRequest) -> SignedRequest? {
    guard isPlain(request) else { return nil }
    var request = request
    request.headers.append(("Host", "localhost:4566"))
    let canonicalNames = CanonicalRequest(method: "", path: "", headers: request.headers, payloadHash: "").signedHeaders
    let credential = "AKID%2FEXAMPLE%2F\(scope)".replacing("/", with: "%2F")
    request.query +=
        (request.query.isEmpty ? "" : "&") + "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=\(credential)"
        + "&X-Amz-Date=\(time.text)&X-Amz-Expires=60&X-Amz-SignedHeaders=\(canonicalNames.replacing(";", with: "%3B"))"
    let canonical = CanonicalRequest(
        method: request.method, path: request.path, query: request.query, headers: request.headers,
        payloadHash: CanonicalRequest.hash(of: request.body))
    request.query += "&X-Amz-Signature=\(key.signature(of: canonical, at: time))"
    return request
}

private func isPlain(_ request: SignedRequest) -> Bool {
    let query = request.query.utf8.split(separator: UInt8(ascii: "&"))
    return request.headers.allSatisfy { header in
        // Names that need no escape in the query, where they are told to the server.
        !header.name.isEmpty && !header.value.utf8.contains(13)
            && header.name.utf8.allSatisfy { byte in
                ["a"..."z", "A"..."Z", "0"..."9"].contains { $0.contains(UnicodeScalar(byte)) }
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
            && !["host", "x-amz-date", "authorization", "x-amz-content-sha256", "x-amz-security-token"].contains(
                header.name.lowercased())
    } && !query.contains { $0.count >= 1 && String(Substring($0)).contains("X-") || $0.contains(UInt8(ascii: "%")) }
}

/// Changes one byte of what is signed: the request is refused, unless it says the same in another way.
private func change(_ signed: SignedRequest, _ input: FuzzInput) {
    guard let choice = input.bytes(6).first else { return }
    let rest = input.bytes(6).dropFirst()
    let place = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
    let new = rest.dropFirst(2).first ?? UInt8(ascii: "x")
    func changed(_ text: String) -> String? {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return nil }
        bytes[place % bytes.count] = new
        return String(validating: bytes, as: UTF8.self)
    }
    var other = signed
    switch choice % 5 {
    case 0:
        guard let method = changed(signed.method) else { return }
        other.method = method
    case 1:
        guard let path = changed(signed.path) else { return }
        other.path = path
    case 2:
        guard let query = changed(signed.query) else { return }
        other.query = query
    case 3:
        guard !signed.headers.isEmpty else { return }
        let index = place % signed.headers.count
        guard let value = changed(signed.headers[index].value) else { return }
        other.headers[index].value = value
    default:
        guard !signed.body.isEmpty else { return }
        other.body[place % other.body.count] = new
    }
    guard let claim = verified(other) else { return }
    // What is taken must have the same canonical form, and the same claims but for what changes nothing.
    func form(_ request: SignedRequest) -> String {
        CanonicalRequest(
            method: request.method, path: request.path, query: SignatureClaim.query(without: request.query),
            headers: request.headers.filter { header in claim.signedHeaders.contains(header.name.lowercased()) },
            payloadHash: CanonicalRequest.hash(of: request.body)
        ).text
    }
    if form(other) != form(signed) { finding("a changed request is taken: \(other)") }
    if claim.scope != scope || claim.time != time { finding("a changed claim is taken: \(claim)") }
}
