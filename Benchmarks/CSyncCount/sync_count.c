#define _GNU_SOURCE
#include "sync_count.h"

#if defined(__linux__)

#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The program's own fsync and fdatasync come before the C library's, for the program and for every library in it. Each
// counts and makes the system call: one group commit makes one, so they say how many commits there were.

static atomic_uint_fast64_t count;
static atomic_uint_fast64_t nanoseconds;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int counted(long number, int descriptor) {
    uint64_t start = now();
    int result = (int)syscall(number, descriptor);
    atomic_fetch_add_explicit(&nanoseconds, now() - start, memory_order_relaxed);
    atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
    return result;
}

int fsync(int descriptor) { return counted(SYS_fsync, descriptor); }

int fdatasync(int descriptor) { return counted(SYS_fdatasync, descriptor); }

bool sync_count_available(void) { return true; }

uint64_t sync_count(void) { return atomic_load_explicit(&count, memory_order_relaxed); }

uint64_t sync_nanoseconds(void) { return atomic_load_explicit(&nanoseconds, memory_order_relaxed); }

#else

bool sync_count_available(void) { return false; }

uint64_t sync_count(void) { return 0; }

uint64_t sync_nanoseconds(void) { return 0; }

#endif
