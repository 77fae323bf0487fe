import NIOCore
import NIOHTTP1

/// Turns answers into bytes, with one buffer that is used again and again.
struct ReplyWriter {
    /// Largest body copied behind its header, which saves the kernel a second piece; larger ones are sent as they are.
    private static let copiedBodyBytesMax = 4 << 10
    /// A buffer that has grown beyond this is not kept.
    private static let keptBytesMax = 16 << 10

    private var buffer = ByteBuffer()

    /// The header of an answer without a length, which ends with the connection.
    mutating func writeStreamHead(_ reply: HTTPReply, date: [UInt8]) -> ByteBuffer {
        begin(reply, date: date)
        buffer.writeStaticString("Connection: close\r\n\r\n")
        return buffer
    }

    /// The header, and the body where it is not written behind the header.
    mutating func write(_ reply: HTTPReply, _ form: ReplyForm, date: [UInt8]) -> (head: ByteBuffer, body: ByteBuffer?) {
        begin(reply, date: date)
        if reply.status.mayHaveResponseBody {
            buffer.writeStaticString("Content-Length: ")
            buffer.writeString(String(reply.body.readableBytes))
            buffer.writeStaticString("\r\n")
        }
        if !form.keepsAlive {
            buffer.writeStaticString("Connection: close\r\n")
        } else if form.isHTTP10 {
            buffer.writeStaticString("Connection: keep-alive\r\n")
        }
        buffer.writeStaticString("\r\n")
        guard reply.status.mayHaveResponseBody, !form.isHead, reply.body.readableBytes > 0 else { return (buffer, nil) }
        guard reply.body.readableBytes <= Self.copiedBodyBytesMax else { return (buffer, reply.body) }
        buffer.writeImmutableBuffer(reply.body)
        return (buffer, nil)
    }

    /// Status, headers and date.
    private mutating func begin(_ reply: HTTPReply, date: [UInt8]) {
        if buffer.storageCapacity > Self.keptBytesMax { buffer = ByteBuffer() }
        // Takes new memory when the socket still holds the last answer.
        buffer.clear(minimumCapacity: 512)
        writeStatus(reply.status)
        for (name, value) in reply.headers {
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            writeValue(value)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeBytes(date)
    }

    private mutating func writeStatus(_ status: HTTPResponseStatus) {
        switch status {
        case .ok: buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        case .badRequest: buffer.writeStaticString("HTTP/1.1 400 Bad Request\r\n")
        default:
            buffer.writeStaticString("HTTP/1.1 ")
            buffer.writeString(String(status.code))
            buffer.writeStaticString(" ")
            writeValue(status.reasonPhrase)
            buffer.writeStaticString("\r\n")
        }
    }

    /// A line end in a value would begin a header of somebody else's choice: it becomes a space.
    private mutating func writeValue(_ value: String) {
        func isControl(_ byte: UInt8) -> Bool { byte == 13 || byte == 10 || byte == 0 }
        if value.utf8.contains(where: isControl) {
            buffer.writeBytes(value.utf8.map { isControl($0) ? 32 : $0 })
        } else {
            buffer.writeString(value)
        }
    }
}
