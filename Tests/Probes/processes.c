// Programs that try to outlive their job, or to take more than their share.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/// A program that hangs by mistake must not stay on the machine for ever.
enum { lifetime_seconds = 120 };

static _Noreturn void sleep_on(void) {
  for (int second = 0; second < lifetime_seconds; second++) sleep(1);
  _exit(0);
}

/// Leaves a process with a session and a parent of its own, no descriptor, deaf to most signals;
/// prints its id. With an argument, goes on as `sleeper` instead of ending.
int survivor(int count, char **arguments) {
  int told[2];
  if (pipe(told) != 0) return 71;
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    setsid();
    for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
    const pid_t self = getpid();
    if (write(told[1], &self, sizeof self) != sizeof self) _exit(71);
    for (int number = 0; number < 1024; number++) close(number);
    sleep_on();
  }
  wait(NULL);
  pid_t left = 0;
  if (read(told[0], &left, sizeof left) != sizeof left) return 71;
  fact("survivor", "%d", left);
  return count == 0 ? 0 : sleeper(0, arguments);
}

/// Ends at once, but leaves a child that holds stdout and stderr open.
int holder(int count, char **arguments) {
  (void)count, (void)arguments;
  const pid_t child = fork();
  if (child == 0) sleep_on();
  fact("holder", "%d", child);
  return 7;
}

int sleeper(int count, char **arguments) {
  (void)count, (void)arguments;
  fact("ready", "%d", getpid());
  sleep_on();
}

/// Lives through every signal that can be ignored.
int stubborn(int count, char **arguments) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
  return sleeper(count, arguments);
}

static void say_so_and_end(int number) {
  (void)number;
  static const char text[] = "ended by TERM\n";
  (void)!write(1, text, sizeof text - 1);
  _exit(255);
}

/// Ends with 255 when it is asked to, as ffmpeg does.
int obedient(int count, char **arguments) {
  signal(SIGTERM, say_so_and_end);
  return sleeper(count, arguments);
}

/// forks COUNT: makes children, at most COUNT, until the kernel refuses; they sleep.
int forks(int count, char **arguments) {
  const int wanted = count > 0 ? atoi(arguments[0]) : 0;
  int made = 0;
  for (; made < wanted; made++) {
    const pid_t child = fork();
    if (child == 0) sleep_on();
    if (child < 0) break;
  }
  const int code = errno;
  fact("made", "%d", made);
  fact("stopped-by", "%s", made == wanted ? "nothing" : strerrorname_np(code));
  return 0;
}

/// flood [BYTES]: prints lines of 64 bytes, for ever or until BYTES are out.
int flood(int count, char **arguments) {
  const long long wanted = count > 0 ? atoll(arguments[0]) : -1;
  char block[1 << 16];
  memset(block, 'f', sizeof block);
  for (size_t end = 63; end < sizeof block; end += 64) block[end] = '\n';
  long long written = 0;
  while (wanted < 0 || written < wanted) {
    size_t size = sizeof block;
    if (wanted >= 0 && wanted - written < (long long)size) size = (size_t)(wanted - written);
    const ssize_t result = write(1, block, size);
    if (result < 0) return 74;
    written += result;
  }
  return 0;
}

int burn(int count, char **arguments) {
  (void)count, (void)arguments;
  for (volatile unsigned long turn = 0;; turn++) {}
}

/// write-file BYTES: writes a file of that size with SIGXFSZ ignored, and says how far it came.
int write_file(int count, char **arguments) {
  const long long wanted = count > 0 ? atoll(arguments[0]) : 0;
  signal(SIGXFSZ, SIG_IGN);
  const int file = open("big", O_CREAT | O_WRONLY, 0600);
  static const char block[1 << 16];
  long long written = 0;
  errno = 0;
  while (written < wanted) {
    const ssize_t result = write(file, block, sizeof block);
    if (result <= 0) break;
    written += result;
  }
  const int code = errno;
  fact("written", "%lld", written);
  fact("stopped-by", "%s", written >= wanted ? "nothing" : strerrorname_np(code));
  unlink("big");
  return 0;
}

/// allocate BYTES: asks for private memory of that size, without touching it.
int allocate(int count, char **arguments) {
  const size_t wanted = count > 0 ? (size_t)atoll(arguments[0]) : 0;
  void *memory = mmap(
      NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  verdict("allocate", memory == MAP_FAILED ? -1 : 0);
  return 0;
}

int lock_memory(int count, char **arguments) {
  const size_t wanted = count > 0 ? (size_t)atoll(arguments[0]) : 0;
  void *memory = mmap(NULL, wanted, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  verdict("lock", memory == MAP_FAILED ? -1 : mlock(memory, wanted));
  return 0;
}

/// open-many COUNT: opens up to COUNT descriptors more.
int open_many(int count, char **arguments) {
  const int wanted = count > 0 ? atoi(arguments[0]) : 0;
  int made = 0;
  while (made < wanted && open("/dev/null", O_RDONLY) >= 0) made++;
  const int code = errno;
  fact("highest", "%d", made + 2);
  fact("stopped-by", "%s", made == wanted ? "nothing" : strerrorname_np(code));
  return 0;
}

/// die SIGNAL: ends by that signal.
int die(int count, char **arguments) {
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  raise(count > 0 ? atoi(arguments[0]) : SIGKILL);
  return 70;
}
