#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether syncs can be counted: on Linux.
bool sync_count_available(void);

/// How often this process has asked the kernel to bring a file to the disk, and how long it waited for that in all, in
/// nanoseconds. Neither ever falls; both are 0 where counting is not available.
uint64_t sync_count(void);
uint64_t sync_nanoseconds(void);
