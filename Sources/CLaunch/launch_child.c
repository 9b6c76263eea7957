/* From clone to exec: raw system calls over a plan that was made before, and nothing else. No
 * allocation, no lock, no errno, no Swift. Every answer is checked; a layer that cannot be put up,
 * or that does not read back as it was set, ends the launch with its step, errno and index.
 *
 * Order
 *  1. session: a session of its own, so that no terminal can be reached or signalled
 *  2. descriptors: 0, 1 and 2 from the plan, all others close on exec
 *  3. limits: set while still privileged, because a hard limit may only be raised so
 *  4. bounding-set: emptied while CAP_SETPCAP is held; after the uid change it could not be
 *  5. ambient-set: cleared, so that exec hands on nothing
 *  6. securebits: uid 0 would mean nothing, and none of it can be undone
 *  7. groups: emptied while CAP_SETGID is held
 *  8. gid: real, effective and saved, before the uid that permits it is gone
 *  9. uid: real, effective and saved
 * 10. capabilities: permitted, effective and inheritable to zero
 * 11. verify: ids, groups, sets and bits are read back, and regaining uid 0 must fail
 * 12. work-folder: entered with the job's own rights, not with the launcher's
 * 13. parent: death signal (the uid change cleared it) and a look whether the parent still lives
 * 14. signals: default dispositions and an empty mask
 * 15. no-new-privs: before the filter, which an unprivileged process may only load with it
 * 16. seccomp: last, so that the filter need not allow any of the above
 * 17. exec: by descriptor, so that what was checked is what runs
 */
#include "child_calls.h"
#include "launch_plan.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* All that the child needs, and where it says why it stopped. The memory is shared with the
 * launcher (CLONE_VM), which waits and reads the result when the child has gone. */
struct launch {
    const struct launch_plan *plan;
    struct launch_result *result;
};

static const long securebits =
    SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

static _Noreturn void fail(
    const struct launch *launch, enum launch_step step, long code, uint32_t index) {
    launch->result->step = step;
    launch->result->code = code < 0 ? (int32_t)-code : 0;
    launch->result->index = index;
    child_exit(127);
}

/* A call that must answer 0 or more. */
static void require(
    const struct launch *launch, enum launch_step step, long answer, uint32_t index) {
    if (answer < 0) fail(launch, step, answer, index);
}

/* A state that must have been reached: its absence is not an errno of the kernel. */
static void require_that(
    const struct launch *launch, enum launch_step step, int holds, uint32_t index) {
    if (!holds) fail(launch, step, -EPERM, index);
}

static void set_descriptors(const struct launch *launch) {
    for (uint32_t index = 0; index < 3; index++) {
        const long answer =
            child_call(SYS_dup3, launch->plan->stdio_fds[index], (long)index, 0, 0, 0);
        require(launch, LAUNCH_STEP_DESCRIPTORS, answer, index);
    }
    const long answer = child_call(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC, 0, 0);
    require(launch, LAUNCH_STEP_DESCRIPTORS, answer, 3);
    (void)child_call(SYS_umask, 022, 0, 0, 0, 0); /* Cannot fail; answers the old mask. */
}

static void set_limits(const struct launch *launch) {
    for (uint32_t index = 0; index < launch->plan->limit_count; index++) {
        const struct launch_limit *limit = &launch->plan->limits[index];
        const uint64_t wanted[2] = {limit->soft, limit->hard};
        uint64_t found[2] = {0, 0};
        const long resource = (long)limit->resource;
        require(
            launch, LAUNCH_STEP_LIMITS,
            child_call(SYS_prlimit64, 0, resource, (long)wanted, 0, 0), index);
        require(
            launch, LAUNCH_STEP_LIMITS,
            child_call(SYS_prlimit64, 0, resource, 0, (long)found, 0), index);
        require_that(
            launch, LAUNCH_STEP_LIMITS, found[0] == wanted[0] && found[1] == wanted[1], index);
    }
}

static void empty_bounding_set(const struct launch *launch) {
    for (uint32_t index = 0; index <= launch->plan->last_capability; index++) {
        const long held = child_call(SYS_prctl, PR_CAPBSET_READ, (long)index, 0, 0, 0);
        require(launch, LAUNCH_STEP_BOUNDING_SET, held, index);
        if (held == 0) continue; /* The launcher emptied its own when it was sealed. */
        require(
            launch, LAUNCH_STEP_BOUNDING_SET,
            child_call(SYS_prctl, PR_CAPBSET_DROP, (long)index, 0, 0, 0), index);
        const long left = child_call(SYS_prctl, PR_CAPBSET_READ, (long)index, 0, 0, 0);
        require(launch, LAUNCH_STEP_BOUNDING_SET, left, index);
        require_that(launch, LAUNCH_STEP_BOUNDING_SET, left == 0, index);
    }
}

static void drop_privilege(const struct launch *launch) {
    const long uid = (long)launch->plan->uid;
    const long gid = (long)launch->plan->gid;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

    empty_bounding_set(launch);
    require(
        launch, LAUNCH_STEP_AMBIENT_SET,
        child_call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), 0);
    require(
        launch, LAUNCH_STEP_SECUREBITS,
        child_call(SYS_prctl, PR_SET_SECUREBITS, securebits, 0, 0, 0), 0);
    require(launch, LAUNCH_STEP_GROUPS, child_call(SYS_setgroups, 0, 0, 0, 0, 0), 0);
    require(launch, LAUNCH_STEP_GID, child_call(SYS_setresgid, gid, gid, gid, 0, 0), 0);
    require(launch, LAUNCH_STEP_UID, child_call(SYS_setresuid, uid, uid, uid, 0, 0), 0);
    require(
        launch, LAUNCH_STEP_CAPABILITIES,
        child_call(SYS_capset, (long)&header, (long)none, 0, 0, 0), 0);
}

/* What index means in a failure of the step `verify`. */
enum verify_index {
    VERIFY_UID = 1,
    VERIFY_GID = 2,
    VERIFY_GROUPS = 3,
    VERIFY_CAPABILITIES = 4,
    VERIFY_SECUREBITS = 5,
    VERIFY_NO_WAY_BACK_UID = 6,
    VERIFY_NO_WAY_BACK_GID = 7,
    VERIFY_AMBIENT_SET = 64, /* plus the number of the capability */
};

static void verify_ids(const struct launch *launch) {
    const uint32_t uid = launch->plan->uid;
    const uint32_t gid = launch->plan->gid;
    uint32_t real = 0, effective = 0, saved = 0;

    require(
        launch, LAUNCH_STEP_VERIFY,
        child_call(SYS_getresuid, (long)&real, (long)&effective, (long)&saved, 0, 0), VERIFY_UID);
    require_that(
        launch, LAUNCH_STEP_VERIFY, real == uid && effective == uid && saved == uid, VERIFY_UID);
    require(
        launch, LAUNCH_STEP_VERIFY,
        child_call(SYS_getresgid, (long)&real, (long)&effective, (long)&saved, 0, 0), VERIFY_GID);
    require_that(
        launch, LAUNCH_STEP_VERIFY, real == gid && effective == gid && saved == gid, VERIFY_GID);
    const long groups = child_call(SYS_getgroups, 0, 0, 0, 0, 0);
    require(launch, LAUNCH_STEP_VERIFY, groups, VERIFY_GROUPS);
    require_that(launch, LAUNCH_STEP_VERIFY, groups == 0, VERIFY_GROUPS);
    require_that(
        launch, LAUNCH_STEP_VERIFY, child_call(SYS_setresuid, 0, 0, 0, 0, 0) < 0,
        VERIFY_NO_WAY_BACK_UID);
    require_that(
        launch, LAUNCH_STEP_VERIFY, child_call(SYS_setresgid, 0, 0, 0, 0, 0) < 0,
        VERIFY_NO_WAY_BACK_GID);
}

static void verify_capabilities(const struct launch *launch) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct held[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};
    require(
        launch, LAUNCH_STEP_VERIFY, child_call(SYS_capget, (long)&header, (long)held, 0, 0, 0),
        VERIFY_CAPABILITIES);
    uint32_t any = 0;
    for (uint32_t word = 0; word < 2; word++)
        any |= held[word].effective | held[word].permitted | held[word].inheritable;
    require_that(launch, LAUNCH_STEP_VERIFY, any == 0, VERIFY_CAPABILITIES);
    for (uint32_t index = 0; index <= launch->plan->last_capability; index++) {
        const long raised =
            child_call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (long)index, 0, 0);
        require(launch, LAUNCH_STEP_VERIFY, raised, VERIFY_AMBIENT_SET + index);
        require_that(launch, LAUNCH_STEP_VERIFY, raised == 0, VERIFY_AMBIENT_SET + index);
    }
    const long bits = child_call(SYS_prctl, PR_GET_SECUREBITS, 0, 0, 0, 0);
    require(launch, LAUNCH_STEP_VERIFY, bits, VERIFY_SECUREBITS);
    require_that(launch, LAUNCH_STEP_VERIFY, bits == securebits, VERIFY_SECUREBITS);
}

static void tie_to_parent(const struct launch *launch) {
    require(
        launch, LAUNCH_STEP_PARENT,
        child_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), 0);
    int32_t death_signal = 0;
    require(
        launch, LAUNCH_STEP_PARENT,
        child_call(SYS_prctl, PR_GET_PDEATHSIG, (long)&death_signal, 0, 0, 0), 1);
    require_that(launch, LAUNCH_STEP_PARENT, death_signal == SIGKILL, 1);
    /* The launcher may have died before the death signal was asked for. */
    const long parent = child_call(SYS_getppid, 0, 0, 0, 0, 0);
    require_that(launch, LAUNCH_STEP_PARENT, parent == launch->plan->parent_pid, 2);
}

static void load_filter(const struct launch *launch) {
    require(
        launch, LAUNCH_STEP_NO_NEW_PRIVS,
        child_call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    require_that(
        launch, LAUNCH_STEP_NO_NEW_PRIVS,
        child_call(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, 1);
    const struct sock_fprog program = {
        .len = (unsigned short)launch->plan->filter_length,
        .filter = (struct sock_filter *)(uintptr_t)launch->plan->filter,
    };
    require(
        launch, LAUNCH_STEP_SECCOMP,
        child_call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program, 0, 0), 0);
    const long mode = child_call(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
    require_that(launch, LAUNCH_STEP_SECCOMP, mode == SECCOMP_MODE_FILTER, 1);
}

static void execute(const struct launch *launch) {
    const struct launch_plan *plan = launch->plan;
    const long answer =
        plan->script_path != NULL
            ? child_call(
                  SYS_execve, (long)plan->script_path, (long)plan->arguments,
                  (long)plan->environment, 0, 0)
            : child_call(
                  SYS_execveat, plan->executable_fd, (long)"", (long)plan->arguments,
                  (long)plan->environment, AT_EMPTY_PATH);
    fail(launch, LAUNCH_STEP_EXEC, answer, 0);
}

static void run_child(void *argument) {
    const struct launch *launch = argument;
    uint32_t index = 0;

    require(launch, LAUNCH_STEP_SESSION, child_call(SYS_setsid, 0, 0, 0, 0, 0), 0);
    set_descriptors(launch);
    set_limits(launch);
    drop_privilege(launch);
    verify_ids(launch);
    verify_capabilities(launch);
    require(
        launch, LAUNCH_STEP_WORK_FOLDER,
        child_call(SYS_fchdir, launch->plan->work_folder_fd, 0, 0, 0, 0), 0);
    tie_to_parent(launch);
    const long signals = child_reset_signals(&index);
    require(launch, LAUNCH_STEP_SIGNALS, signals, index);
    load_filter(launch);
    execute(launch);
}

void launch(const struct launch_plan *plan, struct launch_result *result) {
    *result = (struct launch_result){0, LAUNCH_STEP_NONE, 0, 0};
    struct launch launch = {plan, result};
    const long pid = child_clone(run_child, &launch, plan->cgroup_fd);
    if (pid < 0) {
        *result = (struct launch_result){0, LAUNCH_STEP_CLONE, (int32_t)-pid, 0};
        return;
    }
    result->pid = (int32_t)pid;
    if (result->step != LAUNCH_STEP_NONE) (void)child_reap(pid);
}
