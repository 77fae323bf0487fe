import Foundation
import Gateway
import Items
import Tables

/// Items of a table by the beginning of their hash key or by attributes, page by page.
struct ItemSearch {
    struct Request: Decodable {
        /// What the hash key begins with; of a table whose hash key is a text.
        var beginning: String?
        /// Attributes that are texts, by name. One that is the hash key of an index is looked up there, the newest first.
        var equals: [String: String]?
        var limit: Int?
        /// Where the last page ended.
        var after: Item?
    }

    /// The answer of `POST /_sluice/tables/NAME/search`.
    struct Page: Encodable {
        var items: [Item] = []
        /// Items that were looked at for this page.
        var lookedAt = 0
        /// What to send as `after` for what follows; nil when that is all.
        var next: Item?
    }

    /// Most items looked at for one page, some milliseconds of work: who searches by what no index has goes on himself.
    static let itemsLookedAtMax = 5_000
    /// Items looked at in one read.
    private static let readCount = 250

    let table: Table

    /// - Throws: `ControlError` for a request that comes to nothing.
    func page(_ request: Request) throws -> Page {
        do { return try found(request) } catch let error as TableError {
            throw ControlError("the search is refused: \(error.message)")
        } catch let error as ItemError {
            throw ControlError("the search is refused: \(error.message)")
        }
    }

    private func found(_ request: Request) throws -> Page {
        let limit = PageLimit.of(request.limit)
        let definition = try table.definition
        let equals = (request.equals ?? [:]).filter { !$0.value.isEmpty }
        let index = definition.indexes.first {
            $0.keySchema.hashKey.type == .string && equals[$0.keySchema.hashKey.name] != nil
        }
        let beginning = request.beginning.flatMap { $0.isEmpty ? nil : $0 }
        if beginning != nil, definition.keySchema.hashKey.type != .string {
            throw ControlError("the hash key of \(table.name) is no text, so nothing can be searched by its beginning.")
        }
        var page = Page()
        var sizeBytes = 0
        var start = try request.after ?? (index == nil ? beginning.flatMap { try self.start(before: $0) } : nil)
        repeat {
            // A page never holds more than is asked for, so what follows begins behind the last item looked at.
            let count = min(
                equals.isEmpty && index == nil ? limit - page.items.count : Self.readCount,
                Self.itemsLookedAtMax - page.lookedAt)
            let read = try self.read(index, equals, start, count)
            var rest = read.items[...]
            while let stored = rest.popFirst() {
                let item = try stored.item
                page.lookedAt += 1
                if let beginning, let key = hashKey(of: item), !key.utf8.starts(with: beginning.utf8) {
                    // In the order of the keys, nothing that begins so follows what is behind it.
                    if index == nil, beginning.utf8.lexicographicallyPrecedes(key.utf8) { return page }
                    continue
                }
                guard Self.matches(item, equals) else { continue }
                page.items.append(item)
                sizeBytes += stored.json.count
                // The item that reaches the bytes is the page's last.
                if page.items.count == limit || sizeBytes >= PageLimit.bytesMax {
                    page.next = rest.isEmpty ? read.lastEvaluatedKey : try key(of: item, index)
                    return page
                }
            }
            start = read.lastEvaluatedKey
        } while start != nil && page.lookedAt < Self.itemsLookedAtMax
        page.next = start
        return page
    }

    private func read(
        _ index: TableDefinition.Index?, _ equals: [String: String], _ start: Item?, _ limit: Int
    ) throws -> ReadPage {
        guard let index, let value = equals[index.keySchema.hashKey.name] else {
            return try table.scan(ItemScan(exclusiveStartKey: start, limit: limit))
        }
        return try table.query(
            ItemQuery(
                index: index.name, keyCondition: KeyCondition(hashKey: .string(value)), exclusiveStartKey: start,
                isForward: false, limit: limit))
    }

    private func hashKey(of item: Item) -> String? {
        guard let name = try? table.definition.keySchema.hashKey.name, case .string(let key)? = item[name] else {
            return nil
        }
        return key
    }

    private static func matches(_ item: Item, _ equals: [String: String]) -> Bool {
        equals.allSatisfy { item[$0.key] == .string($0.value) }
    }

    private func key(of item: Item, _ index: TableDefinition.Index?) throws -> Item {
        var key = try table.key(of: item)
        for name in index?.keySchema.names ?? [] { key[name] = item[name] }
        return key
    }

    /// A key before all whose hash key begins so. Nil where there is none in form; then the scan begins at the first item.
    private func start(before beginning: String) throws -> Item? {
        let schema = try table.definition.keySchema
        // The last text before this one in their order: another last character, and then as far as one goes.
        var scalars = Array(beginning.unicodeScalars)
        guard let last = scalars.popLast(), last.value > 1, let before = Unicode.Scalar(last.value - 1) else {
            return nil
        }
        scalars.append(before)
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        text.append(Unicode.Scalar(0x10FFFF)!)
        var key: Item = [schema.hashKey.name: .string(String(text))]
        guard let range = schema.rangeKey else { return key }
        switch range.type {
        case .string: key[range.name] = .string("\u{10FFFF}")
        case .number: key[range.name] = .number(try Number("9.9999999999999999999999999999999999999E+125"))
        case .binary: key[range.name] = .binary([0xFF])
        }
        return key
    }
}
