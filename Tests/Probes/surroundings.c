// What a program finds around itself when it starts.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

enum { descriptors_max = 65536 };

static const char *kind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFIFO: return "pipe";
    case S_IFSOCK: return "socket";
    case S_IFCHR: return "character-device";
    case S_IFREG: return "file";
    default: return "other";
  }
}

int descriptors(int count, char **arguments) {
  (void)count, (void)arguments;
  char list[1024] = "";
  for (int number = 0; number < descriptors_max; number++) {
    if (fcntl(number, F_GETFD) == -1) continue;
    const size_t used = strlen(list);
    snprintf(list + used, sizeof list - used, "%s%d", used == 0 ? "" : " ", number);
  }
  fact("open", "%s", list);
  for (int number = 0; number < 3; number++) {
    struct stat status;
    char name[32];
    snprintf(name, sizeof name, "kind-%d", number);
    fact(name, "%s", fstat(number, &status) == 0 ? kind(status.st_mode) : "closed");
  }
  return 0;
}

int surroundings(int count, char **arguments) {
  (void)count, (void)arguments;
  char folder[PATH_MAX] = "";
  struct stat status;
  fact("folder", "%s", getcwd(folder, sizeof folder) == NULL ? "none" : folder);
  if (stat(".", &status) == 0) {
    fact("folder-mode", "%o", status.st_mode & 07777);
    fact("folder-owner", "%u %u", status.st_uid, status.st_gid);
  }
  verdict("folder-writable", open("file", O_CREAT | O_EXCL | O_WRONLY, 0600));
  verdict("outside-writable", access("..", W_OK));
  verdict("siblings-listable", open("..", O_RDONLY | O_DIRECTORY));
  const mode_t mask = umask(0);
  fact("umask", "%o", mask);
  fact("process", "%d", getpid());
  fact("session-leader", "%s", getsid(0) == getpid() ? "yes" : "no");
  fact("group-leader", "%s", getpgrp() == getpid() ? "yes" : "no");
  return 0;
}

int environment(int count, char **arguments) {
  (void)count, (void)arguments;
  for (char **entry = environ; *entry != NULL; entry++) puts(*entry);
  return 0;
}

static const struct {
  const char *name;
  __rlimit_resource_t resource;
} resources[] = {
    {"cpu", RLIMIT_CPU},         {"file-size", RLIMIT_FSIZE},  {"data", RLIMIT_DATA},
    {"stack", RLIMIT_STACK},     {"core", RLIMIT_CORE},        {"processes", RLIMIT_NPROC},
    {"open-files", RLIMIT_NOFILE}, {"locked-memory", RLIMIT_MEMLOCK}, {"address-space", RLIMIT_AS},
    {"pending-signals", RLIMIT_SIGPENDING}, {"message-queues", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE},       {"real-time", RLIMIT_RTPRIO},
};

/// limits: prints each as `name soft hard`, then tries to raise each hard limit by one.
int limits(int count, char **arguments) {
  (void)count, (void)arguments;
  for (size_t index = 0; index < sizeof resources / sizeof resources[0]; index++) {
    struct rlimit limit;
    if (getrlimit(resources[index].resource, &limit) != 0) return 71;
    fact(resources[index].name, "%lld %lld", (long long)limit.rlim_cur, (long long)limit.rlim_max);
    if (limit.rlim_max == RLIM_INFINITY) continue;
    char name[64];
    snprintf(name, sizeof name, "raise-%s", resources[index].name);
    limit.rlim_max++;
    verdict(name, setrlimit(resources[index].resource, &limit));
  }
  return 0;
}

int signals(int count, char **arguments) {
  (void)count, (void)arguments;
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  char changed[1024] = "", blocked[1024] = "";
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    char text[16];
    snprintf(text, sizeof text, " %d", number);
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
      strcat(changed, text);
    if (sigismember(&mask, number) == 1) strcat(blocked, text);
  }
  fact("not-default", "%s", changed[0] == 0 ? "none" : changed + 1);
  fact("blocked", "%s", blocked[0] == 0 ? "none" : blocked + 1);
  return 0;
}

int read_input(int count, char **arguments) {
  (void)count, (void)arguments;
  char byte;
  const ssize_t result = read(0, &byte, 1);
  fact("read", "%zd", result);
  return 0;
}

int print_arguments(int count, char **arguments) {
  for (int index = 0; index < count; index++) fact("argument", "%s", arguments[index]);
  return 0;
}

/// reopen-streams: opens its own streams again by the names that shells know them by.
int reopen_streams(int count, char **arguments) {
  (void)count, (void)arguments;
  verdict("in", open("/dev/stdin", O_RDONLY | O_CLOEXEC));
  const int out = open("/dev/stdout", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  verdict("out", out);
  verdict("err", open("/dev/stderr", O_WRONLY | O_APPEND | O_CLOEXEC));
  verdict("out-by-number", open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC));
  if (out >= 0) dprintf(out, "said by-the-new-one\n");
  return 0;
}
