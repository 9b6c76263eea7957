// After bubblewrap's try-syscall and the kernel's self tests for seccomp: a job's own filters may
// only make its cage smaller.
#include "foreign.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *const nowhere = (void *)1;

static long call_chmod(void) { return syscall(SYS_chmod, nowhere, 0700); }
static long call_chroot(void) { return syscall(SYS_chroot, nowhere); }
static long call_clone3(void) { return syscall(SYS_clone3, nowhere, 88); }
static long call_notty(void) { return syscall(SYS_ioctl, -1, TIOCNOTTY, 0); }
static long call_inject(void) { return syscall(SYS_ioctl, -1, TIOCSTI, nowhere); }
static long call_inject_high(void) {
  return syscall(SYS_ioctl, -1, 0x12300000000ul | TIOCSTI, nowhere);
}
static long call_paste(void) { return syscall(SYS_ioctl, -1, TIOCLINUX, nowhere); }
static long call_listen(void) { return listen(-1, 42); }
static long call_prctl(void) { return prctl(PR_GET_CHILD_SUBREAPER, nowhere, 0, 0, 0); }

const struct attempt try_syscall[] = {
    {"chmod", call_chmod},       {"chroot", call_chroot},
    {"clone3", call_clone3},     {"ioctl-TIOCNOTTY", call_notty},
    {"ioctl-TIOCSTI", call_inject}, {"ioctl-TIOCSTI-CVE-2019-10063", call_inject_high},
    {"ioctl-TIOCLINUX", call_paste}, {"listen", call_listen},
    {"prctl", call_prctl},       {NULL, NULL},
};

static long load(struct sock_filter *code, unsigned short length, unsigned flags) {
  const struct sock_fprog program = {length, code};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/// A filter of one's own that allows everything: what was refused before stays refused.
static long allow_all_then(long (*call)(void)) {
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || load(code, 1, 0) != 0) return -1;
  return call();
}

static long make_user_namespace(void) { return unshare(CLONE_NEWUSER); }
static long allow_all(void) { return allow_all_then(make_user_namespace); }

/// With a filter that sends a call to a tracer, and none there, the call is ENOSYS; with the answer
/// of a signal handler it is what that says. Neither makes a refused call happen.
static long answer_by_trap(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || load(code, 4, 0) != 0) return -1;
  // Whether it is EPERM or ENOSYS says which filter spoke; both are refusals.
  return make_user_namespace();
}

static long listener(void) {
  struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return load(code, 1, SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

static long lift_no_new_privs(void) {
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 0;
  errno = EPERM;
  return prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
}

static long lift_mode(void) {
  if (prctl(PR_GET_SECCOMP) == 0) return 0;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_DISABLED, 0);
}

/// The tracer of a filtered process could change its calls after the filter.
static long trace_me(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL); }

static long read_filter(void) {
  return syscall(SYS_ptrace, 0x420c /* SECCOMP_GET_FILTER */, getppid(), 0, NULL) == -1 &&
                 errno == ESRCH
             ? 0
             : -1;
}

/// Strict mode leaves read, write, exit and sigreturn: anything else kills.
static long strict_mode(void) {
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) return -1;
  return syscall(SYS_getpid);
}

static long too_long(void) {
  static struct sock_filter code[BPF_MAXINSNS + 1];
  for (size_t index = 0; index <= BPF_MAXINSNS; index++)
    code[index] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  return load(code, BPF_MAXINSNS + 1, 0);
}

const struct attempt seccomp_selftests[] = {
    {"allow-all-lifts-nothing", allow_all}, {"trace-lifts-nothing", answer_by_trap},
    {"listener", listener},                 {"no-new-privs-off", lift_no_new_privs},
    {"mode-off", lift_mode},                {"traceme", trace_me},
    {"read-filter", read_filter},           {"strict-mode", strict_mode},
    {"filter-too-long", too_long},          {NULL, NULL},
};
