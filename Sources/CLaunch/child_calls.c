#include "child_calls.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The children's stacks. One would be enough, since a parent stops until its child has executed or
 * ended, but for the child of a child. */
static _Alignas(16) unsigned char child_stacks[2][64 << 10];

#if defined(__x86_64__)

long child_syscall(long number, long a, long b, long c, long d, long e) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}

/* The child wakes behind `syscall` on its own, empty stack, so it must not return from here. */
long child_clone_and_run(
    struct clone_args *clone_arguments, void (*function)(void *), void *argument) {
    long result;
    __asm__ volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "xor %%ebp, %%ebp\n\t"
        "mov %[argument], %%rdi\n\t"
        "call *%[function]\n\t"
        "ud2\n"
        "1:"
        : "=a"(result)
        : "0"((long)SYS_clone3), "D"(clone_arguments), "S"(sizeof *clone_arguments),
          [function] "r"(function), [argument] "r"(argument)
        : "rcx", "r11", "memory", "cc");
    return result;
}

#elif defined(__aarch64__)

long child_syscall(long number, long a, long b, long c, long d, long e) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
                     : "memory");
    return x0;
}

long child_clone_and_run(
    struct clone_args *clone_arguments, void (*function)(void *), void *argument) {
    register long x8 __asm__("x8") = SYS_clone3;
    register long x0 __asm__("x0") = (long)clone_arguments;
    register long x1 __asm__("x1") = sizeof *clone_arguments;
    register void (*x9)(void *) __asm__("x9") = function;
    register void *x10 __asm__("x10") = argument;
    __asm__ volatile(
        "svc 0\n\t"
        "cbnz x0, 1f\n\t"
        "mov x29, xzr\n\t"
        "mov x0, x10\n\t"
        "blr x9\n\t"
        "brk #0\n"
        "1:"
        : "+r"(x0)
        : "r"(x8), "r"(x1), "r"(x9), "r"(x10)
        : "memory", "cc", "x30");
    return x0;
}

#else
#error "the clone of this processor is not written yet: x86_64 and aarch64 are"
#endif

long child_clone(
    void (*function)(void *), void *argument, struct child_clone_options options) {
    struct clone_args clone_arguments = {
        .flags = CLONE_VM | CLONE_VFORK | options.flags,
        /* A sibling's signal is that of the caller; clone3 wants none then. */
        .exit_signal = (options.flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD,
        .stack = (uint64_t)(uintptr_t)child_stacks[options.stack],
        .stack_size = sizeof child_stacks[0],
    };
    if (options.cgroup_fd != -1) {
        clone_arguments.flags |= CLONE_INTO_CGROUP;
        clone_arguments.cgroup = (uint64_t)options.cgroup_fd;
    }
    return child_clone_and_run(&clone_arguments, function, argument);
}

_Noreturn void child_exit(int status) {
    for (;;) (void)child_syscall(SYS_exit_group, status, 0, 0, 0, 0);
}

/* The kernel's own layout of sigaction: handler, flags, restorer (x86_64 only), mask. */
struct kernel_sigaction {
    uint64_t words[4];
};

long child_reset_signals(uint32_t *index) {
    const struct kernel_sigaction default_action = {{0, 0, 0, 0}};
    for (uint32_t number = 1; number <= 64; number++) {
        if (number == SIGKILL || number == SIGSTOP) continue;
        *index = number;
        const long result =
            child_syscall(SYS_rt_sigaction, number, (long)&default_action, 0, sizeof(uint64_t), 0);
        if (result != 0) return result;
    }
    *index = 0;
    const uint64_t empty_mask = 0;
    return child_syscall(
        SYS_rt_sigprocmask, SIG_SETMASK, (long)&empty_mask, 0, sizeof empty_mask, 0);
}

long child_reap(long pid) {
    int status = 0;
    long result;
    do {
        result = child_syscall(SYS_wait4, pid, (long)&status, 0, 0, 0);
    } while (result == -4 /* EINTR */);
    return result < 0 ? result : status;
}
