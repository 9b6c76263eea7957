/* From clone to exec: raw system calls over a plan that was made before, and nothing else. No
 * allocation, no lock, no errno, no Swift. Every answer is checked; a layer that cannot be put up,
 * or that does not read back as it was set, ends the launch with its step, errno and index.
 *
 * Order
 *  1. session: a session of its own, so that no terminal can be reached or signalled
 *  2. descriptors: 0, 1 and 2 from the plan, and 3 for progress; all others close on exec
 *  3. namespaces: the sandbox's, joined while CAP_SYS_ADMIN is held; the PID one came with the
 *     clone
 *  4. work-mount: a working folder on disk covers the one in memory, in the tree just joined
 *  5. cgroup-mount: the job's own cgroup, read-only, where runtimes look for their limits
 *  6. scheduling: niceness and processors, and first to go when the host is out of memory
 *  7. limits: set while still privileged, because a hard limit may only be raised so
 *  8. bounding-set: emptied while CAP_SETPCAP is held; after the uid change it could not be
 *  9. ambient-set: cleared, so that exec hands on nothing
 * 10. securebits: uid 0 would mean nothing, and none of it can be undone
 * 11. groups: those of policy, most often none, while CAP_SETGID is held
 * 12. gid: real, effective and saved, before the uid that permits it is gone
 * 13. uid: real, effective and saved
 * 14. capabilities: permitted, effective and inheritable to zero
 * 15. verify: ids, groups, sets and bits are read back, and regaining uid 0 must fail
 * 16. keyring: a new session keyring, after the uid change so that it is the job's own
 * 17. work-folder: entered with the job's own rights, not with the launcher's
 * 18. parent: death signal (the uid change cleared it) and a look whether the parent still lives
 * 19. signals: default dispositions and an empty mask
 * 20. no-new-privs: before the two that an unprivileged process may only load with it
 * 21. landlock: after all mounts, which its domain would refuse
 * 22. seccomp: last, so that the filter need not allow any of the above
 * 23. listener: only where policy asks for diagnosis, since the filter brings the listener forth
 * 24. exec: by descriptor, so that what was checked is what runs
 */
#include "launch_child.h"
#include "launch_identity.h"
#include "launch_state.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* How many descriptors the job is given. */
static uint32_t descriptor_count(const struct launch_plan *plan) {
    return plan->stdio_fds[3] == -1 ? 3 : 4;
}

static void set_descriptors(const struct launch *launch) {
    const uint32_t count = descriptor_count(launch->plan);
    for (uint32_t index = 0; index < count; index++) {
        const long answer =
            child_syscall(SYS_dup3, launch->plan->stdio_fds[index], (long)index, 0, 0, 0);
        require(launch, LAUNCH_STEP_DESCRIPTORS, answer, index);
    }
    const long answer = child_syscall(SYS_close_range, count, ~0U, CLOSE_RANGE_CLOEXEC, 0, 0);
    require(launch, LAUNCH_STEP_DESCRIPTORS, answer, count);
    /* Before the limit on descriptors, which may be below this number. The launcher has nothing
     * else there. */
    if (launch->plan->listener_fd != -1) {
        require(
            launch, LAUNCH_STEP_LISTENER,
            child_syscall(
                SYS_dup3, launch->plan->listener_fd, LAUNCH_REPORT_DESCRIPTOR, O_CLOEXEC, 0, 0),
            0);
    }
    /* Cannot fail; answers the old mask. */
    (void)child_syscall(SYS_umask, (long)launch->plan->umask, 0, 0, 0, 0);
}

static void join_namespaces(const struct launch *launch) {
    const struct launch_plan *plan = launch->plan;
    if (plan->sandbox_namespaces != 0) {
        require(
            launch, LAUNCH_STEP_NAMESPACES,
            child_syscall(
                SYS_setns, plan->sandbox_pidfd, (long)plan->sandbox_namespaces, 0, 0, 0), 0);
    }
    if (plan->network_fd != -1) {
        require(
            launch, LAUNCH_STEP_NAMESPACES,
            child_syscall(SYS_setns, plan->network_fd, CLONE_NEWNET, 0, 0, 0), 1);
    }
}

/* Puts a detached mount on a folder of the tree. */
static void attach_mount(
    const struct launch *launch, enum launch_step step, int32_t mount_fd, const char *path) {
    if (mount_fd == -1) return;
    require(
        launch, step,
        child_syscall(
            SYS_move_mount, mount_fd, (long)"", AT_FDCWD, (long)path, MOVE_MOUNT_F_EMPTY_PATH),
        0);
}

static void set_scheduling(const struct launch *launch) {
    static const char first_to_go[] = "500";
    const struct launch_plan *plan = launch->plan;
    if (plan->niceness != 0) {
        require(
            launch, LAUNCH_STEP_SCHEDULING,
            child_syscall(SYS_setpriority, PRIO_PROCESS, 0, (long)plan->niceness, 0, 0), 0);
    }
    if (plan->processors_length != 0) {
        require(
            launch, LAUNCH_STEP_SCHEDULING,
            child_syscall(
                SYS_sched_setaffinity, 0, (long)plan->processors_length, (long)plan->processors, 0,
                0),
            1);
    }
    /* Until exec the memory is the launcher's, and the file not an ordinary user's to write. */
    if ((plan->flags & LAUNCH_IN_USER_NAMESPACE) != 0) return;
    const long fd = child_syscall(
        SYS_openat, AT_FDCWD, (long)"/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC, 0, 0);
    require(launch, LAUNCH_STEP_SCHEDULING, fd, 2);
    require(
        launch, LAUNCH_STEP_SCHEDULING,
        child_syscall(SYS_write, fd, (long)first_to_go, sizeof first_to_go - 1, 0, 0), 3);
}

static void set_limits(const struct launch *launch) {
    for (uint32_t index = 0; index < launch->plan->limit_count; index++) {
        const struct launch_limit *limit = &launch->plan->limits[index];
        const uint64_t wanted[2] = {limit->soft, limit->hard};
        uint64_t found[2] = {0, 0};
        const long resource = (long)limit->resource;
        require(
            launch, LAUNCH_STEP_LIMITS,
            child_syscall(SYS_prlimit64, 0, resource, (long)wanted, 0, 0), index);
        require(
            launch, LAUNCH_STEP_LIMITS,
            child_syscall(SYS_prlimit64, 0, resource, 0, (long)found, 0), index);
        require_that(
            launch, LAUNCH_STEP_LIMITS, found[0] == wanted[0] && found[1] == wanted[1], index);
    }
}

static void set_parent_death_signal(const struct launch *launch) {
    require(
        launch, LAUNCH_STEP_PARENT,
        child_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), 0);
    int32_t death_signal = 0;
    require(
        launch, LAUNCH_STEP_PARENT,
        child_syscall(SYS_prctl, PR_GET_PDEATHSIG, (long)&death_signal, 0, 0, 0), 1);
    require_that(launch, LAUNCH_STEP_PARENT, death_signal == SIGKILL, 1);
    /* The launcher may have died before the death signal was asked for. In a PID namespace it is
     * not to be seen, and a parent that is would be the init, which inherits orphans. */
    const long parent = child_syscall(SYS_getppid, 0, 0, 0, 0, 0);
    const int is_inside = (launch->plan->flags & LAUNCH_IN_PID_NAMESPACE) != 0;
    require_that(
        launch, LAUNCH_STEP_PARENT, parent == (is_inside ? 0 : launch->plan->parent_pid), 2);
}

static void join_keyring(const struct launch *launch) {
    if ((launch->plan->flags & LAUNCH_NEW_KEYRING) == 0) return;
    require(
        launch, LAUNCH_STEP_KEYRING,
        child_syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0), 0);
}

static void enter_work_folder(const struct launch *launch) {
    const int32_t fd = launch->plan->work_folder_fd;
    const long answer = fd == -1
                            ? child_syscall(SYS_chdir, (long)launch->plan->work_path, 0, 0, 0, 0)
                            : child_syscall(SYS_fchdir, fd, 0, 0, 0, 0);
    require(launch, LAUNCH_STEP_WORK_FOLDER, answer, 0);
}

static void restrict_files(const struct launch *launch) {
    if (launch->plan->ruleset_fd == -1) return;
    require(
        launch, LAUNCH_STEP_LANDLOCK,
        child_syscall(SYS_landlock_restrict_self, launch->plan->ruleset_fd, 0, 0, 0, 0), 0);
}

static void forbid_new_privileges(const struct launch *launch) {
    require(
        launch, LAUNCH_STEP_NO_NEW_PRIVS,
        child_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    require_that(
        launch, LAUNCH_STEP_NO_NEW_PRIVS,
        child_syscall(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, 1);
}

/* Hands the listener of the filter to the launcher, by the one call that the filter lets pass. */
static void send_listener(const struct launch *launch, long listener) {
    char byte = 1;
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr head;
        unsigned char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.bytes = {0}};
    const int fd = (int)listener;
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    control.head.cmsg_level = SOL_SOCKET;
    control.head.cmsg_type = SCM_RIGHTS;
    control.head.cmsg_len = CMSG_LEN(sizeof fd);
    __builtin_memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    require(
        launch, LAUNCH_STEP_LISTENER,
        child_syscall(
            SYS_sendmsg, LAUNCH_REPORT_DESCRIPTOR, (long)&message, MSG_NOSIGNAL | MSG_DONTWAIT, 0,
            0),
        1);
}

static void load_filter(const struct launch *launch) {
    const struct launch_plan *plan = launch->plan;
    const struct sock_fprog program = {
        .len = (unsigned short)plan->filter_length,
        .filter = (struct sock_filter *)(uintptr_t)plan->filter,
    };
    const int is_watched = plan->listener_fd != -1;
    /* The listener needs a number below the limit, and the launcher's own may take up all of them.
     * Of those only the executable is still needed. */
    const int32_t first = (int32_t)descriptor_count(plan);
    if (is_watched)
        (void)child_syscall(
            SYS_close, plan->executable_fd == first ? first + 1 : first, 0, 0, 0, 0);
    const long answer = child_syscall(
        SYS_seccomp, SECCOMP_SET_MODE_FILTER, is_watched ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0,
        (long)&program, 0, 0);
    require(launch, LAUNCH_STEP_SECCOMP, answer, 0);
    if (is_watched) {
        send_listener(launch, answer);
        return; /* The listener that came back is the proof. */
    }
    const long mode = child_syscall(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
    require_that(launch, LAUNCH_STEP_SECCOMP, mode == SECCOMP_MODE_FILTER, 1);
}

static void execute(const struct launch *launch) {
    const struct launch_plan *plan = launch->plan;
    launch->result->is_executing = 1;
    const long answer =
        plan->script_path != NULL
            ? child_syscall(
                  SYS_execve, (long)plan->script_path, (long)plan->arguments,
                  (long)plan->environment, 0, 0)
            : child_syscall(
                  SYS_execveat, plan->executable_fd, (long)"", (long)plan->arguments,
                  (long)plan->environment, AT_EMPTY_PATH);
    fail(launch, LAUNCH_STEP_EXEC, answer, 0);
}

void launch_run_child(void *argument) {
    const struct launch *launch = argument;
    uint32_t index = 0;

    require(launch, LAUNCH_STEP_SESSION, child_syscall(SYS_setsid, 0, 0, 0, 0, 0), 0);
    set_descriptors(launch);
    join_namespaces(launch);
    attach_mount(
        launch, LAUNCH_STEP_WORK_MOUNT, launch->plan->work_mount_fd, launch->plan->work_path);
    attach_mount(
        launch, LAUNCH_STEP_CGROUP_MOUNT, launch->plan->cgroup_mount_fd, "/sys/fs/cgroup");
    set_scheduling(launch);
    set_limits(launch);
    launch_drop_privilege(launch);
    join_keyring(launch);
    enter_work_folder(launch);
    set_parent_death_signal(launch);
    const long signals = child_reset_signals(&index);
    require(launch, LAUNCH_STEP_SIGNALS, signals, index);
    forbid_new_privileges(launch);
    restrict_files(launch);
    load_filter(launch);
    execute(launch);
}
