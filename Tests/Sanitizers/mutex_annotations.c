/* Tells ThreadSanitizer what it cannot see of Synchronization.Mutex, where it is loaded before
   libswiftSynchronization (LD_PRELOAD).

   The uncontended paths of the lock are inlined, as atomic operations that are instrumented. The
   contended ones are in the library, which is not: they end in futex(2), FUTEX_LOCK_PI and
   FUTEX_UNLOCK_PI, and the kernel hands the lock over. Without these two functions every access
   under a lock that had to be waited for is reported; a suppression would hide true races of the
   same callers. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

/* The runtime's own; absent in programs that are not instrumented, which inherit LD_PRELOAD. */
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

typedef SWIFT void lock_slow(uint32_t thread, SELF void *handle);
typedef SWIFT void unlock_slow(SELF void *handle);

static void *original(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}

/* _MutexHandle._lockSlow(_:) */
SWIFT void annotated_lock_slow(uint32_t thread, SELF void *handle) __asm__(LOCK_SLOW);
SWIFT void annotated_lock_slow(uint32_t thread, SELF void *handle) {
    ((lock_slow *)original(LOCK_SLOW))(thread, handle);
    if (__tsan_acquire != NULL) __tsan_acquire(handle);
}

/* _MutexHandle._unlockSlow() */
SWIFT void annotated_unlock_slow(SELF void *handle) __asm__(UNLOCK_SLOW);
SWIFT void annotated_unlock_slow(SELF void *handle) {
    if (__tsan_release != NULL) __tsan_release(handle);
    ((unlock_slow *)original(UNLOCK_SLOW))(handle);
}
