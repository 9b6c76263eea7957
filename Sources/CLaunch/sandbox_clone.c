/* Clones a sandbox init. A copy of the factory's whole address space costs about as much as the
 * sandbox's namespaces, so AddressSpace.swift excludes heap, stack and libraries from copies, but
 * for the block below: the init finds its plan and an empty stack there. */
#include "child_calls.h"
#include "sandbox_init.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>

enum { PAGE_BYTES_MAX = 64 << 10, STACK_BYTES = 64 << 10, CONTENT_BYTES = 448 << 10 };

static _Alignas(PAGE_BYTES_MAX) struct {
    /* Grows down, towards memory of the factory that is not copied: an overflow is a fault. */
    unsigned char stack[STACK_BYTES];
    /* A plan, and what it points to. */
    _Alignas(16) unsigned char content[CONTENT_BYTES];
} block;

struct sandbox_memory sandbox_memory(void) {
    return (struct sandbox_memory){(uint64_t)(uintptr_t)&block, sizeof block};
}

/* Copies bytes behind what the block holds already. NULL when it is full, or for no bytes. */
static void *append(uint32_t *used, const void *bytes, uint64_t count) {
    const uint32_t start = (*used + 15) & ~15U;
    if (count == 0 || count > CONTENT_BYTES - 16 || start > CONTENT_BYTES - count) return NULL;
    *used = start + (uint32_t)count;
    __builtin_memcpy(block.content + start, bytes, count);
    return block.content + start;
}

static struct sandbox_plan *copy_plan(const struct sandbox_plan *plan) {
    uint32_t used = 0;
    struct sandbox_plan *copy = append(&used, plan, sizeof *plan);
    if (copy == NULL) return NULL;
    copy->text = append(&used, plan->text, plan->text_length);
    copy->filter = append(&used, plan->filter, plan->filter_length * 8UL);
    copy->path_rules =
        append(&used, plan->path_rules, plan->path_rule_count * sizeof *plan->path_rules);
    copy->port_rules =
        append(&used, plan->port_rules, plan->port_rule_count * sizeof *plan->port_rules);
    const int is_whole = copy->text != NULL && copy->filter != NULL &&
                         (copy->path_rules != NULL || plan->path_rule_count == 0) &&
                         (copy->port_rules != NULL || plan->port_rule_count == 0);
    return is_whole ? copy : NULL;
}

int32_t sandbox_clone(const struct sandbox_plan *plan, int32_t *pidfd) {
    struct sandbox_plan *copy = copy_plan(plan);
    if (copy == NULL) return -E2BIG;
    struct clone_args arguments = {
        .flags = CLONE_PIDFD,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)(uintptr_t)block.stack,
        .stack_size = sizeof block.stack,
    };
    if ((plan->namespaces & SANDBOX_PID) != 0) arguments.flags |= CLONE_NEWPID;
    if ((plan->namespaces & SANDBOX_MOUNT) != 0) arguments.flags |= CLONE_NEWNS;
    if ((plan->namespaces & SANDBOX_IPC) != 0) arguments.flags |= CLONE_NEWIPC;
    if ((plan->namespaces & SANDBOX_UTS) != 0) arguments.flags |= CLONE_NEWUTS;
    if ((plan->namespaces & SANDBOX_NETWORK) != 0) arguments.flags |= CLONE_NEWNET;
    return (int32_t)child_clone_and_run(&arguments, sandbox_run_init, copy);
}
