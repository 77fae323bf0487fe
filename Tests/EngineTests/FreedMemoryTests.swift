import Foundation
import Testing

@testable import Engine

#if canImport(Glibc)
    @Suite struct FreedMemoryTests {
        private static var residentBytes: Int {
            let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
            return (Int(statm.split(separator: " ").dropFirst().first ?? "") ?? 0) * Int(getpagesize())
        }

        /// Small blocks that stay lie between the large ones, so that these are no end of a heap, which glibc gives back anyway.
        @Test func largeBlocksGoBackAlthoughSmallOnesStay() {
            FreedMemory.returnLargeBlocks()
            let size = 1 << 20
            // Without the setting, from here on blocks of that size would be kept.
            free(malloc(size))
            let before = Self.residentBytes
            var small: [UnsafeMutableRawPointer] = []
            var large: [UnsafeMutableRawPointer] = []
            for _ in 0..<512 {
                large.append(malloc(size))
                memset(large.last!, 1, size)
                small.append(malloc(64))
            }
            for block in large { free(block) }
            // Half of what was taken: other tests run beside this one.
            #expect(Self.residentBytes - before < 256 << 20)
            for block in small { free(block) }
        }
    }
#endif
