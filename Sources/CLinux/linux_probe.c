#include "linux_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static int32_t answer(long result) { return result < 0 ? -errno : (int32_t)result; }

/* Each trial is made by a child that has its own memory and makes raw calls only; what it changes
 * goes with it. Its exit code is the errno. */

static int try_private_mounts(void) {
    /* Where a security module takes the rights in a new user namespace away again, making the
     * namespace works and the first use of it does not. */
    if (syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
    if (syscall(SYS_mount, "tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, NULL) != 0)
        return errno;
    return 0;
}

static int try_proc(void) {
    if (syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    return syscall(SYS_mount, "proc", "/proc", "proc", flags, NULL) == 0 ? 0 : errno;
}

static int try_memfd_noexec(void) {
    const long fd = syscall(SYS_openat, AT_FDCWD, "/proc/sys/vm/memfd_noexec", O_WRONLY, 0);
    if (fd < 0) return errno;
    return syscall(SYS_write, fd, "2", 1) == 1 ? 0 : errno;
}

static int try_filter(unsigned long flags) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = {.len = 1, .filter = &allow};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) >= 0 ? 0 : errno;
}

static int try_landlock(void) {
    const uint64_t handled = 1; /* LANDLOCK_ACCESS_FS_EXECUTE, which every ABI has */
    const long fd = syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (fd < 0) return errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    return syscall(SYS_landlock_restrict_self, fd, 0) == 0 ? 0 : errno;
}

static int run_trial(enum linux_trial trial) {
    switch (trial) {
    case LINUX_TRIAL_NOTHING: return 0;
    case LINUX_TRIAL_PRIVATE_MOUNTS: return try_private_mounts();
    case LINUX_TRIAL_PROC: return try_proc();
    case LINUX_TRIAL_MEMFD_NOEXEC: return try_memfd_noexec();
    case LINUX_TRIAL_FILTER: return try_filter(0);
    case LINUX_TRIAL_LISTENER: return try_filter(SECCOMP_FILTER_FLAG_NEW_LISTENER);
    case LINUX_TRIAL_LANDLOCK: return try_landlock();
    case LINUX_TRIAL_KEYRING:
        return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0 ? 0 : errno;
    }
    return EINVAL;
}

/* The child sends no signal when it ends, so no handler or signalfd for SIGCHLD sees it. */
static int32_t end_of(long pid) {
    int status = 0;
    while (syscall(SYS_wait4, pid, &status, __WALL, NULL) < 0)
        if (errno != EINTR) return -errno;
    return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

int32_t linux_try(uint32_t namespaces, enum linux_trial trial) {
    static const struct {
        uint32_t kind;
        unsigned long flag;
    } flags[] = {
        {LINUX_NAMESPACE_PID, CLONE_NEWPID},       {LINUX_NAMESPACE_MOUNT, CLONE_NEWNS},
        {LINUX_NAMESPACE_NETWORK, CLONE_NEWNET},   {LINUX_NAMESPACE_IPC, CLONE_NEWIPC},
        {LINUX_NAMESPACE_UTS, CLONE_NEWUTS},       {LINUX_NAMESPACE_CGROUP, CLONE_NEWCGROUP},
        {LINUX_NAMESPACE_USER, CLONE_NEWUSER},
    };
    unsigned long wanted = 0;
    for (size_t index = 0; index < sizeof flags / sizeof flags[0]; index++)
        if (namespaces & flags[index].kind) wanted |= flags[index].flag;
    const long pid = syscall(SYS_clone, wanted, 0L, 0L, 0L, 0L);
    if (pid < 0) return -errno;
    if (pid == 0) (void)syscall(SYS_exit_group, run_trial(trial));
    return end_of(pid);
}

int32_t linux_try_cgroup(int32_t folder) {
    struct clone_args wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.flags = CLONE_INTO_CGROUP;
    wanted.cgroup = (uint64_t)folder;
    const long pid = syscall(SYS_clone3, &wanted, sizeof wanted);
    if (pid < 0) return -errno;
    if (pid == 0) (void)syscall(SYS_exit_group, 0);
    return end_of(pid);
}

static int try_write(
    int32_t fd, uint32_t uid, uint32_t gid, const uint32_t *groups, uint32_t group_count) {
    struct stat status;
    if (fstat(fd, &status) != 0) return errno;
    const int wanted = S_ISDIR(status.st_mode) ? W_OK | X_OK : W_OK;
    if (syscall(SYS_setgroups, group_count, groups) != 0) return errno;
    if (syscall(SYS_setresgid, gid, gid, gid) != 0) return errno;
    if (syscall(SYS_setresuid, uid, uid, uid) != 0) return errno;
    return syscall(SYS_faccessat2, fd, "", wanted, AT_EMPTY_PATH | AT_EACCESS) == 0 ? 0 : errno;
}

int32_t linux_try_write(
    int32_t fd, uint32_t uid, uint32_t gid, const uint32_t *groups, uint32_t group_count) {
    const long pid = syscall(SYS_clone, 0L, 0L, 0L, 0L, 0L);
    if (pid < 0) return -errno;
    if (pid == 0) (void)syscall(SYS_exit_group, try_write(fd, uid, gid, groups, group_count));
    return end_of(pid);
}

int32_t linux_landlock_version(void) {
    const uint32_t version = 1; /* LANDLOCK_CREATE_RULESET_VERSION */
    return answer(syscall(SYS_landlock_create_ruleset, NULL, 0, version));
}

int32_t linux_faccessat_write(const char *path) {
    return answer(faccessat(AT_FDCWD, path, W_OK, AT_EACCESS));
}

int32_t linux_has_xattr(const char *path, const char *attribute) {
    if (getxattr(path, attribute, NULL, 0) >= 0) return 1;
    return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -errno;
}

int32_t linux_uname_release(uint8_t *bytes, uint32_t capacity) {
    struct utsname name;
    if (uname(&name) != 0) return -errno;
    const size_t length = strnlen(name.release, sizeof name.release);
    if (length > capacity) return -ENAMETOOLONG;
    memcpy(bytes, name.release, length);
    return (int32_t)length;
}

uint32_t linux_geteuid(void) { return geteuid(); }
