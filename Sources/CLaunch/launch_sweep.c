#include "child_calls.h"
#include "launch_plan.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>

struct sweep {
    uint32_t job_uid;
    uint32_t sweeper_uid;
    int32_t signal;
    int32_t answer;
};

/* With the job's effective uid, kill(-1) reaches the job's processes and no others: the kernel
 * walks them under one lock, so that no fork slips through. All three ids are non-zero, so the
 * kernel has taken every capability away. */
static void run_sweep(void *argument) {
    struct sweep *sweep = argument;
    uint32_t real = 0, effective = 0, saved = 0;

    long answer = child_syscall(
        SYS_setresuid, (long)sweep->sweeper_uid, (long)sweep->job_uid, (long)sweep->sweeper_uid, 0,
        0);
    if (answer == 0)
        answer = child_syscall(
            SYS_getresuid, (long)&real, (long)&effective, (long)&saved, 0, 0);
    /* Root would reach every process of the machine: without proof of the drop, no signal. */
    if (answer == 0 && (real != sweep->sweeper_uid || effective != sweep->job_uid))
        answer = -EPERM;
    if (answer == 0) answer = child_syscall(SYS_kill, -1, sweep->signal, 0, 0, 0);
    sweep->answer = (int32_t)-answer;
    child_exit(0);
}

int32_t launch_sweep(uint32_t job_uid, uint32_t sweeper_uid, int32_t signal) {
    if (job_uid == 0 || sweeper_uid == 0 || job_uid == sweeper_uid) return EINVAL;
    struct sweep sweep = {job_uid, sweeper_uid, signal, EINTR};
    const long pid = child_clone(
        run_sweep, &sweep, (struct child_clone_options){.cgroup_fd = -1});
    if (pid < 0) return (int32_t)-pid;
    (void)child_reap(pid);
    return sweep.answer;
}
