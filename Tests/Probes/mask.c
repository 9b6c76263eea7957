#include "probe.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// A kernel that lacks something, as far as a program can tell: `masked landlock PROGRAM...` and
// `masked seccomp PROGRAM...` execute PROGRAM where the calls of that layer answer as if the kernel
// had been built without it.

#define NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define LOW_ARGUMENT BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0]))
#define IS_NOT(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define ANSWER(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int load(struct sock_filter *filter, size_t count) {
  const struct sock_fprog program = {.len = (unsigned short)count, .filter = filter};
  // Without no_new_privs where it can be, so that what runs behind the mask keeps its rights.
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return 0;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

static int mask_landlock(void) {
  struct sock_filter filter[] = {
      NUMBER,
      IS_NOT(SYS_landlock_create_ruleset, 1),
      ANSWER(ENOSYS),
      ALLOW,
  };
  return load(filter, sizeof filter / sizeof filter[0]);
}

static int mask_seccomp(void) {
  struct sock_filter filter[] = {
      NUMBER,
      IS_NOT(SYS_seccomp, 1),
      ANSWER(EINVAL),
      IS_NOT(SYS_prctl, 3),
      LOW_ARGUMENT,
      IS_NOT(PR_SET_SECCOMP, 1),
      ANSWER(EINVAL),
      ALLOW,
  };
  return load(filter, sizeof filter / sizeof filter[0]);
}

int masked(int count, char **arguments) {
  if (count < 2) return 64;
  int failure = -1;
  if (strcmp(arguments[0], "landlock") == 0) failure = mask_landlock();
  if (strcmp(arguments[0], "seccomp") == 0) failure = mask_seccomp();
  if (failure == 0) execv(arguments[1], arguments + 1);
  perror("masked");
  return 71;
}
