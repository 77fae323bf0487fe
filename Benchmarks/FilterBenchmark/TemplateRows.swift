import EventPatterns
import OrderRecords

/// The filters of `template.yaml` on records of the table's stream: the work that Sluice does for every change.
enum TemplateRows {
    static func series() -> [Series] {
        [
            series("records of 700 to 900 bytes", OrderRecords.usualSizes),
            // Changes of orders that have every attribute.
            series("records of 901 to 1,200 bytes", 901...1_200),
        ]
    }

    private static func series(_ name: String, _ sizes: ClosedRange<Int>) -> Series {
        let records = EventPool(OrderRecords(seed: 1, sizes: sizes).prefix(2_000))
        let filters = [
            ("standard", [TemplateFilters.standard]), ("premium", [TemplateFilters.premium]),
            ("either", [TemplateFilters.standard, TemplateFilters.premium]),
        ]
        var rows: [Row] = []
        for (reading, suffix) in [(EventReading.whole, ""), (.untilDecided, ", until decided")] {
            rows += filters.map { name, patterns in
                Row(name + suffix, records, reading: reading, limit: .allocations(0)) {
                    try FilterCriteria(patterns: patterns)
                }
            }
            rows.append(
                Row("both, told apart" + suffix, records, reading: reading, limit: .allocations(0)) {
                    try ManyPatterns([TemplateFilters.standard, TemplateFilters.premium])
                })
        }
        rows.append(Row("yardstick: sum of the bytes", records) { ByteSum() })
        rows.append(Row("yardstick: FNV-1a of the bytes", records) { ByteHash() })
        return Series(group: "template", name: name, comparison: .nothing, rows: rows)
    }
}
