/// The containers around the one being scanned. The first 32 levels need no allocation.
struct ContainerStack {
    private var near = InlineArray<32, Int32>(repeating: 0)
    private var far: [Int32] = []
    private(set) var count = 0

    @inline(__always)
    mutating func push(node: Int, isArray: Bool) {
        let entry = Int32(node) << 1 | (isArray ? 1 : 0)
        if count < near.count {
            near[count] = entry
        } else {
            pushFar(entry)
        }
        count += 1
    }

    // The far ends of both stacks are apart, lest checks for unique storage be hoisted onto the near ones' path.
    @inline(never)
    private mutating func pushFar(_ entry: Int32) { far.append(entry) }

    @inline(never)
    private mutating func popFar() -> Int32 { far.removeLast() }

    @inline(__always)
    mutating func pop() -> (node: Int, isArray: Bool)? {
        guard count > 0 else { return nil }
        count -= 1
        let entry = count < near.count ? near[count] : popFar()
        return (Int(entry >> 1), entry & 1 == 1)
    }
}

/// A stack of single bits, as many as an event may have levels.
struct BitStack {
    private var words = InlineArray<16, UInt64>(repeating: 0)
    private(set) var count = 0

    /// The bit pushed last; false when there is none.
    @inline(__always)
    var top: Bool { count > 0 && words[(count - 1) >> 6] >> UInt64((count - 1) & 63) & 1 == 1 }

    @inline(__always)
    mutating func push(_ bit: Bool) {
        let mask: UInt64 = 1 << UInt64(count & 63)
        if bit { words[count >> 6] |= mask } else { words[count >> 6] &= ~mask }
        count += 1
    }

    /// Removes the top bit and returns the one beneath; false when that was the last.
    @inline(__always)
    mutating func pop() -> Bool {
        count -= 1
        return top
    }
}
