// Every family of system calls that a job must not have, with arguments that harm nothing even
// where the call is allowed. Arguments are chosen so that the kernel, where it looks at them
// before it looks at privilege, answers something other than EPERM.
#include "probe.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// An address that no process has mapped.
static void *const nowhere = (void *)1;
/// Flags that no kernel knows.
static const unsigned long bad_flags = 0x80000000ul;

static void mount_calls(void) {
  verdict("mount", syscall(SYS_mount, nowhere, nowhere, nowhere, 0, nowhere));
  verdict("umount2", syscall(SYS_umount2, nowhere, bad_flags));
  verdict("pivot_root", syscall(SYS_pivot_root, nowhere, nowhere));
  verdict("chroot", syscall(SYS_chroot, nowhere));
  verdict("open_tree", syscall(SYS_open_tree, -1, nowhere, bad_flags));
  verdict("move_mount", syscall(SYS_move_mount, -1, nowhere, -1, nowhere, bad_flags));
  verdict("fsopen", syscall(SYS_fsopen, nowhere, bad_flags));
  verdict("fsconfig", syscall(SYS_fsconfig, -1, 0, nowhere, nowhere, 0));
  verdict("fsmount", syscall(SYS_fsmount, -1, bad_flags, 0));
  verdict("fspick", syscall(SYS_fspick, -1, nowhere, bad_flags));
  verdict("mount_setattr", syscall(SYS_mount_setattr, -1, nowhere, bad_flags, nowhere, 0));
}

static void other_processes(void) {
  verdict("ptrace", syscall(SYS_ptrace, PTRACE_ATTACH, -1, 0, 0));
  verdict("process_vm_readv", syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0));
  verdict("process_vm_writev", syscall(SYS_process_vm_writev, getpid(), NULL, 0, NULL, 0, 0));
  verdict("kcmp", syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0));
  verdict("pidfd_getfd", syscall(SYS_pidfd_getfd, -1, -1, 0));
  verdict("process_madvise", syscall(SYS_process_madvise, -1, NULL, 0, 0, bad_flags));
  verdict("move_pages", syscall(SYS_move_pages, -1, 0, NULL, NULL, NULL, bad_flags));
  verdict("migrate_pages", syscall(SYS_migrate_pages, -1, 0, NULL, NULL));
  verdict("seccomp-listener", syscall(SYS_seccomp, 1, 8, NULL));
}

static void clocks_and_names(void) {
  verdict("clock_settime", syscall(SYS_clock_settime, 0x7fffffff, nowhere));
  verdict("settimeofday", syscall(SYS_settimeofday, nowhere, nowhere));
  verdict("adjtimex", syscall(SYS_adjtimex, nowhere));
  verdict("clock_adjtime", syscall(SYS_clock_adjtime, 0x7fffffff, nowhere));
  verdict("sethostname", syscall(SYS_sethostname, nowhere, -1));
  verdict("setdomainname", syscall(SYS_setdomainname, nowhere, -1));
}

static void files_without_path(void) {
  verdict("open_by_handle_at", syscall(SYS_open_by_handle_at, -1, nowhere, 0));
  verdict(
      "name_to_handle_at",
      syscall(SYS_name_to_handle_at, -1, nowhere, nowhere, nowhere, bad_flags));
  verdict("fanotify_init", syscall(SYS_fanotify_init, 0x200 | bad_flags, 0));
  verdict("fanotify_mark", syscall(SYS_fanotify_mark, -1, bad_flags, 0, -1, nowhere));
}

static void kernel_itself(void) {
  verdict("bpf", syscall(SYS_bpf, -1, nowhere, 0));
  verdict("perf_event_open", syscall(SYS_perf_event_open, nowhere, 0, -1, -1, bad_flags));
  verdict("userfaultfd", syscall(SYS_userfaultfd, 1 | bad_flags));
  verdict("init_module", syscall(SYS_init_module, nowhere, 0, nowhere));
  verdict("finit_module", syscall(SYS_finit_module, -1, nowhere, bad_flags));
  verdict("delete_module", syscall(SYS_delete_module, nowhere, 0));
  verdict("kexec_load", syscall(SYS_kexec_load, 0, 0, nowhere, bad_flags));
  verdict("kexec_file_load", syscall(SYS_kexec_file_load, -1, -1, 0, nowhere, bad_flags));
  verdict("reboot", syscall(SYS_reboot, 0, 0, 0, NULL));
  verdict("swapon", syscall(SYS_swapon, nowhere, bad_flags));
  verdict("swapoff", syscall(SYS_swapoff, nowhere));
  verdict("quotactl_fd", syscall(SYS_quotactl_fd, -1, 0, 0, NULL));
  verdict("quotactl", syscall(SYS_quotactl, 0xffff, nowhere, 0, nowhere));
  verdict("acct", syscall(SYS_acct, nowhere));
  verdict("syslog", syscall(SYS_syslog, 10, NULL, 0));
  verdict("iopl", syscall(SYS_iopl, 4));
  verdict("ioperm", syscall(SYS_ioperm, 0, 0, 1));
  verdict("modify_ldt", syscall(SYS_modify_ldt, 0, NULL, 0));
  verdict("personality", syscall(SYS_personality, ADDR_NO_RANDOMIZE));
}

/// What runtimes probe for and do without.
static void not_there(void) {
  verdict("clone3", syscall(SYS_clone3, NULL, 0));
  verdict("io_uring_setup", syscall(SYS_io_uring_setup, 0, nowhere));
  verdict("io_uring_enter", syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0));
  verdict("io_uring_register", syscall(SYS_io_uring_register, -1, 0, NULL, 0));
  verdict("keyctl", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
  verdict("add_key", syscall(SYS_add_key, nowhere, nowhere, NULL, 0, 0));
  verdict("request_key", syscall(SYS_request_key, nowhere, nowhere, NULL, 0));
  verdict("remap_file_pages", syscall(SYS_remap_file_pages, 1, 0, 1, 0, 0));
}

int calls(int count, char **arguments) {
  (void)count, (void)arguments;
  mount_calls();
  other_processes();
  kernel_itself();
  clocks_and_names();
  files_without_path();
  not_there();
  return 0;
}

/// clone(2) with one namespace flag; a child that comes to be ends at once.
static void clone_with(const char *name, unsigned long flag) {
  const long child = syscall(SYS_clone, flag | SIGCHLD, NULL, NULL, NULL, 0);
  if (child == 0) _exit(0);
  verdict(name, child);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
}

int namespaces(int count, char **arguments) {
  (void)count, (void)arguments;
  clone_with("clone-mount", CLONE_NEWNS);
  clone_with("clone-process", CLONE_NEWPID);
  clone_with("clone-network", CLONE_NEWNET);
  clone_with("clone-ipc", CLONE_NEWIPC);
  clone_with("clone-uts", CLONE_NEWUTS);
  clone_with("clone-cgroup", CLONE_NEWCGROUP);
  clone_with("clone-user", CLONE_NEWUSER);
  verdict("setns", syscall(SYS_setns, -1, 0));
  // From here on nothing is undone: each of these succeeds at most for this process.
  verdict("unshare-files", syscall(SYS_unshare, CLONE_FILES));
  verdict("unshare-user", syscall(SYS_unshare, CLONE_NEWUSER));
  return 0;
}

int unknown_numbers(int count, char **arguments) {
  (void)count, (void)arguments;
  verdict("number-400", syscall(400));
  verdict("number-1000", syscall(1000));
  verdict("number-9999", syscall(9999));
  verdict("uselib", syscall(SYS_uselib, nowhere));
  verdict("nfsservctl", syscall(SYS_nfsservctl));
  return 0;
}

/// What must go on working beside all that.
int ordinary(int count, char **arguments) {
  (void)count, (void)arguments;
  clone_with("clone", 0);
  verdict("personality-query", syscall(SYS_personality, 0xffffffff));
  verdict("personality-linux", syscall(SYS_personality, PER_LINUX));
  verdict("mode-without-create", syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY, 06777));
  verdict("chmod", (long)open("plain", O_CREAT | O_WRONLY, 0644) == -1 ? -1 : chmod("plain", 0755));
  verdict("fifo", mknod("fifo", S_IFIFO | 0600, 0));
  verdict("window-size", syscall(SYS_ioctl, 0, 0x5413, nowhere));
  const struct timespec instant = {.tv_nsec = 1};
  verdict("nanosleep", nanosleep(&instant, NULL));
  return 0;
}
