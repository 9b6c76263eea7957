#include "child_calls.h"
#include "launch_plan.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>

struct helper {
    int32_t executable_fd;
    int32_t channel_fd;
    int32_t null_fd;
    const char *const *arguments;
    const char *const *environment;
    long answer;
};

static void run_helper(void *argument) {
    struct helper *helper = argument;
    uint32_t index = 0;

    helper->answer = child_syscall(SYS_setsid, 0, 0, 0, 0, 0);
    if (helper->answer >= 0)
        helper->answer = child_syscall(SYS_dup3, helper->null_fd, 0, 0, 0, 0);
    if (helper->answer >= 0)
        helper->answer = child_syscall(SYS_dup3, helper->null_fd, 1, 0, 0, 0);
    /* First everything is made to close, then the one that stays is set aside as 3. */
    if (helper->answer >= 0)
        helper->answer = child_syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC, 0, 0);
    /* Out of the way of 3, which the channel takes. */
    long executable_fd = -1;
    if (helper->answer >= 0)
        executable_fd = helper->answer =
            child_syscall(SYS_fcntl, helper->executable_fd, F_DUPFD_CLOEXEC, 16, 0, 0);
    if (helper->answer >= 0) {
        helper->answer = helper->channel_fd == 3
                             ? child_syscall(SYS_fcntl, 3, F_SETFD, 0, 0, 0)
                             : child_syscall(SYS_dup3, helper->channel_fd, 3, 0, 0, 0);
    }
    if (helper->answer >= 0) helper->answer = child_reset_signals(&index);
    if (helper->answer >= 0)
        helper->answer = child_syscall(
            SYS_execveat, executable_fd, (long)"", (long)helper->arguments,
            (long)helper->environment, AT_EMPTY_PATH);
    child_exit(127);
}

int32_t launch_helper(
    int32_t executable_fd, int32_t channel_fd, int32_t null_fd, const char *const *arguments,
    const char *const *environment) {
    struct helper helper = {executable_fd, channel_fd, null_fd, arguments, environment, 0};
    const long pid = child_clone(
        run_helper, &helper, (struct child_clone_options){.cgroup_fd = -1});
    if (pid < 0) return (int32_t)pid;
    if (helper.answer < 0) {
        (void)child_reap(pid);
        return (int32_t)helper.answer;
    }
    return (int32_t)pid;
}
