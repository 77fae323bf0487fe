import TestSupport
import Testing

@testable import Queues

@Suite struct MessageDigestTests {
    /// RFC 1321, and bodies whose MD5 SQS has answered.
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ), ("msg", "6e2baaf3b97dbeef01c0043275f9a0e7"), ("message-body-1", "19c9e282d65f9733bc6b35d50062c7ee"),
    ])
    func md5(text: String, digest: String) { #expect(MD5(of: Array(text.utf8)).text == digest) }

    /// Lengths around the borders of blocks, from another implementation.
    @Test(arguments: [
        (55, "04364420e25c512fd958a70738aa8f72"), (56, "668a72d5ba17f08e62dabcafad6db14b"),
        (63, "7dc2ca208106a2f703567bdff99d8981"), (64, "c1bb4f81d892b2d57947682aeb252456"),
        (65, "1bc932052302d074bdec39795fe00cf6"), (1_000, "398533d48111e9f664b1f64cb10c4b63"),
    ])
    func md5OfManyBytes(count: Int, digest: String) {
        #expect(MD5(of: [UInt8](repeating: UInt8(ascii: "x"), count: count)).text == digest)
    }

    /// FIPS 180-4.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256(text: String, digest: String) { #expect(ContentDigest.text(of: Array(text.utf8)) == digest) }

    /// What SQS has answered for these attributes.
    @Test func md5OfAttributes() {
        func string(_ name: String, _ text: String) -> MessageAttribute {
            MessageAttribute(name: name, type: "String", value: .string(text))
        }
        let all = [string("Help.Me", "Me"), string("Hello", "There"), string("General", "Kenobi")]
        #expect(MessageAttribute.md5(all).text == "4c360f3fdafd970e05fae2f149d997f5")
        #expect(MessageAttribute.md5(Array(all[1...])).text == "fca026605781cb4126a1e9044df24232")
        #expect(MessageAttribute.md5([string("Foo", "Bar")]).text == "ae7155c6026991b6d54b11589678bf9c")
        let bytes = Array("traceparent\u{1e}00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01".utf8)
        let binary = MessageAttribute(name: "attr1", type: "Binary", value: .binary(bytes))
        #expect(MessageAttribute.md5([binary]).text == "8cbe4db156db8a94db8b801b7addb984")
    }

    @Test func contentsComeBackFromTheirBytes() throws {
        var random = SeededGenerator(seed: 3)
        var contents = MessageContents(id: MessageID(using: &random), body: Array("grüße\u{0}".utf8))
        contents.attributes = [
            .init(name: "n", type: "Number.int", value: .string("1")),
            .init(name: "b", type: "Binary", value: .binary([0, 255])),
        ]
        contents.traceHeader = "Root=1"
        contents.groupID = "g"
        contents.deduplicationID = "d"
        contents.deadLetterSourceARN = "arn"
        contents.attachment = "beside it"
        let bytes = contents.encoded
        #expect(try MessageContents(bytes.span.bytes) == contents)
        for count in [0, 20, 36, bytes.count - 1] {
            let short = Array(bytes[..<count])
            #expect(throws: (any Error).self) { try MessageContents(short.span.bytes) }
        }
    }

    @Test func idsAreUUIDs() throws {
        var random = SeededGenerator(seed: 3)
        let id = MessageID(using: &random)
        #expect(
            id.description.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        #expect(MessageID(id.description) == id)
        #expect(
            MessageID("20342ce2-0e0d-4855-b816-32495f61b4d6")?.description == "20342ce2-0e0d-4855-b816-32495f61b4d6")
        for text in [
            "id-1", "+0342ce2-0e0d-4855-b816-32495f61b4d6", "20342ce2-0e0d-4855-b816-+2495f61b4d6",
            "2-0342ce20e0d-4855-b816-32495f61b4d6", "20342ce2-0e0d-4855-b816--2495f61b4d6",
        ] {
            #expect(MessageID(text) == nil, "\(text)")
        }
    }

    @Test func handlesComeBackFromTheirText() throws {
        let handle = ReceiptHandle(queue: 7, place: 0x0102_0304_0506_0708, receipt: 0xFFFF_FFFE)
        #expect(try ReceiptHandle(handle.text, queue: 7) == handle)
        for (text, queue) in [
            (handle.text, 8 as UInt32), ("", 7), ("x" + handle.text.dropFirst(), 7), (handle.text + "0", 7),
            ("+" + handle.text.dropFirst(), 7), ("-" + handle.text.dropFirst(), 7),
            (handle.text.prefix(16) + "+" + handle.text.dropFirst(17), 7),
        ] {
            #expect(throws: QueueError.self) { try ReceiptHandle(text, queue: queue) }
        }
    }
}
