/* How a job's process comes to be: where it is cloned, and into what. The rest is
 * launch_child.c's. */
#include "launch_child.h"
#include "launch_state.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

static struct child_clone_options clone_options(const struct launch *launch) {
    struct child_clone_options options = {.cgroup_fd = launch->plan->cgroup_fd};
    if ((launch->plan->flags & LAUNCH_NEW_CGROUP_NAMESPACE) != 0)
        options.flags |= CLONE_NEWCGROUP;
    return options;
}

/* A process that enters a user namespace cannot leave it, so the launcher sends a child ahead: it
 * joins, and makes the job's process as its own sibling, a child of the launcher. */
static void run_intermediate(void *argument) {
    const struct launch *launch = argument;
    const long joined = CLONE_NEWUSER | CLONE_NEWPID;
    require(
        launch, LAUNCH_STEP_JOIN,
        child_syscall(SYS_setns, launch->plan->sandbox_pidfd, joined, 0, 0, 0), 0);
    struct child_clone_options options = clone_options(launch);
    options.flags |= CLONE_PARENT;
    options.stack = 1;
    const long pid = child_clone(launch_run_child, argument, options);
    if (pid < 0) fail(launch, LAUNCH_STEP_CLONE, pid, 1);
    launch->result->pid = (int32_t)pid;
    child_exit(0);
}

static void clone_by_intermediate(struct launch *launch) {
    struct launch_result *result = launch->result;
    const long intermediate =
        child_clone(run_intermediate, launch, (struct child_clone_options){.cgroup_fd = -1});
    if (intermediate < 0) {
        *result = (struct launch_result){0, LAUNCH_STEP_CLONE, (int32_t)-intermediate, 2, 0};
        return;
    }
    (void)child_reap(intermediate);
}

/* Children are born in the PID namespace that their parent last joined for them. */
static void clone_into_sandbox(struct launch *launch) {
    const struct launch_plan *plan = launch->plan;
    const int is_inside = (plan->flags & LAUNCH_IN_PID_NAMESPACE) != 0;
    long answer = 0;
    if (is_inside) answer = child_syscall(SYS_setns, plan->sandbox_pidfd, CLONE_NEWPID, 0, 0, 0);
    if (answer < 0) {
        *launch->result = (struct launch_result){0, LAUNCH_STEP_JOIN, (int32_t)-answer, 0, 0};
        return;
    }
    const long pid = child_clone(launch_run_child, launch, clone_options(launch));
    if (is_inside)
        answer = child_syscall(SYS_setns, plan->own_pid_namespace_fd, CLONE_NEWPID, 0, 0, 0);
    if (pid < 0) {
        *launch->result = (struct launch_result){0, LAUNCH_STEP_CLONE, (int32_t)-pid, 0, 0};
        return;
    }
    launch->result->pid = (int32_t)pid;
    /* The next child would be born in this job's namespace. It cannot happen; if it does, the
     * launcher must not go on, and neither may this job. */
    if (answer < 0 && launch->result->step == LAUNCH_STEP_NONE) {
        (void)child_syscall(SYS_kill, pid, SIGKILL, 0, 0, 0);
        const int32_t code = (int32_t)-answer;
        *launch->result = (struct launch_result){(int32_t)pid, LAUNCH_STEP_JOIN, code, 1, 1};
    }
}

void launch(const struct launch_plan *plan, struct launch_result *result) {
    *result = (struct launch_result){0, LAUNCH_STEP_NONE, 0, 0, 0};
    struct launch launch = {plan, result};
    if ((plan->flags & LAUNCH_IN_USER_NAMESPACE) != 0) {
        clone_by_intermediate(&launch);
    } else {
        clone_into_sandbox(&launch);
    }
    /* The parent goes on when the child has executed or is gone. Where it was killed before, by the
     * out-of-memory killer or at birth (Cgroups/JobCgroup.swift), no program ran. */
    if (result->step == LAUNCH_STEP_NONE && result->is_executing == 0) {
        result->step = LAUNCH_STEP_CLONE;
        result->code = ECHILD;
        result->index = LAUNCH_KILLED_BEFORE_EXEC;
    }
    if (result->step != LAUNCH_STEP_NONE && result->pid != 0) (void)child_reap(result->pid);
}
