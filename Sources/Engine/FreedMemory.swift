#if canImport(Glibc)
    import Glibc
#endif

/// What becomes of large blocks of memory that are free again.
enum FreedMemory {
    /// Half a megabyte.
    private static let largeBytes: Int32 = 512 << 10

    /// Lets them go back to the system at once, for as long as the process lives.
    ///
    /// By itself glibc begins to keep blocks of up to 32 MB for the next use as soon as one of that size is given back (mallopt(3)), and
    /// what lies between small ones stays: of 512 blocks of a megabyte with small ones between them all 512 MB stayed when they were
    /// freed, and 1 MB with this. The price is a call of the system for each large block.
    static func returnLargeBlocks() {
        #if canImport(Glibc)
            // Not among what Swift's Glibc module has.
            guard let place = dlsym(nil, "mallopt") else { return }
            let mallopt = unsafeBitCast(place, to: (@convention(c) (Int32, Int32) -> Int32).self)
            // M_MMAP_THRESHOLD of malloc.h. Setting it stops its growth.
            _ = mallopt(-3, largeBytes)
        #endif
    }
}
