// What a service that somebody has taken over could ask of the kernel: a system call is made in its
// main thread, by ptrace(2), and the thread goes on where it was.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { page = 4096, text_argument = -2, page_argument = -3 };

struct request {
  const char *name;
  long number;
  /// text_argument stands for the address of `text`, page_argument for a page of the stack.
  long arguments[6];
  const char *text;
};

#if defined(__x86_64__)
static const struct request requests[] = {
    {"identify", SYS_getpid, {0}, ""},
    {"read-hosts", SYS_openat, {AT_FDCWD, text_argument, O_RDONLY}, "/etc/hosts"},
    {"run-program", SYS_execve, {text_argument, 0, 0}, "/bin/true"},
    {"start-process", SYS_clone, {0x800 /* CLONE_SIGHAND alone: never done */}, ""},
    {"map-code", SYS_mmap, {0, page, 5, 0x22, -1, 0}, ""},
    {"write-code", SYS_mprotect, {page_argument, page, 7}, ""},
    {"listen", SYS_listen, {-1, 1}, ""},
    {"audit-socket", SYS_socket, {16, 3, 9}, ""},
    {"signal", SYS_kill, {0, 0}, ""},
    {"read-program", SYS_openat, {AT_FDCWD, text_argument, O_RDONLY}, "/usr/bin/env"},
    {"list-root", SYS_openat, {AT_FDCWD, text_argument, O_RDONLY | O_DIRECTORY}, "/"},
    {"list-etc", SYS_openat, {AT_FDCWD, text_argument, O_RDONLY | O_DIRECTORY}, "/etc"},
    {"write-tmp", SYS_openat, {AT_FDCWD, text_argument, O_TMPFILE | O_WRONLY, 0600}, "/tmp"},
    {"new-namespace", SYS_unshare, {0x10000000}, ""},
    {"io-uring", SYS_io_uring_setup, {0, 0}, ""},
};

static int stopped(pid_t thread) {
  int status = 0;
  return waitpid(thread, &status, __WALL) == thread && WIFSTOPPED(status) ? 0 : -1;
}

static int put(pid_t thread, unsigned long address, const char *text) {
  char bytes[64] = {0};
  strncpy(bytes, text, sizeof bytes - 1);
  struct iovec here = {bytes, sizeof bytes};
  struct iovec there = {(void *)address, sizeof bytes};
  return process_vm_writev(thread, &here, 1, &there, 1, 0) == sizeof bytes ? 0 : -1;
}

/// Makes the call in the stopped thread, which stands behind an instruction `syscall`.
static int call_in(pid_t thread, const struct request *request, long *result) {
  struct user_regs_struct before;
  if (ptrace(PTRACE_GETREGS, thread, 0, &before) != 0) return -1;
  struct user_regs_struct now = before;
  const unsigned long text = (before.rsp - 1024) & ~15ul;
  unsigned long values[6];
  if (put(thread, text, request->text) != 0) return -1;
  for (size_t index = 0; index < 6; index++) {
    const long value = request->arguments[index];
    values[index] = value == text_argument   ? text
                    : value == page_argument ? text & ~(unsigned long)(page - 1)
                                             : (unsigned long)value;
  }
  now.rip -= 2;
  now.rax = (unsigned long)request->number;
  now.orig_rax = ~0ul;
  now.rdi = values[0], now.rsi = values[1], now.rdx = values[2];
  now.r10 = values[3], now.r8 = values[4], now.r9 = values[5];
  if (ptrace(PTRACE_SETREGS, thread, 0, &now) != 0) return -1;
  for (int stop = 0; stop < 2; stop++)
    if (ptrace(PTRACE_SYSCALL, thread, 0, 0) != 0 || stopped(thread) != 0) return -1;
  if (ptrace(PTRACE_GETREGS, thread, 0, &now) != 0) return -1;
  *result = (long)now.rax;
  // An interrupted call is told so: nothing restarts it here.
  if ((long)before.rax <= -512 && (long)before.rax >= -516) before.rax = (unsigned long)-EINTR;
  before.orig_rax = ~0ul;
  return ptrace(PTRACE_SETREGS, thread, 0, &before) == 0 ? 0 : -1;
}

/// Whether the stopped thread stands behind an instruction `syscall` that it has made.
static int is_in_call(pid_t thread) {
  struct user_regs_struct now;
  if (ptrace(PTRACE_GETREGS, thread, 0, &now) != 0 || (long)now.orig_rax < 0) return 0;
  const long word = ptrace(PTRACE_PEEKTEXT, thread, (void *)(now.rip - 2), 0);
  return (word & 0xffff) == 0x050f;
}

/// inject PID CALL: prints what the call of that name answers in the main thread of the process.
int inject(int count, char **arguments) {
  if (count != 2) return 64;
  const pid_t thread = atoi(arguments[0]);
  const struct request *found = NULL;
  for (size_t index = 0; index < sizeof requests / sizeof requests[0]; index++)
    if (strcmp(requests[index].name, arguments[1]) == 0) found = &requests[index];
  if (found == NULL) return 64;
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0) return 71;
  // A thread that runs is let go on until it is found in a system call.
  for (;;) {
    if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0 || stopped(thread) != 0) return 71;
    if (is_in_call(thread)) break;
    if (ptrace(PTRACE_CONT, thread, 0, 0) != 0) return 71;
    usleep(1000);
  }
  long result = 0;
  if (call_in(thread, found, &result) != 0) return 71;
  ptrace(PTRACE_DETACH, thread, 0, 0);
  if (result < 0) errno = (int)-result;
  verdict("answer", result < 0 ? -1 : 0);
  return 0;
}
#else
int inject(int count, char **arguments) {
  (void)count;
  (void)arguments;
  return 69;
}
#endif
