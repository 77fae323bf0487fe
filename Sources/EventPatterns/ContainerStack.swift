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

/// A stack of single bits; the first 64 need no allocation.
struct BitStack {
    private var top: UInt64 = 0
    private var rest: [UInt64] = []
    private(set) var count = 0

    @inline(__always)
    mutating func push(_ bit: Bool) {
        if count > 0, count & 63 == 0 {
            spill()
        }
        top = top << 1 | (bit ? 1 : 0)
        count += 1
    }

    @inline(never)
    private mutating func spill() {
        rest.append(top)
        top = 0
    }

    @inline(never)
    private mutating func refill() { top = rest.removeLast() }

    /// Removes the top bit and returns the one beneath; false when that was the last.
    @inline(__always)
    mutating func pop() -> Bool {
        count -= 1
        if count > 0, count & 63 == 0 {
            refill()
        } else {
            top >>= 1
        }
        return top & 1 == 1
    }
}
