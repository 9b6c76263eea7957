// After the kernel's self tests for Landlock and pidfd: a domain can be narrowed and never left,
// and a handle of a process gives no more than its number did.
#include "foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int ruleset(unsigned long long handled) {
  const struct landlock_ruleset_attr attributes = {.handled_access_fs = handled};
  return (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0u);
}

static long restrict_to(int rules) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return syscall(SYS_landlock_restrict_self, rules, 0u);
}

static long allow_everywhere(int rules, unsigned long long access) {
  const int root = open("/", O_PATH | O_CLOEXEC);
  const struct landlock_path_beneath_attr beneath = {.allowed_access = access, .parent_fd = root};
  return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0u);
}

/// A ruleset of one's own that allows all: what the outer one refuses stays refused.
static long widen(void) {
  const unsigned long long access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;
  const int rules = ruleset(access);
  if (rules < 0 || allow_everywhere(rules, access) != 0 || restrict_to(rules) != 0) return -1;
  const int file = open("/usr/landlock-was-here", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) unlink("/usr/landlock-was-here");
  return file;
}

/// In a domain that governs files nobody changes mounts.
static long mount_in_domain(void) { return mount("none", ".", "tmpfs", 0, NULL); }

/// Narrowing oneself is always allowed.
static long narrow(void) {
  const int rules = ruleset(LANDLOCK_ACCESS_FS_EXECUTE);
  if (rules < 0 || restrict_to(rules) != 0) return -1;
  char *const words[] = {"true", NULL};
  execv("/usr/bin/true", words);
  return errno == EACCES ? 0 : -1;
}

static long rename_out(void) {
  const int file = open("inside", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  close(file);
  const long result = rename("inside", "/usr/moved-here");
  const int code = errno;
  unlink("/usr/moved-here");
  unlink("inside");
  errno = code;
  // Between file systems the kernel says so before it asks anybody.
  return result;
}

const struct attempt landlock_selftests[] = {
    {"widen", widen},           {"mount", mount_in_domain}, {"narrow", narrow},
    {"rename-out", rename_out}, {NULL, NULL},
};

static int handle(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0u); }

static long signal_self(void) {
  return syscall(SYS_pidfd_send_signal, handle(getpid()), 0, NULL, 0u);
}

/// The process that started the whole tree: in a job the sandbox init, which is not the job's.
static long signal_first(void) {
  const int first = handle(1);
  return first < 0 ? -1 : syscall(SYS_pidfd_send_signal, first, SIGCONT, NULL, 0u);
}

static long take_descriptor(void) {
  return syscall(SYS_pidfd_getfd, handle(getppid()), 0, 0u);
}

static long join_by_handle(void) { return setns(handle(getpid()), CLONE_NEWUTS); }

static long wait_by_handle(void) {
  const pid_t child = fork();
  if (child == 0) _exit(7);
  siginfo_t found;
  return waitid(P_PIDFD, (id_t)handle(child), &found, WEXITED) == 0 && found.si_status == 7 ? 0
                                                                                            : -1;
}

/// A handle of a process that is gone must not reach whoever has its number now.
static long stale_handle(void) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  const int gone = handle(child);
  waitpid(child, NULL, 0);
  const long result = syscall(SYS_pidfd_send_signal, gone, 0, NULL, 0u);
  return result == -1 && errno == ESRCH ? 0 : -1;
}

static long advise_other(void) {
  return syscall(SYS_process_madvise, handle(getppid()), NULL, 0, 0, 0u);
}

const struct attempt pidfd_selftests[] = {
    {"signal-self", signal_self},     {"signal-first", signal_first},
    {"getfd", take_descriptor},       {"setns", join_by_handle},
    {"wait", wait_by_handle},         {"stale", stale_handle},
    {"process-madvise", advise_other}, {NULL, NULL},
};
