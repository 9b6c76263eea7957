/* A copy of one of our own processes that goes on in Swift: it has one thread, so that no lock is
 * held, and raises no signal by its cached thread id. */
#include "child_calls.h"
#include "launch_plan.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int32_t launch_copy(int32_t channel_fd) {
    const long parent = child_syscall(SYS_getpid, 0, 0, 0, 0, 0);
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    const long pid = child_syscall(SYS_clone3, (long)&arguments, sizeof arguments, 0, 0, 0);
    if (pid != 0) return (int32_t)pid;
    if (child_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
        child_syscall(SYS_getppid, 0, 0, 0, 0, 0) != parent)
        child_exit(127);
    if (channel_fd != 3 && child_syscall(SYS_dup3, channel_fd, 3, O_CLOEXEC, 0, 0) < 0)
        child_exit(127);
    if (child_syscall(SYS_close_range, 4, ~0U, 0, 0, 0) != 0) child_exit(127);
    return 0;
}
