/* What a seccomp filter costs: to install, and in each call that it judges.
 *
 *     filter_cost ROUNDS PROGRAM...
 *
 * A PROGRAM is a file of struct sock_filter. The programs take turns, and each round installs one
 * in a process of its own; a line for each program has its instructions and the medians of
 * nanoseconds: installing, a call whose verdict the kernel caches (getppid; since 5.11 it walks no
 * filter then, kernel/seccomp.c, seccomp_cache_check_allow), and two whose arguments are looked at
 * (ioctl and clone3 with arguments that fail). `-` is no filter. */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 1000, PROGRAMS_MAX = 16, CALLS = 20000, FIGURES = 4 };

struct program {
  const char *name;
  struct sock_fprog code;
  double figures[FIGURES][ROUNDS_MAX];
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void load(struct program *program, const char *path) {
  static const char none[] = "-";
  program->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  if (strcmp(path, none) == 0) return;
  FILE *file = fopen(path, "rb");
  struct sock_filter *code = calloc(BPF_MAXINSNS, sizeof *code);
  if (!file || !code) {
    perror(path);
    exit(1);
  }
  program->code.len = (unsigned short)fread(code, sizeof *code, BPF_MAXINSNS, file);
  program->code.filter = code;
  fclose(file);
}

static double each(int kind) {
  const double start = now();
  for (int call = 0; call < CALLS; call++) {
    if (kind == 0) syscall(SYS_getppid);
    if (kind == 1) syscall(SYS_ioctl, -1, 0, 0);
    if (kind == 2) syscall(SYS_clone3, 0, 0);
  }
  return (now() - start) / CALLS;
}

static void measure(const struct program *program, double *figures) {
  if (program->code.len > 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    const double start = now();
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program->code) != 0) _exit(1);
    figures[0] = now() - start;
  }
  for (int kind = 0; kind < 3; kind++) figures[1 + kind] = each(kind);
}

static int order(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

int main(int count, char **arguments) {
  static struct program programs[PROGRAMS_MAX];
  const int rounds = count > 2 ? atoi(arguments[1]) : 0;
  if (rounds < 1 || rounds > ROUNDS_MAX || count - 2 > PROGRAMS_MAX) {
    fprintf(stderr, "usage: filter_cost ROUNDS PROGRAM...\n");
    return 64;
  }
  for (int index = 0; index < count - 2; index++) load(&programs[index], arguments[index + 2]);
  double *shared = mmap(
      NULL, sizeof(double) * FIGURES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 71;
  for (int round = 0; round < rounds; round++) {
    for (int index = 0; index < count - 2; index++) {
      memset(shared, 0, sizeof(double) * FIGURES);
      const pid_t child = fork();
      if (child == 0) {
        measure(&programs[index], shared);
        _exit(0);
      }
      int status = 0;
      if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status)) return 71;
      for (int figure = 0; figure < FIGURES; figure++)
        programs[index].figures[figure][round] = shared[figure];
    }
  }
  printf("%-20s %12s %12s %12s %12s %12s\n", "program", "instructions", "install", "cached",
         "ioctl", "clone3");
  for (int index = 0; index < count - 2; index++) {
    printf("%-20s %12d", programs[index].name, programs[index].code.len);
    for (int figure = 0; figure < FIGURES; figure++) {
      qsort(programs[index].figures[figure], (size_t)rounds, sizeof(double), order);
      printf(" %12.0f", programs[index].figures[figure][rounds / 2]);
    }
    printf("\n");
  }
  return 0;
}
