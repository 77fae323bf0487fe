#include "allocation_count.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

// A sanitizer brings its own allocator, which must stay the only one.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(SANITIZED)

// The program's own malloc and the like come before the C library's, for the program and for every library in it. Each
// of these counts and hands on to the C library's allocator under its other name, so that blocks are freed as ever.
//
// The counter is one word of the thread's static storage: it can be counted from the first allocation on, before main
// and in new threads, without a lock and without allocating.

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static __thread uint64_t count __attribute__((tls_model("initial-exec")));

// Only while somebody wants to know: threads that count together slow each other down.
static atomic_bool counts_all_threads;
static atomic_uint_fast64_t all_threads;

static inline void note(void) {
    count++;
    if (atomic_load_explicit(&counts_all_threads, memory_order_relaxed))
        atomic_fetch_add_explicit(&all_threads, 1, memory_order_relaxed);
}

bool allocation_count_available(void) { return true; }

uint64_t allocation_count(void) { return count; }

void allocation_count_all_threads_begin(void) {
    atomic_store(&all_threads, 0);
    atomic_store(&counts_all_threads, true);
}

uint64_t allocation_count_all_threads_end(void) {
    atomic_store(&counts_all_threads, false);
    return atomic_load(&all_threads);
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t element_count, size_t size) {
    note();
    return __libc_calloc(element_count, size);
}

void *realloc(void *block, size_t size) {
    note();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    // POSIX: a power of two that is a multiple of a pointer's size.
    if (alignment == 0 || alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    note();
    void *result = __libc_memalign(alignment, size);
    if (result == NULL) return ENOMEM;
    *block = result;
    return 0;
}

#else

bool allocation_count_available(void) { return false; }

uint64_t allocation_count(void) { return 0; }

void allocation_count_all_threads_begin(void) {}

uint64_t allocation_count_all_threads_end(void) { return 0; }

#endif
