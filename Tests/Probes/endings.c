// Programs that end in their own way when they are asked to, and that use memory of other kinds.
#include "probe.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// What is left behind by mistake must not stay for ever.
enum { lifetime_seconds = 120 };

static volatile sig_atomic_t asked;

static void note(int number) { asked = number; }

static void wait_to_be_asked(void) {
  fact("ready", "%d", getpid());
  for (int second = 0; second < lifetime_seconds && asked == 0; second++) sleep(1);
}

/// late-ender MILLISECONDS: at TERM it works on for so long, and then says that it is whole and
/// exits 0, as an encoder does that empties its queue.
int late_ender(int count, char **arguments) {
  signal(SIGTERM, note);
  wait_to_be_asked();
  const long wanted = count > 0 ? atol(arguments[0]) : 0;
  struct timespec left = {wanted / 1000, wanted % 1000 * 1000000};
  while (nanosleep(&left, &left) != 0) {}
  fact("whole", "%d", (int)asked);
  return 0;
}

/// end-on-interrupt: deaf to TERM; at INT it ends with 3.
int end_on_interrupt(int count, char **arguments) {
  (void)count, (void)arguments;
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, note);
  wait_to_be_asked();
  return 3;
}

/// polite-at-cpu-limit: computes until SIGXCPU, and takes that for a stop: exits 0.
int polite_at_cpu_limit(int count, char **arguments) {
  (void)count, (void)arguments;
  signal(SIGXCPU, note);
  for (volatile unsigned long turn = 0; asked == 0; turn++) {}
  return 0;
}

static void touch(char *memory, long long bytes) {
  for (long long byte = 0; byte < bytes; byte += 4096) memory[byte] = 1;
}

/// touch-shared BYTES: writes to every page of shared memory, and then waits.
int touch_shared(int count, char **arguments) {
  const long long wanted = count > 0 ? atoll(arguments[0]) : 0;
  char *memory =
      mmap(NULL, (size_t)wanted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 71;
  touch(memory, wanted);
  fact("touched", "%lld", wanted);
  if (count > 1) sleep(lifetime_seconds);
  return 0;
}

/// hold-memory-file BYTES: fills a memory file that nothing maps, and then waits.
int hold_memory_file(int count, char **arguments) {
  const long long wanted = count > 0 ? atoll(arguments[0]) : 0;
  static const char block[1 << 16];
  const int file = memfd_create("held", MFD_CLOEXEC);
  if (file < 0) return 71;
  for (long long written = 0; written < wanted; written += (long long)sizeof block)
    if (write(file, block, sizeof block) != (ssize_t)sizeof block) return 74;
  fact("held", "%lld", wanted);
  if (count > 1) sleep(lifetime_seconds);
  return 0;
}
