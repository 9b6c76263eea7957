#include "probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static check again;

static const struct {
  const char *name;
  check *run;
} checks[] = {
    {"again", again},
    {"identity", identity},
    {"regain", regain},
    {"become", become},
    {"execute", execute},
    {"grant-capability", grant_capability},
    {"calls", calls},
    {"namespaces", namespaces},
    {"families", families},
    {"terminal", terminal},
    {"modes", modes},
    {"foreign", foreign},
    {"unknown-numbers", unknown_numbers},
    {"ordinary", ordinary},
    {"descriptors", descriptors},
    {"surroundings", surroundings},
    {"environment", environment},
    {"limits", limits},
    {"signals", signals},
    {"read-input", read_input},
    {"survivor", survivor},
    {"holder", holder},
    {"stubborn", stubborn},
    {"obedient", obedient},
    {"forks", forks},
    {"flood", flood},
    {"burn", burn},
    {"write-file", write_file},
    {"allocate", allocate},
    {"lock-memory", lock_memory},
    {"open-many", open_many},
    {"tree", tree},
    {"sleeper", sleeper},
    {"die", die},
    {"print-arguments", print_arguments},
    {"masked", masked},
    {"read-paths", read_paths},
    {"write-paths", write_paths},
    {"list", list},
    {"links", links},
    {"own-program", own_program},
    {"escape", escape},
    {"others", others},
    {"interfere", interfere_with},
    {"kill-everything", kill_everything},
    {"work", work},
    {"touch-memory", touch_memory},
    {"bomb", bomb},
    {"threads", threads},
    {"stop-self", stop_self},
    {"ignore-cpu-limit", ignore_cpu_limit},
    {"cores", cores},
    {"fill", fill},
    {"inodes", inodes},
    {"sparse", sparse},
    {"drip", drip},
    {"after-close", after_close},
    {"late-talker", late_talker},
    {"count-arguments", count_arguments},
    {"speaker", speaker},
    {"listener", listener},
    {"watcher", watcher},
    {"say", say},
    {"memory-files", memory_files},
    {"write-or-execute", write_or_execute},
    {"run-written", run_written},
    {"reopen-streams", reopen_streams},
    {"takeover", takeover},
    {"inject", inject},
    {"tcp-server", tcp_server},
    {"ports", ports},
    {"scheduling", scheduling},
    {"await-terms", await_terms},
    {"late-ender", late_ender},
    {"end-on-interrupt", end_on_interrupt},
    {"polite-at-cpu-limit", polite_at_cpu_limit},
    {"touch-shared", touch_shared},
    {"hold-memory-file", hold_memory_file},
};

void fact(const char *name, const char *format, ...) {
  va_list values;
  va_start(values, format);
  printf("%s ", name);
  vprintf(format, values);
  putchar('\n');
  fflush(stdout);
  va_end(values);
}

void verdict(const char *name, long result) {
  const int code = errno;
  fact(name, "%s", result == -1 ? strerrorname_np(code) : "ok");
}

static check *check_named(const char *name) {
  for (size_t index = 0; index < sizeof checks / sizeof checks[0]; index++)
    if (strcmp(checks[index].name, name) == 0) return checks[index].run;
  return NULL;
}

/// again NAME [argument...]: that check in child after child, silently, for a minute at most.
static int again(int count, char **arguments) {
  check *const run = count > 0 ? check_named(arguments[0]) : NULL;
  if (run == NULL) return 64;
  const time_t end = time(NULL) + 60;
  while (time(NULL) < end) {
    const pid_t child = fork();
    if (child == 0) {
      if (freopen("/dev/null", "w", stdout) == NULL) _exit(71);
      _exit(run(count - 1, arguments + 1));
    }
    if (child > 0) waitpid(child, NULL, 0);
  }
  return 0;
}

int main(int count, char **arguments) {
  check *const run = count > 1 ? check_named(arguments[1]) : NULL;
  if (run != NULL) return run(count - 2, arguments + 2);
  fprintf(stderr, "probe: no check has this name\n");
  return 64;
}
