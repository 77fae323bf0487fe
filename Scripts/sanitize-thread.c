// What the thread sanitizer does not know of Swift; Scripts/sanitize links it into what it builds.
//
// Mutex: it is taken and given back by an atomic exchange in the code that uses it, which the sanitizer sees. When two threads want
// it, both call into Swift's library instead, which is not built for the sanitizer: to its eyes the second then reads what the first
// wrote without anything between them. The program's own functions come before the library's, call them, and say what they did.
// They have the library's names: a change of those shows as an alarm for each Mutex that is waited for.
//
// Values without bytes, as SystemRandomNumberGenerator: where one is given inout, the sanitizer is told of an access to it, and as
// it has no address, of any number that lies in the register. One that can be no address ended the process within the sanitizer.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex

void __tsan_acquire(void *address);
void __tsan_release(void *address);

// Synchronization._MutexHandle._lockSlow(Swift.UInt32) -> () and ._unlockSlow() -> ()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void unlock_slow(SELF) __asm__(UNLOCK);

static _Atomic(void *) library_lock;
static _Atomic(void *) library_unlock;

static void *library_function(_Atomic(void *) *known, const char *name) {
    void *function = atomic_load(known);
    if (function == NULL) atomic_store(known, function = dlsym(RTLD_NEXT, name));
    return function;
}

SWIFT void lock_slow(uint32_t thread, SELF) {
    SWIFT void (*lock)(uint32_t, SELF) = library_function(&library_lock, LOCK);
    lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlock_slow(SELF) {
    SWIFT void (*unlock)(SELF) = library_function(&library_unlock, UNLOCK);
    __tsan_release(mutex);
    unlock(mutex);
}

// The linker gives calls of __tsan_external_read and __tsan_external_write to these (--wrap).
void __real___tsan_external_read(void *address, void *caller, void *tag);
void __real___tsan_external_write(void *address, void *caller, void *tag);

// Addresses of programs have 47 bits on x86-64 and 48 on arm64, as Linux gives them out unasked.
static int is_address(void *address) { return (uintptr_t)address >> 48 == 0; }

void __wrap___tsan_external_read(void *address, void *caller, void *tag) {
    if (is_address(address)) __real___tsan_external_read(address, caller, tag);
}

void __wrap___tsan_external_write(void *address, void *caller, void *tag) {
    if (is_address(address)) __real___tsan_external_write(address, caller, tag);
}
