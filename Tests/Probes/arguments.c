// System calls that depend on their arguments: socket families, terminal injection, file modes.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void family(const char *name, long number, long type) {
  const long descriptor = syscall(SYS_socket, number, type, 0);
  verdict(name, descriptor);
  if (descriptor >= 0) close((int)descriptor);
}

int families(int count, char **arguments) {
  (void)count, (void)arguments;
  int pair[2];
  family("unix", AF_UNIX, SOCK_STREAM);
  verdict("unix-pair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  family("inet", AF_INET, SOCK_STREAM);
  family("inet6", AF_INET6, SOCK_STREAM);
  family("inet-datagram", AF_INET, SOCK_DGRAM);
  family("inet-raw", AF_INET, SOCK_RAW);
  family("netlink", AF_NETLINK, SOCK_RAW);
  family("packet", AF_PACKET, SOCK_RAW);
  family("alg", AF_ALG, SOCK_SEQPACKET);
  family("vsock", AF_VSOCK, SOCK_STREAM);
  // The kernel reads 32 bits of a family, so high bits must not hide one.
  family("inet-high-bits", AF_INET | (1l << 32), SOCK_STREAM);
  return 0;
}

int terminal(int count, char **arguments) {
  (void)count, (void)arguments;
  static const unsigned long high = 1ul << 32;
  char letter = 'x';
  verdict("TIOCSTI", syscall(SYS_ioctl, 0, (unsigned long)TIOCSTI, &letter));
  verdict("TIOCSTI-high-bits", syscall(SYS_ioctl, 0, TIOCSTI | high, &letter));
  verdict("TIOCLINUX", syscall(SYS_ioctl, 0, (unsigned long)TIOCLINUX, &letter));
  verdict("TIOCLINUX-high-bits", syscall(SYS_ioctl, 0, TIOCLINUX | high, &letter));
  verdict("controlling-terminal", open("/dev/tty", O_RDWR | O_NOCTTY));
  return 0;
}

static void file_modes(const char *file, const char *suffix, unsigned bits) {
  char name[64];
  const int descriptor = open(file, O_CREAT | O_RDWR, 0600);
  const unsigned mode = bits | 0700;
#define NAMED(text) (snprintf(name, sizeof name, text "-%s", suffix), name)
  verdict(NAMED("chmod"), syscall(SYS_chmod, file, mode));
  verdict(NAMED("fchmod"), syscall(SYS_fchmod, descriptor, mode));
  verdict(NAMED("fchmodat"), syscall(SYS_fchmodat, AT_FDCWD, file, mode));
  unlink(file);
  verdict(NAMED("open"), syscall(SYS_open, file, O_CREAT | O_WRONLY, mode));
  unlink(file);
  verdict(NAMED("creat"), syscall(SYS_creat, file, mode));
  unlink(file);
  verdict(NAMED("openat"), syscall(SYS_openat, AT_FDCWD, file, O_CREAT | O_WRONLY, mode));
  unlink(file);
  verdict(NAMED("openat-temporary"), syscall(SYS_openat, AT_FDCWD, ".", O_TMPFILE | O_RDWR, mode));
  verdict(NAMED("mknod"), syscall(SYS_mknod, file, S_IFREG | mode, 0));
  unlink(file);
  verdict(NAMED("mknodat"), syscall(SYS_mknodat, AT_FDCWD, file, S_IFREG | mode, 0));
  unlink(file);
  close(descriptor);
#undef NAMED
}

/// The two calls whose mode has come, or is kept, where a filter of older kernels does not look.
static void newer_calls(const char *file) {
  const struct { unsigned long long flags, mode, resolve; } how = {O_CREAT | O_WRONLY, 04700, 0};
  verdict("openat2-set-uid", syscall(437, AT_FDCWD, file, &how, sizeof how));
  close(open(file, O_CREAT | O_RDWR, 0600));
  verdict("fchmodat2-set-uid", syscall(452, AT_FDCWD, file, 04700, 0));
  unlink(file);
}

int modes(int count, char **arguments) {
  (void)count, (void)arguments;
  file_modes("subject", "set-uid", S_ISUID);
  file_modes("subject", "set-gid", S_ISGID);
  newer_calls("subject");
  verdict("character-device", syscall(SYS_mknod, "device", S_IFCHR | 0600, makedev(1, 3)));
  unlink("device");
  verdict("block-device", syscall(SYS_mknod, "device", S_IFBLK | 0600, makedev(7, 0)));
  unlink("device");
  verdict(
      "character-device-at",
      syscall(SYS_mknodat, AT_FDCWD, "device", S_IFCHR | 0600, makedev(1, 3)));
  unlink("device");
  return 0;
}

/// What became of a child that made one call of another architecture.
static void print_end(const char *name, pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status))
    fact(name, "signal %d", WTERMSIG(status));
  else
    fact(name, "exit %d", WEXITSTATUS(status));
}

int foreign(int count, char **arguments) {
  (void)count, (void)arguments;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    long number = 20;  // getpid, in the table of i386
    __asm__ volatile("int $0x80" : "+a"(number) : : "memory", "r8", "r9", "r10", "r11");
    _exit(0);
  }
  print_end("int80", child);
  child = fork();
  if (child == 0) {
    syscall(0x40000000 | SYS_getpid);
    _exit(0);
  }
  print_end("x32", child);
  return 0;
}
