// What the thread sanitizer does not know of Swift; Scripts/sanitize links it into what it builds.
//
// Mutex: it is taken and given back by an atomic exchange in the code that uses it, which the sanitizer sees. When two threads want
// it, both call into Swift's library instead, which is not built for the sanitizer: to its eyes the second then reads what the first
// wrote without anything between them. The program's own functions come before the library's, call them, and say what they did.
// They have the library's names: a change of those shows as an alarm for each Mutex that is waited for.
//
// Continuations: one that is resumed before its task waits for it does so by an atomic exchange in that library alone, and the task
// goes on at once. Who resumes says what was done before; who is about to wait asks for it.
//
// Values without bytes, as SystemRandomNumberGenerator: where one is given inout, the sanitizer is told of an access to it, and as
// it has no address, of any number that lies in the register. One that can be no address ended the process within the sanitizer;
// another is that of the type, which stood there for the call before: nobody writes to it.

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

static void *in_library(_Atomic(void *) *known, const char *name) {
    void *place = atomic_load(known);
    if (place == NULL) atomic_store(known, place = dlsym(RTLD_NEXT, name));
    return place;
}

SWIFT void lock_slow(uint32_t thread, SELF) {
    SWIFT void (*lock)(uint32_t, SELF) = in_library(&library_lock, LOCK);
    lock(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT void unlock_slow(SELF) {
    SWIFT void (*unlock)(SELF) = in_library(&library_unlock, UNLOCK);
    __tsan_release(mutex);
    unlock(mutex);
}

SWIFT void *swift_task_getCurrent(void);

#define ASYNC __attribute__((swiftasynccall))

static _Atomic(void *) library_await;
static _Atomic(void *) library_resume;
static _Atomic(void *) library_throwing_resume;
static _Atomic(void *) library_resume_with_error;

ASYNC void swift_continuation_await(void *continuation) {
    ASYNC void (*await)(void *) = in_library(&library_await, "swift_continuation_await");
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return await(continuation);
}

SWIFT void swift_continuation_resume(void *task) {
    SWIFT void (*resume)(void *) = in_library(&library_resume, "swift_continuation_resume");
    __tsan_release(task);
    resume(task);
}

SWIFT void swift_continuation_throwingResume(void *task) {
    SWIFT void (*resume)(void *) = in_library(&library_throwing_resume, "swift_continuation_throwingResume");
    __tsan_release(task);
    resume(task);
}

SWIFT void swift_continuation_throwingResumeWithError(void *task, void *error) {
    SWIFT void (*resume)(void *, void *) =
        in_library(&library_resume_with_error, "swift_continuation_throwingResumeWithError");
    __tsan_release(task);
    resume(task, error);
}

// The linker gives calls of __tsan_external_read and __tsan_external_write to these (--wrap).
void __real___tsan_external_read(void *address, void *caller, void *tag);
void __real___tsan_external_write(void *address, void *caller, void *tag);

static _Atomic(void *) generator_type;

static int is_value(void *address) {
    // Addresses of programs have 47 bits on x86-64 and 48 on arm64, as Linux gives them out unasked.
    if ((uintptr_t)address >> 48 != 0) return 0;
    return address != in_library(&generator_type, "$ss27SystemRandomNumberGeneratorVN");
}

void __wrap___tsan_external_read(void *address, void *caller, void *tag) {
    if (is_value(address)) __real___tsan_external_read(address, caller, tag);
}

void __wrap___tsan_external_write(void *address, void *caller, void *tag) {
    if (is_value(address)) __real___tsan_external_write(address, caller, tag);
}
