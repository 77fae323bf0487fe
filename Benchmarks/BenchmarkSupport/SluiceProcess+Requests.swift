package import Foundation

/// Requests outside of the load: a connection each.
extension SluiceProcess {
    /// The body of the answer to a request.
    ///
    /// - Throws: ``WrongAnswer`` when it is not 200 or the connection ends.
    @discardableResult
    package func request(
        _ method: String, _ path: String, headers: [String] = [], _ body: String = ""
    ) throws -> Data {
        let descriptor = try connectToPort(port)
        defer { close(descriptor) }
        let head = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close", Self.authorization] + headers
        let text = (head + ["Content-Length: \(body.utf8.count)", "", body]).joined(separator: "\r\n")
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw WrongAnswer("sluice takes no request: \(method) \(path).")
        }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { answer += buffer[..<count] }
        guard answer.starts(with: "HTTP/1.1 200".utf8), let head = answer.firstRange(of: Data("\r\n\r\n".utf8)) else {
            throw WrongAnswer(
                "sluice answered \(method) \(path): \(String(decoding: answer.prefix(2_000), as: UTF8.self))")
        }
        return answer[head.upperBound...]
    }

    /// A signature that nobody checks on loopback, but must be there.
    private static let authorization =
        "Authorization: AWS4-HMAC-SHA256 Credential=local/20250102/us-east-1/pipes/aws4_request, SignedHeaders=host, Signature=0"
}

/// A connection to a port of this machine.
package func connectToPort(_ port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard result == 0 else {
        throw WrongAnswer("There is no connection to port \(port): \(String(cString: strerror(errno))).")
    }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), Int32(TCP_NODELAY), &on, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
}
