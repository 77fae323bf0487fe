import Foundation
import SwiftASN1
import X509

/// What a server is called in a certificate.
public enum CertificateName: Sendable, Hashable, CustomStringConvertible {
    case name(String)
    /// 4 bytes of an IPv4 address, or 16 of an IPv6 address.
    case address([UInt8])

    /// - Parameter host: an address in figures, or a name.
    public init(_ host: String) {
        var (four, six) = (in_addr(), in6_addr())
        // Without the network interface that an address of one link may name.
        let figures = String(host.prefix { $0 != "%" })
        if inet_pton(AF_INET, figures, &four) == 1 {
            self = .address(withUnsafeBytes(of: four) { Array($0) })
        } else if inet_pton(AF_INET6, figures, &six) == 1 {
            self = .address(withUnsafeBytes(of: six) { Array($0) })
        } else {
            self = .name(host.lowercased())
        }
    }

    /// Nil for kinds of names that no server on a network has.
    init?(_ name: GeneralName) {
        switch name {
        case .dnsName(let name): self = .name(name.lowercased())
        case .ipAddress(let bytes): self = .address(Array(bytes.bytes))
        default: return nil
        }
    }

    var generalName: GeneralName {
        switch self {
        case .name(let name): .dnsName(name)
        case .address(let bytes): .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
        }
    }

    public var description: String {
        guard case .address(var bytes) = self else {
            guard case .name(let name) = self else { return "" }
            return name
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, &bytes, &text, socklen_t(text.count)) != nil else {
            return "\(bytes)"
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
