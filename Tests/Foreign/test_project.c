// After cases of the Linux Test Project: calls that want privilege, and the openings of old
// vulnerabilities, as far as they harm nothing where they succeed.
#include "foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <unistd.h>

static long chroot01(void) { return chroot("."); }
static long mount03(void) { return mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND, NULL); }
static long umount02(void) { return umount2("/dev", MNT_EXPIRE | MNT_FORCE); }
static long pivot_root01(void) { return syscall(SYS_pivot_root, "/", "/"); }
static long unshare02(void) { return unshare(CLONE_NEWUTS | CLONE_NEWIPC); }
static long setns01(void) { return setns(open("/proc/self/ns/uts", O_RDONLY), CLONE_NEWUTS); }
static long sethostname03(void) { return syscall(SYS_sethostname, "", -1); }
static long adjtimex02(void) {
  struct timex change = {.modes = ADJ_TICK, .tick = 1};
  return adjtimex(&change);
}
static long acct01(void) { return acct("/nonexistent/file"); }
static long swapon03(void) { return syscall(SYS_swapon, "/nonexistent/file", 0); }
static long quotactl01(void) { return quotactl(QCMD(0x7fffff, 0), "/nonexistent", 0, NULL); }
static long reboot02(void) { return syscall(SYS_reboot, 1, 2, 3, NULL); }
static long init_module02(void) { return syscall(SYS_init_module, NULL, 0, NULL); }
static long bpf_map01(void) { return syscall(SYS_bpf, 0x7fff, NULL, 0); }
static long fanotify14(void) { return fanotify_init(0x80000000u, 0); }
static long perf_event_open01(void) { return syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0ul); }
static long userfaultfd01(void) { return syscall(SYS_userfaultfd, O_CLOEXEC); }
static long io_uring01(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long keyctl01(void) {
  return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 1);
}
static long add_key02(void) {
  return syscall(SYS_add_key, "user", "foreign", "x", 1, KEY_SPEC_PROCESS_KEYRING);
}
static long mknod01(void) {
  const long result = mknod("node", S_IFCHR | 0600, makedev(1, 3));
  const int code = errno;
  unlink("node");
  errno = code;
  return result;
}
static long setpriority02(void) { return setpriority(PRIO_PROCESS, 0, -1); }
static long sched_setscheduler03(void) {
  const struct sched_param highest = {.sched_priority = 1};
  return sched_setscheduler(0, SCHED_FIFO, &highest);
}
static long personality01(void) { return personality(ADDR_NO_RANDOMIZE); }
static long modify_ldt02(void) { return syscall(SYS_modify_ldt, 0, NULL, 0); }
static long iopl02(void) { return syscall(SYS_iopl, 1); }
static long open_by_handle(void) { return syscall(SYS_open_by_handle_at, -1, NULL, 0); }
static long process_vm01(void) {
  return syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}

/// CVE-2016-4997, CVE-2017-7308, CVE-2026-31431 and their like begin with one of these sockets.
static long packet_socket(void) { return socket(AF_PACKET, SOCK_RAW, 0); }
static long netlink_socket(void) { return socket(AF_NETLINK, SOCK_RAW, 0); }
static long raw_socket(void) { return socket(AF_INET, SOCK_RAW, 6); }
static long vsock_socket(void) { return socket(AF_VSOCK, SOCK_STREAM, 0); }

/// CVE-2016-10044: a context of asynchronous reading that is executable.
static long aio_executable(void) {
  unsigned long context = 0;
  if (personality(READ_IMPLIES_EXEC) == -1) return -1;
  return syscall(SYS_io_setup, 1, &context);
}

/// CVE-2017-5669: memory attached at address 0.
static long attach_at_zero(void) {
  void *const page = mmap(
      NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  return page == MAP_FAILED ? -1 : 0;
}

#define CASE(name) {#name, name}
const struct attempt test_project[] = {
    CASE(chroot01),       CASE(mount03),       CASE(umount02),
    CASE(pivot_root01),   CASE(unshare02),     CASE(setns01),
    CASE(sethostname03),  CASE(adjtimex02),
    CASE(acct01),         CASE(swapon03),      CASE(quotactl01),
    CASE(reboot02),       CASE(init_module02), CASE(bpf_map01),
    CASE(fanotify14),     CASE(perf_event_open01), CASE(userfaultfd01),
    CASE(io_uring01),     CASE(keyctl01),      CASE(add_key02),
    CASE(mknod01),          CASE(setpriority02),
    CASE(sched_setscheduler03), CASE(personality01), CASE(modify_ldt02),
    CASE(iopl02),         CASE(open_by_handle), CASE(process_vm01),
    CASE(packet_socket),  CASE(netlink_socket), CASE(raw_socket),
    CASE(vsock_socket),   CASE(aio_executable), CASE(attach_at_zero),
    {NULL, NULL},
};
