#include "linux_calls.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int32_t answer(long result) { return result < 0 ? -errno : (int32_t)result; }

static int64_t microseconds(struct timeval time) { return time.tv_sec * 1000000L + time.tv_usec; }

/* wait4, because it is the one that answers with the cost of exactly this child. */
static int32_t wait_with_usage(int32_t pid, int options, struct linux_child_end *end) {
    int status = 0;
    struct rusage usage;
    pid_t ended;
    do {
        ended = wait4(pid, &status, options, &usage);
    } while (ended < 0 && errno == EINTR);
    if (ended <= 0) return ended < 0 ? -errno : 0;
    *end = (struct linux_child_end){
        .pid = ended,
        .is_signal = WIFSIGNALED(status),
        .value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
        .user_us = microseconds(usage.ru_utime),
        .system_us = microseconds(usage.ru_stime),
        .peak_memory_kib = usage.ru_maxrss,
    };
    return 1;
}

int64_t linux_limited_cpu_us(int32_t pid) {
    struct timespec time;
    /* As MAKE_PROCESS_CPUCLOCK of linux/posix-timers_types.h builds it, with CPUCLOCK_PROF, which
     * is 0; clock_getcpuclockid(3) answers with CPUCLOCK_SCHED. */
    const clockid_t clock = (clockid_t)(~(uint32_t)pid << 3);
    if (clock_gettime(clock, &time) != 0) return -errno;
    return time.tv_sec * 1000000L + time.tv_nsec / 1000;
}

int32_t linux_wait4_any(struct linux_child_end *end) {
    /* Only a process that is not reaped yet has a clock. */
    siginfo_t found = {0};
    int result;
    do {
        result = waitid(P_ALL, 0, &found, WEXITED | WNOHANG | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    if (result < 0) return -errno;
    if (found.si_pid == 0) return 0;
    const int64_t limited_cpu_us = linux_limited_cpu_us(found.si_pid);
    const int32_t ended = wait_with_usage(found.si_pid, WNOHANG, end);
    if (ended == 1) end->limited_cpu_us = limited_cpu_us;
    return ended;
}

int32_t linux_wait4(int32_t pid, struct linux_child_end *end) {
    return wait_with_usage(pid, 0, end);
}

int32_t linux_user_has_processes(uint32_t uid) {
    /* getpriority(2) of a user looks at each of its processes, and says ESRCH where there is none;
     * kill(2) of -1 answers 0 in either case. The raw call, whose answers are never negative. */
    if (syscall(SYS_getpriority, PRIO_USER, uid) >= 0) return 1;
    return errno == ESRCH ? 0 : -errno;
}

int32_t linux_pidfd_open(int32_t pid) { return answer(syscall(SYS_pidfd_open, pid, 0)); }

int32_t linux_pidfd_send_signal(int32_t pidfd, int32_t signal) {
    return answer(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int32_t linux_getpid(void) { return getpid(); }

int32_t linux_set_parent_death_signal(int32_t signal) {
    return answer(prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0));
}

int32_t linux_set_dumpable(int32_t value) {
    return answer(prctl(PR_SET_DUMPABLE, (unsigned long)value, 0, 0, 0));
}

int32_t linux_set_child_subreaper(void) {
    return answer(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
}

int32_t linux_set_no_new_privs(void) { return answer(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }

int32_t linux_get_no_new_privs(void) { return answer(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)); }

int32_t linux_setgroups_empty(void) { return answer(setgroups(0, NULL)); }

int32_t linux_setgroups(const uint32_t *groups, uint32_t count) {
    return answer(setgroups(count, groups));
}

int32_t linux_getgroups_count(void) { return answer(getgroups(0, NULL)); }

int32_t linux_setresgid(uint32_t gid) { return answer(setresgid(gid, gid, gid)); }

int32_t linux_setresuid(uint32_t uid) { return answer(setresuid(uid, uid, uid)); }

int32_t linux_has_ids(uint32_t uid, uint32_t gid) {
    uid_t uids[3];
    gid_t gids[3];
    if (getresuid(&uids[0], &uids[1], &uids[2]) != 0) return -errno;
    if (getresgid(&gids[0], &gids[1], &gids[2]) != 0) return -errno;
    for (int index = 0; index < 3; index++)
        if (uids[index] != uid || gids[index] != gid) return 0;
    return 1;
}

int32_t linux_capbset_read(uint32_t capability) {
    return answer(prctl(PR_CAPBSET_READ, capability, 0, 0, 0));
}

int32_t linux_capbset_drop(uint32_t capability) {
    return answer(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0));
}

int32_t linux_cap_ambient_clear_all(void) {
    return answer(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
}

int32_t linux_getrlimit(uint32_t resource, uint64_t *soft, uint64_t *hard) {
    struct rlimit found;
    if (getrlimit((__rlimit_resource_t)resource, &found) != 0) return -errno;
    *soft = found.rlim_cur;
    *hard = found.rlim_max;
    return 0;
}

int32_t linux_setrlimit(uint32_t resource, uint64_t soft, uint64_t hard) {
    const struct rlimit wanted = {.rlim_cur = soft, .rlim_max = hard};
    return answer(setrlimit((__rlimit_resource_t)resource, &wanted));
}

int32_t linux_ignore_children(void) {
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    return answer(sigaction(SIGCHLD, &ignore, NULL));
}
