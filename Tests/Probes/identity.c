// Who the process is, and what it tries to become again.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static void print_status(void) {
  static const char *wanted[] = {"CapInh", "CapPrm", "CapEff",     "CapBnd",
                                 "CapAmb", "Seccomp", "NoNewPrivs", "Groups"};
  char line[4096];
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    char *colon = strchr(line, ':');
    if (colon == NULL) continue;
    *colon = 0;
    char *value = colon + 1 + strspn(colon + 1, " \t");
    value[strcspn(value, "\n")] = 0;
    while (*value != 0 && value[strlen(value) - 1] == ' ') value[strlen(value) - 1] = 0;
    for (size_t index = 0; index < sizeof wanted / sizeof wanted[0]; index++)
      if (strcmp(wanted[index], line) == 0) fact(line, "%s", value);
  }
  if (status != NULL) fclose(status);
}

int identity(int count, char **arguments) {
  (void)count, (void)arguments;
  uid_t user[3];
  gid_t group[3];
  getresuid(&user[0], &user[1], &user[2]);
  getresgid(&group[0], &group[1], &group[2]);
  fact("users", "%u %u %u", user[0], user[1], user[2]);
  fact("groups", "%u %u %u", group[0], group[1], group[2]);
  fact("file-user", "%d", setfsuid((uid_t)-1));
  fact("file-group", "%d", setfsgid((gid_t)-1));
  fact("group-count", "%d", getgroups(0, NULL));
  fact("process", "%d", getpid());
  fact("securebits", "%d", prctl(PR_GET_SECUREBITS));
  fact("no-new-privs", "%d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  fact("seccomp", "%d", prctl(PR_GET_SECCOMP));
  print_status();
  return 0;
}

static long take_every_capability(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  const struct __user_cap_data_struct chown_only = {.effective = 1, .permitted = 1};
  data[0].effective |= chown_only.effective;
  data[0].permitted |= chown_only.permitted;
  return syscall(SYS_capset, &header, data);
}

/// Which verdict `attempt` gives is told by a child, so that no success changes the next attempt.
#define ATTEMPT(name, attempt)              \
  do {                                      \
    fflush(stdout);                         \
    if (fork() == 0) {                      \
      verdict(name, attempt);               \
      _exit(0);                             \
    }                                       \
    (void)!wait(NULL);                      \
  } while (0)


/// setfsuid reports no failure: what counts is what it left.
static long file_user_becomes_root(void) {
  setfsuid(0);
  errno = EPERM;
  return setfsuid((uid_t)-1) == 0 ? 0 : -1;
}

static long file_group_becomes_root(void) {
  setfsgid(0);
  errno = EPERM;
  return setfsgid((gid_t)-1) == 0 ? 0 : -1;
}

int regain(int count, char **arguments) {
  (void)count, (void)arguments;
  const gid_t root_group = 0;
  ATTEMPT("setuid", setuid(0));
  ATTEMPT("setgid", setgid(0));
  ATTEMPT("setreuid", setreuid(0, 0));
  ATTEMPT("setregid", setregid(0, 0));
  ATTEMPT("setresuid", setresuid(0, 0, 0));
  ATTEMPT("setresgid", setresgid(0, 0, 0));
  ATTEMPT("setfsuid", file_user_becomes_root());
  ATTEMPT("setfsgid", file_group_becomes_root());
  ATTEMPT("setgroups", setgroups(1, &root_group));
  ATTEMPT("capset", take_every_capability());
  ATTEMPT("keep-capabilities", prctl(PR_SET_KEEPCAPS, 1));
  ATTEMPT("securebits", prctl(PR_SET_SECUREBITS, 0));
  ATTEMPT("shadow-file", open("/etc/shadow", O_RDONLY));
  return 0;
}

/// become USER COMMAND...: gives up root the short way and runs another check, for negative twins.
int become(int count, char **arguments) {
  if (count < 2) return 64;
  const unsigned number = (unsigned)strtoul(arguments[0], NULL, 10);
  if (setgroups(0, NULL) != 0 || setresgid(number, number, number) != 0 ||
      setresuid(number, number, number) != 0)
    return 71;
  prctl(PR_SET_DUMPABLE, 1);
  execv("/proc/self/exe", arguments);
  return 71;
}

/// execute PATH [argument...]: becomes another program.
int execute(int count, char **arguments) {
  if (count < 1) return 64;
  execv(arguments[0], arguments);
  verdict("execute", -1);
  return 71;
}

/// grant-capability PATH: lets whoever runs PATH change owners (CAP_CHOWN, permitted, effective).
int grant_capability(int count, char **arguments) {
  if (count != 1) return 64;
  const struct vfs_cap_data data = {
      .magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
      .data[0].permitted = 1u << CAP_CHOWN,
  };
  if (setxattr(arguments[0], "security.capability", &data, sizeof data, 0) == 0) return 0;
  verdict("grant", -1);
  return 71;
}
