#include "child_calls.h"
#include "launch_plan.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/syscall.h>

enum { SET_ASIDE = 16 };

struct tool {
    int32_t executable_fd;
    int32_t folder_fd;
    const int32_t *streams;
    const char *const *arguments;
    const char *const *environment;
    long answer;
};

static void run_tool(void *argument) {
    struct tool *tool = argument;
    uint32_t index = 0;
    long aside[3] = {-1, -1, -1};
    long executable_fd = -1;

    tool->answer = child_syscall(SYS_fchdir, tool->folder_fd, 0, 0, 0, 0);
    /* Out of the way first: a stream may be the number that another one is to get. */
    for (int stream = 0; stream < 3 && tool->answer >= 0; stream++)
        aside[stream] = tool->answer =
            child_syscall(SYS_fcntl, tool->streams[stream], F_DUPFD_CLOEXEC, SET_ASIDE, 0, 0);
    if (tool->answer >= 0)
        executable_fd = tool->answer =
            child_syscall(SYS_fcntl, tool->executable_fd, F_DUPFD_CLOEXEC, SET_ASIDE, 0, 0);
    for (int stream = 0; stream < 3 && tool->answer >= 0; stream++)
        tool->answer = child_syscall(SYS_dup3, aside[stream], stream, 0, 0, 0);
    if (tool->answer >= 0)
        tool->answer = child_syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC, 0, 0);
    if (tool->answer >= 0) tool->answer = child_reset_signals(&index);
    if (tool->answer >= 0)
        tool->answer = child_syscall(
            SYS_execveat, executable_fd, (long)"", (long)tool->arguments,
            (long)tool->environment, AT_EMPTY_PATH);
    child_exit(127);
}

int32_t launch_tool(
    int32_t executable_fd, int32_t folder_fd, const int32_t *streams,
    const char *const *arguments, const char *const *environment) {
    struct tool tool = {executable_fd, folder_fd, streams, arguments, environment, 0};
    const long pid =
        child_clone(run_tool, &tool, (struct child_clone_options){.cgroup_fd = -1});
    if (pid < 0) return (int32_t)pid;
    if (tool.answer < 0) {
        (void)child_reap(pid);
        return (int32_t)tool.answer;
    }
    return (int32_t)pid;
}
