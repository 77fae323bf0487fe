// Seeds: Tests/ItemsTests/NumberTests.swift

import Items

/// Numbers of 38 digits against an abacus: the text, the order, sums and differences, whole numbers, keys.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let pairs = (0..<2).map { place -> (Number, Abacus)? in
        let text = input.text(place)
        let (number, reference) = (try? Number(text), Abacus(text))
        switch (number, reference) {
        case (nil, nil): return nil
        case (let number?, let reference?):
            check(number, reference)
            return (number, reference)
        default:
            finding("Number says \(number?.text ?? "nothing"), the abacus \(reference?.text ?? "nothing"): \(text)")
        }
    }
    guard let (left, leftReference) = pairs[0], let (right, rightReference) = pairs[1] else { return 0 }
    let order = leftReference.compare(rightReference)
    if (left < right) != (order < 0) || (left == right) != (order == 0) || (left > right) != (order > 0) {
        finding("the order of \(left) and \(right)")
    }
    if left == right, left.hashValue != right.hashValue { finding("equal numbers with two hashes: \(left)") }
    let (sum, difference) = (try? left.adding(right), try? left.subtracting(right))
    if sum?.text != leftReference.adding(rightReference)?.text {
        finding("\(left) + \(right) is not \(String(describing: sum))")
    }
    if difference?.text != leftReference.adding(rightReference.negated)?.text {
        finding("\(left) - \(right) is not \(String(describing: difference))")
    }
    let (leftKey, rightKey) = (key(left), key(right))
    if leftKey.lexicographicallyPrecedes(rightKey) != (order < 0) || (leftKey == rightKey) != (order == 0) {
        finding("the order of the keys of \(left) and \(right)")
    }
    return 0
}

private func check(_ number: Number, _ reference: Abacus) {
    if number.text != reference.text { finding("\(number.text) is written for \(reference.text)") }
    if (try? Number(number.text)) != number { finding("\(number.text) is read as another number") }
    var position = 0
    let bytes = key(number)
    guard (try? KeyCoding.decode(from: bytes, at: &position)) == .number(number), position == bytes.count else {
        finding("the key of \(number.text) is another number's")
    }
    if number.int64 != Int64(reference.text) { finding("\(number.text) is \(String(describing: number.int64))") }
}

private func key(_ number: Number) -> [UInt8] {
    var bytes: [UInt8] = []
    do { try KeyCoding.append(.number(number), to: &bytes) } catch { finding("\(number) is no key: \(error)") }
    return bytes
}

/// Decimal digits in a row, worked on one by one.
private struct Abacus {
    var isNegative: Bool
    /// From the first to the last, neither of which is 0; none for zero.
    var digits: [Int]
    /// The power of ten of the last digit.
    var exponent: Int

    /// Nil for what is no number, and for what DynamoDB does not take.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        func takeDigits() -> [Int] {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits.map { Int($0) - 0x30 }
        }
        digits = takeDigits()
        var fraction: [Int] = []
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = takeDigits()
        }
        guard !(digits + fraction).isEmpty else { return nil }
        digits += fraction
        exponent = -fraction.count
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            let isBelowOne = rest.first == UInt8(ascii: "-")
            if isBelowOne || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            let power = takeDigits()
            guard !power.isEmpty else { return nil }
            // Longer powers are beyond the range whatever the digits are, of which there are at most 4,096.
            let size = power.reduce(0) { min($0 * 10 + $1, 1_000_000) }
            exponent += isBelowOne ? -size : size
        }
        guard rest.isEmpty else { return nil }
        trim()
        guard isStorable else { return nil }
    }

    private init(_ digits: [Int], exponent: Int, isNegative: Bool) {
        (self.digits, self.exponent, self.isNegative) = (digits, exponent, isNegative)
        trim()
    }

    private mutating func trim() {
        digits = Array(digits.drop { $0 == 0 })
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { (isNegative, exponent) = (false, 0) }
    }

    private var isStorable: Bool {
        digits.isEmpty || digits.count <= 38 && (-130...125).contains(digits.count - 1 + exponent)
    }

    var negated: Abacus { Abacus(digits, exponent: exponent, isNegative: !isNegative) }

    var text: String {
        guard !digits.isEmpty else { return "0" }
        var whole = digits
        if exponent > 0 { whole += Array(repeating: 0, count: exponent) }
        if exponent < 0, whole.count <= -exponent {
            whole = Array(repeating: 0, count: 1 - exponent - whole.count) + whole
        }
        let point = whole.count + min(exponent, 0)
        let characters = whole.map { String($0) }
        let fraction = point < characters.count ? "." + characters[point...].joined() : ""
        return (isNegative ? "-" : "") + characters[..<point].joined() + fraction
    }

    /// Both with as many digits, ending in the same power of ten.
    private func aligned(_ other: Abacus) -> (mine: [Int], others: [Int], exponent: Int) {
        let last = digits.isEmpty ? other.exponent : other.digits.isEmpty ? exponent : min(exponent, other.exponent)
        func row(_ number: Abacus) -> [Int] {
            number.digits.isEmpty ? [] : number.digits + Array(repeating: 0, count: number.exponent - last)
        }
        let (mine, others) = (row(self), row(other))
        let count = max(mine.count, others.count) + 1
        return (
            Array(repeating: 0, count: count - mine.count) + mine,
            Array(repeating: 0, count: count - others.count) + others, last
        )
    }

    func compare(_ other: Abacus) -> Int {
        if isNegative != other.isNegative { return isNegative ? -1 : 1 }
        let (mine, others, _) = aligned(other)
        let order = mine == others ? 0 : mine.lexicographicallyPrecedes(others) ? -1 : 1
        return isNegative ? -order : order
    }

    /// Nil when the sum is none that DynamoDB stores.
    func adding(_ other: Abacus) -> Abacus? {
        var (mine, others, exponent) = aligned(other)
        var isNegative = isNegative
        let isDifference = isNegative != other.isNegative
        if isDifference, mine.lexicographicallyPrecedes(others) {
            swap(&mine, &others)
            isNegative = other.isNegative
        }
        var carry = 0
        for place in mine.indices.reversed() {
            let digit = mine[place] + (isDifference ? -others[place] : others[place]) + carry
            carry = digit < 0 ? -1 : digit / 10
            mine[place] = (digit + 10) % 10
        }
        let sum = Abacus(mine, exponent: exponent, isNegative: isNegative)
        return sum.isStorable ? sum : nil
    }
}
