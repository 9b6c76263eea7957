#include "probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  check *run;
} checks[] = {
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

int main(int count, char **arguments) {
  for (size_t index = 0; count > 1 && index < sizeof checks / sizeof checks[0]; index++)
    if (strcmp(checks[index].name, arguments[1]) == 0)
      return checks[index].run(count - 2, arguments + 2);
  fprintf(stderr, "probe: no check has this name\n");
  return 64;
}
