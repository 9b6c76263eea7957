// Programs that take all they can get of one thing, and one that works beside them.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  /// What is left behind by mistake must not stay for ever.
  lifetime_seconds = 60,
  block_bytes = 1 << 20,
  file_blocks = 64,
};

static long long number(int count, char **arguments, int index) {
  return count > index ? atoll(arguments[index]) : 0;
}

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void print_stop(const char *name, long long made, long long wanted, int code) {
  fact(name, "%lld", made);
  fact("stopped-by", "%s", made >= wanted ? "nothing" : strerrorname_np(code));
}

/// work MILLIONS: a fixed amount of arithmetic on one processor; prints what it took.
int work(int count, char **arguments) {
  const double wall = seconds(CLOCK_MONOTONIC);
  const long long turns = number(count, arguments, 0) * 1000000;
  unsigned long long state = 88172645463325252ull;
  for (long long turn = 0; turn < turns; turn++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  fact("sum", "%llx", state);
  fact("wall-ms", "%.0f", (seconds(CLOCK_MONOTONIC) - wall) * 1000);
  fact("processor-ms", "%.0f", seconds(CLOCK_PROCESS_CPUTIME_ID) * 1000);
  return 0;
}

/// touch-memory BYTES: takes memory a block at a time and writes to every page of it.
int touch_memory(int count, char **arguments) {
  const long long wanted = number(count, arguments, 0);
  long long touched = 0;
  while (touched < wanted) {
    char *block =
        mmap(NULL, block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) break;
    for (int byte = 0; byte < block_bytes; byte += 4096) block[byte] = 1;
    touched += block_bytes;
  }
  print_stop("touched", touched, wanted, errno);
  return 0;
}

/// bomb: every process that comes to be goes on making more, whatever the kernel answers.
int bomb(int count, char **arguments) {
  (void)count, (void)arguments;
  const double end = seconds(CLOCK_MONOTONIC) + lifetime_seconds;
  fact("ready", "%d", getpid());
  while (seconds(CLOCK_MONOTONIC) < end) (void)!fork();
  return 0;
}

static void *hang_on(void *unused) {
  sleep(lifetime_seconds);
  return unused;
}

/// threads COUNT: starts threads until the kernel refuses.
int threads(int count, char **arguments) {
  const long long wanted = number(count, arguments, 0);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  long long made = 0;
  int failure = 0;
  for (; made < wanted; made++) {
    pthread_t thread;
    failure = pthread_create(&thread, &attributes, hang_on, NULL);
    if (failure != 0) break;
  }
  print_stop("made", made, wanted, failure);
  return 0;
}

/// stop-self: stops, and whenever somebody wakes it stops again.
int stop_self(int count, char **arguments) {
  (void)count, (void)arguments;
  fact("ready", "%d", getpid());
  const double end = seconds(CLOCK_MONOTONIC) + lifetime_seconds;
  while (seconds(CLOCK_MONOTONIC) < end) raise(SIGSTOP);
  return 0;
}

/// ignore-cpu-limit: computes on, deaf to the limit's own signal and to TERM.
int ignore_cpu_limit(int count, char **arguments) {
  (void)count, (void)arguments;
  signal(SIGXCPU, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  fact("ready", "%d", getpid());
  for (volatile unsigned long turn = 0;; turn++) {}
}

/// cores COUNT: that many children die of a bug each; counts the memory images they left.
int cores(int count, char **arguments) {
  const long long wanted = number(count, arguments, 0);
  struct rlimit limit;
  getrlimit(RLIMIT_CORE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_CORE, &limit);
  int died = 0, dumped = 0;
  for (long long index = 0; index < wanted; index++) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) abort();
    int status = 0;
    if (waitpid(child, &status, 0) != child) break;
    died += WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    dumped += WIFSIGNALED(status) && WCOREDUMP(status);
  }
  fact("died", "%d", died);
  fact("dumped", "%d", dumped);
  return 0;
}

/// fill FOLDER BYTES: writes files of 64 MiB each until there is no room, and removes them.
int fill(int count, char **arguments) {
  if (count < 2 || chdir(arguments[0]) != 0) return 64;
  const long long wanted = number(count, arguments, 1);
  static const char block[block_bytes];
  signal(SIGXFSZ, SIG_IGN);
  long long written = 0;
  int files = 0, code = 0;
  while (written < wanted && code == 0) {
    char name[32];
    snprintf(name, sizeof name, "fill-%d", files++);
    const int file = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    code = file < 0 ? errno : 0;
    for (int index = 0; index < file_blocks && code == 0 && written < wanted; index++) {
      const ssize_t result = write(file, block, sizeof block);
      if (result <= 0) code = errno;
      else written += result;
    }
    close(file);
  }
  print_stop("written", written, wanted, code);
  for (int index = 0; index < files; index++) {
    char name[32];
    snprintf(name, sizeof name, "fill-%d", index);
    unlink(name);
  }
  return 0;
}

/// inodes FOLDER COUNT: makes empty files until the kernel refuses, and removes them.
int inodes(int count, char **arguments) {
  if (count < 2 || chdir(arguments[0]) != 0) return 64;
  const long long wanted = number(count, arguments, 1);
  long long made = 0;
  char name[32];
  for (; made < wanted; made++) {
    snprintf(name, sizeof name, "inode-%lld", made);
    const int file = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) break;
    close(file);
  }
  print_stop("made", made, wanted, errno);
  for (long long index = 0; index < made; index++) {
    snprintf(name, sizeof name, "inode-%lld", index);
    unlink(name);
  }
  return 0;
}

/// sparse BYTES: tries to make a file of that size without writing it.
int sparse(int count, char **arguments) {
  const long long wanted = number(count, arguments, 0);
  signal(SIGXFSZ, SIG_IGN);
  const int file = open("sparse", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return 71;
  verdict("truncate", ftruncate(file, wanted));
  verdict("write-far", pwrite(file, "x", 1, wanted - 1));
  struct stat status;
  if (fstat(file, &status) != 0) return 71;
  fact("size", "%lld", (long long)status.st_size);
  unlink("sparse");
  return 0;
}

/// drip COUNT: one byte a second.
int drip(int count, char **arguments) {
  for (long long index = number(count, arguments, 0); index > 0; index--) {
    (void)!write(1, ".", 1);
    sleep(1);
  }
  return 0;
}

/// after-close: gives up its output and goes on for a moment; ends with 5.
int after_close(int count, char **arguments) {
  (void)count, (void)arguments;
  fact("before", "%d", getpid());
  close(1);
  close(2);
  const struct timespec moment = {.tv_nsec = 300000000};
  nanosleep(&moment, NULL);
  return write(1, "x", 1) == -1 && errno == EBADF ? 5 : 6;
}

/// late-talker: ends soon, but its child goes on printing.
int late_talker(int count, char **arguments) {
  (void)count, (void)arguments;
  signal(SIGPIPE, SIG_IGN);
  int said[2];
  if (pipe(said) != 0) return 71;
  const pid_t child = fork();
  const double end = seconds(CLOCK_MONOTONIC) + lifetime_seconds;
  if (child == 0) {
    // Two that write to one file at one time may overwrite each other.
    char none;
    close(said[1]);
    (void)!read(said[0], &none, 1);
    while (seconds(CLOCK_MONOTONIC) < end) {
      (void)!write(1, "late\n", 5);
      usleep(1000);
    }
    _exit(0);
  }
  fact("talker", "%d", child);
  close(said[1]);
  usleep(20000);
  return 0;
}

int count_arguments(int count, char **arguments) {
  size_t bytes = 0;
  for (int index = 0; index < count; index++) bytes += strlen(arguments[index]);
  fact("count", "%d", count);
  fact("bytes", "%zu", bytes);
  return 0;
}
