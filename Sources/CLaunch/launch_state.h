/* What the parts of a launch share: the plan, and how a step reports why it stopped. */
#ifndef LAUNCH_STATE_H
#define LAUNCH_STATE_H

#include "child_calls.h"
#include "launch_plan.h"

#include <errno.h>

/* All that the child needs, and where it says why it stopped. The memory is shared with the
 * launcher (CLONE_VM), which waits and reads the result when the child has gone. */
struct launch {
    const struct launch_plan *plan;
    struct launch_result *result;
};

static inline _Noreturn void fail(
    const struct launch *launch, enum launch_step step, long code, uint32_t index) {
    launch->result->step = step;
    launch->result->code = code < 0 ? (int32_t)-code : 0;
    launch->result->index = index;
    child_exit(127);
}

/* A call that must answer 0 or more. */
static inline void require(
    const struct launch *launch, enum launch_step step, long answer, uint32_t index) {
    if (answer < 0) fail(launch, step, answer, index);
}

/* A state that must have been reached: its absence is not an errno of the kernel. */
static inline void require_that(
    const struct launch *launch, enum launch_step step, int holds, uint32_t index) {
    if (!holds) fail(launch, step, -EPERM, index);
}

#endif
