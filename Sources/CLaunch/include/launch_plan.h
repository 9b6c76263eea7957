/* One launch as a flat value: everything that happens between clone and exec reads this and
 * nothing else. Swift fills it in before the clone; the child never allocates, locks or looks up.
 *
 * The header declares fixed-width integers and our own structs only (see Package.swift). */
#ifndef LAUNCH_PLAN_H
#define LAUNCH_PLAN_H

#include <stdint.h>

/* The steps of a launch, in the order in which launch_child.c takes them. The values travel to
 * the API process; Swift maps them to names (LaunchStep.swift) and a test compares the two. */
enum launch_step {
    LAUNCH_STEP_NONE = 0,
    LAUNCH_STEP_CLONE = 1,
    LAUNCH_STEP_JOIN = 2,
    LAUNCH_STEP_SESSION = 3,
    LAUNCH_STEP_DESCRIPTORS = 4,
    LAUNCH_STEP_NAMESPACES = 5,
    LAUNCH_STEP_WORK_MOUNT = 6,
    LAUNCH_STEP_CGROUP_MOUNT = 7,
    LAUNCH_STEP_SCHEDULING = 8,
    LAUNCH_STEP_LIMITS = 9,
    LAUNCH_STEP_BOUNDING_SET = 10,
    LAUNCH_STEP_AMBIENT_SET = 11,
    LAUNCH_STEP_SECUREBITS = 12,
    LAUNCH_STEP_GROUPS = 13,
    LAUNCH_STEP_GID = 14,
    LAUNCH_STEP_UID = 15,
    LAUNCH_STEP_CAPABILITIES = 16,
    LAUNCH_STEP_VERIFY = 17,
    LAUNCH_STEP_KEYRING = 18,
    LAUNCH_STEP_WORK_FOLDER = 19,
    LAUNCH_STEP_PARENT = 20,
    LAUNCH_STEP_SIGNALS = 21,
    LAUNCH_STEP_NO_NEW_PRIVS = 22,
    LAUNCH_STEP_LANDLOCK = 23,
    LAUNCH_STEP_SECCOMP = 24,
    LAUNCH_STEP_LISTENER = 25,
    LAUNCH_STEP_EXEC = 26,
};

/* One setrlimit(2): the child sets it and reads it back. */
struct launch_limit {
    uint32_t resource;
    uint32_t padding;
    uint64_t soft;
    uint64_t hard;
};
_Static_assert(sizeof(struct launch_limit) == 24, "no hidden padding");

/* What of a job's place is joined and what is made, as bits. */
enum launch_flag {
    /* Born in the PID namespace of `sandbox_pidfd`. */
    LAUNCH_IN_PID_NAMESPACE = 1,
    /* A cgroup namespace whose root is the job's own cgroup. */
    LAUNCH_NEW_CGROUP_NAMESPACE = 2,
    /* A session keyring of its own. */
    LAUNCH_NEW_KEYRING = 4,
    /* The sandbox belongs to a user namespace that an unprivileged launcher owns and joins first:
     * ids stay what they are, and supplementary groups cannot be given up there. */
    LAUNCH_IN_USER_NAMESPACE = 8,
};

enum { LAUNCH_GROUPS_MAX = 32 };

struct launch_plan {
    /* Executed by descriptor; a script by `script_path`, as its interpreter must open it. */
    int32_t executable_fd;
    /* What becomes 0, 1 and 2, and 3 where the job has a descriptor for its progress, else -1. Each
     * is above 3: that is the channel of the launcher, of which the child needs nothing. */
    int32_t stdio_fds[4];
    /* The working folder where the job has no tree of its own, entered with its own rights; else
     * -1, and `work_path` is entered. */
    int32_t work_folder_fd;
    /* A detached mount that covers `work_path`, or -1. */
    int32_t work_mount_fd;
    /* A detached read-only mount of the job's cgroup for /sys/fs/cgroup, or -1. */
    int32_t cgroup_mount_fd;
    /* The cgroup that the child is born in; -1 for the launcher's own. */
    int32_t cgroup_fd;
    /* The init of the job's namespaces, or -1. */
    int32_t sandbox_pidfd;
    /* CLONE_NEW… of the sandbox's namespaces that are joined, PID and user namespace apart. */
    uint32_t sandbox_namespaces;
    /* The network namespace that is joined instead of one of the sandbox's own, or -1. */
    int32_t network_fd;
    /* The launcher's own PID namespace, to come back to, or -1. */
    int32_t own_pid_namespace_fd;
    /* A Landlock ruleset, or -1. */
    int32_t ruleset_fd;
    /* A socket that takes the listener of a filter that notifies, or -1 for one that does not. */
    int32_t listener_fd;
    /* The launcher's process id: the child stops if that is no longer its parent. */
    int32_t parent_pid;
    /* Bits of launch_flag. */
    uint32_t flags;
    /* Real, effective and saved ids of the job. */
    uint32_t uid;
    uint32_t gid;
    /* The file mode creation mask of the job (umask(2)). */
    uint32_t umask;
    /* Supplementary groups in `groups`, at most LAUNCH_GROUPS_MAX. */
    uint32_t group_count;
    /* 0 to 19 (setpriority(2)). */
    uint32_t niceness;
    /* CAP_LAST_CAP of the running kernel. */
    uint32_t last_capability;
    uint32_t limit_count;
    /* Number of 8-byte instructions in `filter`. */
    uint32_t filter_length;
    /* Bytes of the processor mask; 0 leaves the processors alone. */
    uint32_t processors_length;
    const uint32_t *_Nullable groups;
    const struct launch_limit *_Nonnull limits;
    const void *_Nonnull filter;
    const void *_Nullable processors;
    const char *_Nullable script_path;
    const char *_Nonnull work_path;
    const char *_Nullable const *_Nonnull arguments;
    const char *_Nullable const *_Nonnull environment;
};

/* The descriptor that the child sends a listener through; the notifying filter lets sendmsg(2) on
 * it pass. */
enum { LAUNCH_REPORT_DESCRIPTOR = 63 };

/* `index` of LAUNCH_STEP_CLONE with ECHILD: the child was killed before it could execute. */
enum { LAUNCH_KILLED_BEFORE_EXEC = 3 };

/* What came of a launch. `step` is LAUNCH_STEP_NONE when the program runs. */
struct launch_result {
    int32_t pid;
    uint32_t step;
    /* A positive errno, or 0 where the step's own check failed without one. */
    int32_t code;
    /* Which limit, capability, descriptor or signal, where the step has several. */
    uint32_t index;
    /* 1 once the child has nothing left to do but execve(2). One that is gone before, without a
     * step, was killed. */
    uint32_t is_executing;
};

/* Clones, applies the plan and executes. Returns once the program runs or the child is gone and
 * reaped; the caller stops for as long (CLONE_VFORK). The caller has one thread and every signal
 * blocked. */
void launch(const struct launch_plan *_Nonnull plan, struct launch_result *_Nonnull result);

/* Sends `signal` to every process whose real or effective uid is `job_uid`, from a child that
 * has that effective uid and no privilege, so that nothing else can be hit. `sweeper_uid` is the
 * child's real and saved uid: jobs cannot signal it back.
 * Returns 0, also where there is no such process, or an errno. After a SIGKILL none of them can
 * fork any more: those that are there are all that have to be waited for. */
int32_t launch_sweep(uint32_t job_uid, uint32_t sweeper_uid, int32_t signal);

/* Starts one of our own programs: `channel_fd` becomes its descriptor 3, 0 and 1 become
 * /dev/null, 2 stays, and nothing else is inherited. It gets a session of its own and the
 * environment that is passed. Returns its process id or a negative errno. */
int32_t launch_helper(
    int32_t executable_fd, int32_t channel_fd, int32_t null_fd,
    const char *_Nullable const *_Nonnull arguments,
    const char *_Nullable const *_Nonnull environment);

/* A copy of the calling process, which has one thread. The child is killed with its parent, and has
 * `channel_fd` as descriptor 3 and none above. Returns 0 there, and in the parent the child's
 * process id or a negative errno. */
int32_t launch_copy(int32_t channel_fd);

/* Starts a program of the system for one of the command's tools, with all rights of the caller and
 * in its session: `streams` become its descriptors 0, 1 and 2, `folder_fd` its working folder, and
 * nothing else is inherited. Never for a job. Returns its process id or a negative errno. */
int32_t launch_tool(
    int32_t executable_fd, int32_t folder_fd, const int32_t *_Nonnull streams,
    const char *_Nullable const *_Nonnull arguments,
    const char *_Nullable const *_Nonnull environment);

#endif
