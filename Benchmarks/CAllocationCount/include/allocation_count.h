#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations can be counted: on Linux with glibc, in a program without a sanitizer, which has an allocator
/// of its own.
bool allocation_count_available(void);

/// How many blocks the calling thread has asked the heap for since it began; never falls. Growing a block counts as
/// asking for one. Always 0 where counting is not available.
///
/// The difference between two calls on one thread is what the code between them allocated. Cost: one load.
uint64_t allocation_count(void);

/// Begins to count the blocks that all threads ask for, from 0.
void allocation_count_all_threads_begin(void);

/// Ends that, and tells how many there were. Always 0 where counting is not available.
uint64_t allocation_count_all_threads_end(void);
