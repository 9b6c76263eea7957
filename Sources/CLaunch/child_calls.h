/* What the three children of this folder share: raw calls and a clone that runs a function. */
#ifndef CHILD_CALLS_H
#define CHILD_CALLS_H

#include <stdint.h>

/* A system call without libc: no errno, no cancellation point, no synchronisation of threads.
 * Returns the kernel's answer: a value, or a negative errno. */
long child_syscall(long number, long a, long b, long c, long d, long e);

/* What a clone is given beside CLONE_VM and CLONE_VFORK. */
struct child_clone_options {
    uint64_t flags;
    /* -1 for the caller's own cgroup; else with CLONE_INTO_CGROUP. */
    int32_t cgroup_fd;
    /* Which of the stacks: 0, or 1 for a child of a child that still stands on the first. */
    int32_t stack;
};

/* clone3 with CLONE_VM | CLONE_VFORK; the child runs `function(argument)` on a stack of its own and
 * never returns. Returns the child's process id or a negative errno. */
long child_clone(void (*_Nonnull function)(void *_Nonnull), void *_Nonnull argument,
                 struct child_clone_options options);

/* clone3 with a stack; the child runs `function(argument)` on it and never returns. Returns the
 * child's process id or a negative errno. */
struct clone_args;
long child_clone_and_run(struct clone_args *_Nonnull clone_arguments,
                         void (*_Nonnull function)(void *_Nonnull), void *_Nonnull argument);

/* Ends the calling child at once. */
_Noreturn void child_exit(int status);

/* Gives every signal its default disposition and unblocks all. Returns 0 or a negative errno, and
 * the signal at fault in `index`. An ignored SIGPIPE would survive exec and CLONE_CLEAR_SIGHAND. */
long child_reset_signals(uint32_t *_Nonnull index);

/* Waits for the child `pid` and returns its wait status, or a negative errno. */
long child_reap(long pid);

#endif
