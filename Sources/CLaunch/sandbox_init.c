/* From clone to pause: makes one sandbox (sandbox_plan.h), gives up all privilege, and holds the
 * sandbox until it is killed. As in launch_child.c: raw calls over a plan, every answer
 * checked. It has the code and the data of the program, the block of sandbox_clone.c, and nothing
 * else of the factory's memory: of libc only memcpy(3) and memset(3) can be called.
 *
 * Order
 *  1. tie: a death signal, so that no sandbox outlives the factory
 *  2. host-name: the same for all, so that it tells nothing
 *  3. loopback: up, where policy grants it in a network namespace of the sandbox's own
 *  4. scratch: one bounded tmpfs, bound to the four folders that a job may fill, and to the account
 *     files, which the launcher writes when it knows the job's ids
 *  5. proc: of this PID namespace; processes of other users are hidden, the init among them
 *  6. memfd: memory files cannot be executed in this PID namespace; needs the /proc above
 *  7. ruleset: Landlock, by the inodes of the mounts above, hence after all of them
 *  8. drop: ids, groups, capabilities, no_new_privs; read back
 *  9. filter: two calls are all that the init makes after its report
 * 10. report: to the factory, with the root of the tmpfs and the ruleset
 *
 * Ended children of the job that come to the init are reaped by the kernel, because the init
 * ignores SIGCHLD: it needs no loop, and no call but pause. */
#include "sandbox_init.h"
#include "child_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/landlock.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* Of later kernels than the headers (linux/landlock.h of 6.12). Kernels that know less take the
 * longer struct as long as what they do not know is 0. */
struct ruleset {
    uint64_t handled_files;
    uint64_t handled_ports;
    uint64_t scoped;
};

enum { LANDLOCK_RULE_PORT = 2 };
struct port_rule {
    uint64_t access;
    uint64_t port;
};

/* sockios.h has it as a macro among others that need headers of their own. */
enum { SET_INTERFACE_FLAGS = 0x8914 };

struct sandbox_init {
    const struct sandbox_plan *plan;
    int scratch_fd;
    int ruleset_fd;
};

/* The parent end of the report is a SOCK_SEQPACKET socket: one message, whole. */
static long send_report(const struct sandbox_init *init, struct sandbox_report report) {
    struct iovec part = {&report, sizeof report};
    union {
        struct cmsghdr head;
        unsigned char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    int fds[2] = {init->scratch_fd, init->ruleset_fd};
    unsigned count = 0;
    if (report.step == SANDBOX_STEP_NONE && init->scratch_fd >= 0)
        count = report.has_ruleset == 1 ? 2 : 1;
    if (count > 0) {
        control.head.cmsg_level = SOL_SOCKET;
        control.head.cmsg_type = SCM_RIGHTS;
        control.head.cmsg_len = CMSG_LEN(count * sizeof(int));
        __builtin_memcpy(CMSG_DATA(&control.head), &fds[0], sizeof(int));
        if (count > 1)
            __builtin_memcpy(CMSG_DATA(&control.head) + sizeof(int), &fds[1], sizeof(int));
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    }
    return child_syscall(
        SYS_sendmsg, init->plan->report_fd, (long)&message, MSG_NOSIGNAL, 0, 0);
}

static _Noreturn void fail(
    const struct sandbox_init *init, enum sandbox_step step, long code, uint32_t index) {
    const struct sandbox_report report = {
        .step = step, .code = code < 0 ? (int32_t)-code : 0, .index = index};
    (void)send_report(init, report);
    child_exit(127);
}

static long require(
    const struct sandbox_init *init, enum sandbox_step step, long answer, uint32_t index) {
    if (answer < 0) fail(init, step, answer, index);
    return answer;
}

static void require_that(
    const struct sandbox_init *init, enum sandbox_step step, int holds, uint32_t index) {
    if (!holds) fail(init, step, -EPERM, index);
}

/* The kernel's own layout of sigaction: handler, flags, restorer (x86_64 only), mask. */
struct kernel_sigaction {
    uint64_t words[4];
};

static void set_death_signal(const struct sandbox_init *init) {
    require(
        init, SANDBOX_STEP_TIE, child_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), 0);
    /* If the factory died before that, the report fails. */
    (void)child_syscall(SYS_close, init->plan->factory_fd, 0, 0, 0, 0);
    const struct kernel_sigaction ignore = {{1 /* SIG_IGN */, 0, 0, 0}};
    require(
        init, SANDBOX_STEP_TIE,
        child_syscall(SYS_rt_sigaction, SIGCHLD, (long)&ignore, 0, sizeof(uint64_t), 0), 1);
    require(init, SANDBOX_STEP_TIE, child_syscall(SYS_setsid, 0, 0, 0, 0, 0), 2);
}

static void name_host(const struct sandbox_init *init) {
    if ((init->plan->namespaces & SANDBOX_UTS) == 0) return;
    require(
        init, SANDBOX_STEP_HOST_NAME,
        child_syscall(
            SYS_sethostname, (long)init->plan->text, init->plan->host_name_length, 0, 0, 0),
        0);
}

static void raise_loopback(const struct sandbox_init *init) {
    if (init->plan->has_loopback == 0) return;
    const long fd = require(
        init, SANDBOX_STEP_LOOPBACK,
        child_syscall(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, 0), 0);
    struct ifreq interface = {.ifr_flags = IFF_UP | IFF_RUNNING};
    interface.ifr_name[0] = 'l';
    interface.ifr_name[1] = 'o';
    require(
        init, SANDBOX_STEP_LOOPBACK,
        child_syscall(SYS_ioctl, fd, SET_INTERFACE_FLAGS, (long)&interface, 0, 0), 1);
    (void)child_syscall(SYS_close, fd, 0, 0, 0, 0);
}

/* Where the tmpfs stands for as long as its folders are bound to their places. */
static const char scratch_root[] = "/tmp";

/* Empty files of the factory's uid, at places where the tree has files already. A job may read them
 * (passwd(5), group(5)); only the launcher, through the root of the tmpfs, writes them. */
static void make_account_files(const struct sandbox_init *init) {
    static const struct {
        char name[12];
        char place[12];
    } files[] = {{"/tmp/passwd", "/etc/passwd"}, {"/tmp/group", "/etc/group"}};
    if (init->plan->has_account_files == 0) return;
    for (uint32_t index = 0; index < 2; index++) {
        const long fd = require(
            init, SANDBOX_STEP_SCRATCH,
            child_syscall(
                SYS_openat, AT_FDCWD, (long)files[index].name,
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644, 0),
            10 + index);
        (void)child_syscall(SYS_close, fd, 0, 0, 0, 0);
        require(
            init, SANDBOX_STEP_SCRATCH,
            child_syscall(
                SYS_mount, (long)files[index].name, (long)files[index].place, 0, MS_BIND, 0),
            12 + index);
    }
}

static void make_scratch(struct sandbox_init *init) {
    static const struct {
        char name[16];
        char place[16];
        long mode;
    } folders[] = {
        /* The job's own: its mode is for the owner that the launcher makes the job. */
        {"/tmp/work", "/work", 0700},
        {"/tmp/var-tmp", "/var/tmp", 01777},
        {"/tmp/shm", "/dev/shm", 01777},
        /* Last, because it covers the root of the tmpfs. */
        {"/tmp/tmp", "/tmp", 01777},
    };
    const long flags =
        MS_NOSUID | MS_NODEV | (init->plan->forbids_programs == 1 ? MS_NOEXEC : 0);
    if (init->plan->has_scratch == 0) return;
    require(
        init, SANDBOX_STEP_SCRATCH,
        child_syscall(
            SYS_mount, (long)"tmpfs", (long)scratch_root, (long)"tmpfs", flags,
            (long)(init->plan->text + init->plan->host_name_length + 1)),
        0);
    init->scratch_fd = (int)require(
        init, SANDBOX_STEP_SCRATCH,
        child_syscall(
            SYS_openat, AT_FDCWD, (long)scratch_root,
            O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW, 0, 0),
        9);
    make_account_files(init);
    for (uint32_t index = 0; index < 4; index++) {
        require(
            init, SANDBOX_STEP_SCRATCH,
            child_syscall(
                SYS_mkdirat, AT_FDCWD, (long)folders[index].name, folders[index].mode, 0, 0),
            1 + index);
        require(
            init, SANDBOX_STEP_SCRATCH,
            child_syscall(
                SYS_mount, (long)folders[index].name, (long)folders[index].place, 0, MS_BIND, 0),
            5 + index);
    }
}

static void mount_proc(const struct sandbox_init *init) {
    if ((init->plan->namespaces & SANDBOX_MOUNT) == 0) return;
    require(
        init, SANDBOX_STEP_PROC,
        child_syscall(
            SYS_mount, (long)"proc", (long)"/proc", (long)"proc",
            MS_NOSUID | MS_NODEV | MS_NOEXEC, (long)"hidepid=2"),
        0);
}

static void forbid_memory_files(const struct sandbox_init *init) {
    if (init->plan->forbids_memory_files == 0) return;
    const long fd = require(
        init, SANDBOX_STEP_MEMFD,
        child_syscall(
            SYS_openat, AT_FDCWD, (long)"/proc/sys/vm/memfd_noexec", O_WRONLY | O_CLOEXEC, 0, 0),
        0);
    require(init, SANDBOX_STEP_MEMFD, child_syscall(SYS_write, fd, (long)"2", 1, 0, 0), 1);
    (void)child_syscall(SYS_close, fd, 0, 0, 0, 0);
}

static void add_path_rule(const struct sandbox_init *init, uint32_t index) {
    const struct sandbox_path_rule *rule = &init->plan->path_rules[index];
    const char *path = init->plan->text + rule->path;
    const long fd = require(
        init, SANDBOX_STEP_RULESET,
        child_syscall(SYS_openat, AT_FDCWD, (long)path, O_PATH | O_CLOEXEC, 0, 0), 16 + index);
    const struct landlock_path_beneath_attr beneath = {
        .allowed_access = rule->access, .parent_fd = (int)fd};
    require(
        init, SANDBOX_STEP_RULESET,
        child_syscall(
            SYS_landlock_add_rule, init->ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, (long)&beneath,
            0, 0),
        16 + index);
    (void)child_syscall(SYS_close, fd, 0, 0, 0, 0);
}

static void make_ruleset(struct sandbox_init *init) {
    const struct sandbox_plan *plan = init->plan;
    const struct ruleset handled = {plan->handled_files, plan->handled_ports, plan->scoped};
    if ((handled.handled_files | handled.handled_ports | handled.scoped) == 0) return;
    init->ruleset_fd = (int)require(
        init, SANDBOX_STEP_RULESET,
        child_syscall(SYS_landlock_create_ruleset, (long)&handled, sizeof handled, 0, 0, 0), 0);
    for (uint32_t index = 0; index < plan->path_rule_count; index++) add_path_rule(init, index);
    for (uint32_t index = 0; index < plan->port_rule_count; index++) {
        const struct port_rule port = {
            plan->port_rules[index].access, plan->port_rules[index].port};
        require(
            init, SANDBOX_STEP_RULESET,
            child_syscall(
                SYS_landlock_add_rule, init->ruleset_fd, LANDLOCK_RULE_PORT, (long)&port, 0, 0),
            1);
    }
}

static void drop_ids(const struct sandbox_init *init) {
    const long uid = (long)init->plan->init_uid;
    const long gid = (long)init->plan->init_gid;
    uint32_t real = 0, effective = 0, saved = 0;
    if (init->plan->keeps_ids == 1) return;
    require(init, SANDBOX_STEP_DROP, child_syscall(SYS_setgroups, 0, 0, 0, 0, 0), 1);
    require(init, SANDBOX_STEP_DROP, child_syscall(SYS_setresgid, gid, gid, gid, 0, 0), 2);
    require(init, SANDBOX_STEP_DROP, child_syscall(SYS_setresuid, uid, uid, uid, 0, 0), 3);
    require(
        init, SANDBOX_STEP_DROP,
        child_syscall(SYS_getresuid, (long)&real, (long)&effective, (long)&saved, 0, 0), 4);
    require_that(
        init, SANDBOX_STEP_DROP,
        real == init->plan->init_uid && effective == real && saved == real, 4);
    require_that(
        init, SANDBOX_STEP_DROP, child_syscall(SYS_setresuid, 0, 0, 0, 0, 0) < 0, 5);
}

static void drop(const struct sandbox_init *init) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {{0, 0, 0}, {0, 0, 0}};
    const long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
                      SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                      SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    require(init, SANDBOX_STEP_DROP, child_syscall(SYS_prctl, PR_SET_SECUREBITS, bits, 0, 0, 0), 0);
    drop_ids(init);
    require(
        init, SANDBOX_STEP_DROP,
        child_syscall(SYS_capset, (long)&header, (long)sets, 0, 0, 0), 6);
    sets[0].permitted = ~0U;
    require(
        init, SANDBOX_STEP_DROP,
        child_syscall(SYS_capget, (long)&header, (long)sets, 0, 0, 0), 7);
    const uint32_t left = sets[0].effective | sets[0].permitted | sets[0].inheritable |
                          sets[1].effective | sets[1].permitted | sets[1].inheritable;
    require_that(init, SANDBOX_STEP_DROP, left == 0, 7);
    /* Its memory still holds what the factory's does. Where the launcher is an ordinary user, it
     * could not join the namespaces of a process that it may not look at. */
    if (init->plan->keeps_ids == 0)
        require(init, SANDBOX_STEP_DROP, child_syscall(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0), 8);
    /* The change of ids cleared the death signal. */
    require(
        init, SANDBOX_STEP_DROP, child_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), 9);
    require(
        init, SANDBOX_STEP_DROP, child_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 10);
}

static void load_filter(const struct sandbox_init *init) {
    const struct sock_fprog program = {
        .len = (unsigned short)init->plan->filter_length,
        .filter = (struct sock_filter *)(uintptr_t)init->plan->filter,
    };
    require(
        init, SANDBOX_STEP_FILTER,
        child_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program, 0, 0), 0);
}

_Noreturn void sandbox_run_init(void *argument) {
    struct sandbox_init init = {argument, -1, -1};
    set_death_signal(&init);
    name_host(&init);
    raise_loopback(&init);
    make_scratch(&init);
    mount_proc(&init);
    forbid_memory_files(&init);
    make_ruleset(&init);
    drop(&init);
    load_filter(&init);
    const struct sandbox_report report = {
        .step = SANDBOX_STEP_NONE, .has_ruleset = init.ruleset_fd >= 0 ? 1 : 0};
    /* It fails if the factory died before the death signal was set. */
    if (send_report(&init, report) < 0) child_exit(127);
    (void)child_syscall(SYS_close_range, 0, ~0U, 0, 0, 0);
    /* ppoll with nothing to wait for is pause(2) on every processor. Only SIGKILL ends it. */
    for (;;) (void)child_syscall(SYS_ppoll, 0, 0, 0, 0, 0);
}
