// What a program tries to reach that is not its own: files by every kind of path, and processes.
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/// More steps up than any path is deep.
enum { steps_up = 64 };

static long try_open(const char *path, int flags) {
  const int file = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0) return -1;
  close(file);
  return 0;
}

/// read-paths PATH...: opens each for reading; the path is the fact's name.
int read_paths(int count, char **arguments) {
  for (int index = 0; index < count; index++)
    verdict(arguments[index], try_open(arguments[index], O_RDONLY));
  return 0;
}

/// write-paths PATH...: opens each file for writing, makes and removes a file in each folder.
int write_paths(int count, char **arguments) {
  for (int index = 0; index < count; index++) {
    struct stat status;
    char name[PATH_MAX];
    long result = stat(arguments[index], &status);
    if (result == 0 && S_ISDIR(status.st_mode)) {
      snprintf(name, sizeof name, "%s/probe-%d-%ld", arguments[index], getpid(), random());
      result = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
      if (result >= 0 && unlink(name) != 0) result = -1;
    } else if (result == 0) {
      result = try_open(arguments[index], O_WRONLY);
    }
    verdict(arguments[index], result);
  }
  return 0;
}

/// list FOLDER...: the names in each, sorted, on one line.
int list(int count, char **arguments) {
  for (int index = 0; index < count; index++) {
    struct dirent **names;
    const int found = scandir(arguments[index], &names, NULL, alphasort);
    if (found < 0) {
      verdict(arguments[index], -1);
      continue;
    }
    printf("%s", arguments[index]);
    for (int name = 0; name < found; name++)
      if (strcmp(names[name]->d_name, ".") != 0 && strcmp(names[name]->d_name, "..") != 0)
        printf(" %s", names[name]->d_name);
    putchar('\n');
  }
  return 0;
}

/// links CANARY: tries to get at somebody else's file by other names than its own.
int links(int count, char **arguments) {
  if (count != 1) return 64;
  const char *canary = arguments[0];
  char path[PATH_MAX];
  verdict("plain", try_open(canary, O_RDONLY));
  if (symlink(canary, "symbolic") != 0) return 71;
  verdict("symbolic-read", try_open("symbolic", O_RDONLY));
  verdict("symbolic-write", try_open("symbolic", O_WRONLY | O_APPEND));
  verdict("symbolic-create", try_open("symbolic", O_WRONLY | O_CREAT | O_APPEND));
  verdict("hard-link", link(canary, "hard"));
  verdict("hard-link-of-system", link("/usr/bin/env", "hard-system"));
  snprintf(path, sizeof path, "/proc/self/root%s", canary);
  verdict("own-root-link", try_open(path, O_RDONLY));
  snprintf(path, sizeof path, "/proc/1/root%s", canary);
  verdict("init-root-link", try_open(path, O_RDONLY));
  size_t used = 0;
  for (int step = 0; step < steps_up; step++)
    used += (size_t)snprintf(path + used, sizeof path - used, "../");
  snprintf(path + used, sizeof path - used, "%s", canary + 1);
  verdict("dots", try_open(path, O_RDONLY));
  const int home = open(".", O_RDONLY | O_DIRECTORY);
  for (int step = 0; step < steps_up; step++)
    if (chdir("..") != 0) break;
  verdict("steps", try_open(canary + 1, O_RDONLY));
  if (fchdir(home) != 0) return 71;
  close(open("own", O_CREAT | O_WRONLY, 0600));
  verdict("rename-over", rename("own", canary));
  return 0;
}

/// own-program: tries to change the file that it is executed from, and to find it elsewhere.
int own_program(int count, char **arguments) {
  (void)count, (void)arguments;
  char path[PATH_MAX] = "";
  (void)!readlink("/proc/self/exe", path, sizeof path - 1);
  fact("path", "%s", path);
  verdict("chmod", chmod("/proc/self/exe", 0755));
  verdict("chown", chown("/proc/self/exe", getuid(), (gid_t)-1));
  verdict("touch", utimensat(AT_FDCWD, "/proc/self/exe", NULL, 0));
  char other[PATH_MAX + 8];
  snprintf(other, sizeof other, "%s.moved", path);
  const long moved = rename(path, other);
  verdict("rename", moved);
  if (moved == 0 && rename(other, path) != 0) return 71;
  // The file is busy while it runs: a shell takes its place, and gets at it by what is left open.
  if (dup2(open("/proc/self/exe", O_RDONLY), 9) != 9) return 71;
  execl(
      "/bin/sh", "sh", "-c", "(: >> /proc/self/fd/9) && echo write ok || echo write no",
      (char *)NULL);
  return 71;
}

static const char *canary_path;

static long canary_is_there(void) { return try_open(canary_path, O_RDONLY); }

/// The old way out of chroot: a root below the working folder, then steps up.
static long leave_by_chroot(void) {
  mkdir("jail", 0700);
  if (chroot("jail") != 0) return -1;
  for (int step = 0; step < steps_up; step++)
    if (chdir("..") != 0) break;
  if (chroot(".") != 0) return -1;
  return canary_is_there();
}

static long leave_by_user_namespace(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return -1;
  return mount("none", ".", "tmpfs", 0, NULL);
}

static long pivot(void) {
  mkdir("new", 0700);
  if (mount("new", "new", NULL, MS_BIND | MS_REC, NULL) != 0) return -1;
  mkdir("new/old", 0700);
  return syscall(SYS_pivot_root, "new", "new/old");
}

static void in_child(const char *name, long (*attempt)(void)) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    verdict(name, attempt());
    _exit(0);
  }
  if (child < 0)
    verdict(name, -1);
  else
    waitpid(child, NULL, 0);
}

static long mount_memory(void) { return mount("none", ".", "tmpfs", 0, NULL); }
static long mount_processes(void) { return mount("proc", ".", "proc", 0, NULL); }
static long bind_root(void) { return mount("/", ".", NULL, MS_BIND | MS_REC, NULL); }
static long make_writable(void) {
  return mount(NULL, "/proc", NULL, MS_REMOUNT | MS_BIND, NULL);
}
static long unmount(void) { return umount2("/proc", MNT_DETACH); }
static long clone_tree(void) { return syscall(SYS_open_tree, AT_FDCWD, "/", 1u /* CLONE */); }
static long new_file_system(void) { return syscall(SYS_fsopen, "tmpfs", 0); }
static long join_init(void) {
  const int init = open("/proc/1/ns/mnt", O_RDONLY);
  return init < 0 ? -1 : setns(init, CLONE_NEWNS);
}

/// escape CANARY: tries to leave its tree. Outside, run it in a mount namespace of its own.
int escape(int count, char **arguments) {
  if (count != 1) return 64;
  canary_path = arguments[0];
  in_child("chroot", leave_by_chroot);
  in_child("user-namespace", leave_by_user_namespace);
  in_child("mount-tmpfs", mount_memory);
  in_child("mount-proc", mount_processes);
  in_child("bind-root", bind_root);
  in_child("remount-writable", make_writable);
  in_child("open-tree", clone_tree);
  in_child("fsopen", new_file_system);
  in_child("join-init", join_init);
  in_child("unmount-proc", unmount);
  in_child("pivot-root", pivot);
  return 0;
}

static int opens(const char *process, const char *name, int flags) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "/proc/%s/%s", process, name);
  return try_open(path, flags) == 0;
}

/// others: what of processes that are not its own it can see and open.
int others(int count, char **arguments) {
  (void)count, (void)arguments;
  DIR *processes = opendir("/proc");
  if (processes == NULL) return 71;
  int seen = 0, command = 0, environment = 0, memory = 0, root = 0, folder = 0, files = 0;
  const struct dirent *entry;
  while ((entry = readdir(processes)) != NULL) {
    const int id = atoi(entry->d_name);
    if (id == 0 || id == getpid()) continue;
    seen++;
    command += opens(entry->d_name, "cmdline", O_RDONLY);
    environment += opens(entry->d_name, "environ", O_RDONLY);
    memory += opens(entry->d_name, "mem", O_RDWR);
    root += opens(entry->d_name, "root/.", O_RDONLY);
    folder += opens(entry->d_name, "cwd/.", O_RDONLY);
    files += opens(entry->d_name, "fd", O_RDONLY);
  }
  closedir(processes);
  fact("seen", "%d", seen);
  fact("command", "%d", command);
  fact("environment", "%d", environment);
  fact("memory", "%d", memory);
  fact("root", "%d", root);
  fact("folder", "%d", folder);
  fact("files", "%d", files);
  verdict("init-root", opens("1", "root/.", O_RDONLY) ? 0 : -1);
  verdict("init-environment", opens("1", "environ", O_RDONLY) ? 0 : -1);
  verdict("init-memory", opens("1", "mem", O_RDWR) ? 0 : -1);
  verdict("init-program", opens("1", "exe", O_RDONLY) ? 0 : -1);
  return 0;
}

/// In the same place of every process that runs this program.
static char readable;

static long interfere(pid_t victim, const char *way) {
  char byte;
  const struct iovec here = {&byte, 1}, there = {&readable, 1};
  struct rlimit limit;
  cpu_set_t set;
  char id[16];
  snprintf(id, sizeof id, "%d", victim);
  errno = ESRCH;
  if (strcmp(way, "kill-0") == 0) return kill(victim, 0);
  if (strcmp(way, "continue") == 0) return kill(victim, SIGCONT);
  if (strcmp(way, "tkill") == 0) return syscall(SYS_tkill, victim, SIGCONT);
  if (strcmp(way, "pidfd") == 0) return syscall(SYS_pidfd_open, victim, 0);
  if (strcmp(way, "ptrace") == 0) return ptrace(PTRACE_SEIZE, victim, NULL, NULL);
  if (strcmp(way, "read-memory") == 0) return process_vm_readv(victim, &here, 1, &there, 1, 0);
  if (strcmp(way, "limits") == 0) return prlimit(victim, RLIMIT_NOFILE, NULL, &limit);
  if (strcmp(way, "priority") == 0) return setpriority(PRIO_PROCESS, (id_t)victim, 19);
  if (strcmp(way, "processors") == 0) return sched_getaffinity(victim, sizeof set, &set);
  if (strcmp(way, "session") == 0) return getsid(victim);
  if (strcmp(way, "memory-file") == 0) return opens(id, "mem", O_RDONLY) ? 0 : -1;
  if (strcmp(way, "root-link") == 0) return opens(id, "root/.", O_RDONLY) ? 0 : -1;
  if (strcmp(way, "status-file") == 0) return opens(id, "status", O_RDONLY) ? 0 : -1;
  return -1;
}

/// interfere PROCESS...: tries to reach each, in ways that do it no lasting harm but for
/// `priority`.
int interfere_with(int count, char **arguments) {
  static const char *ways[] = {
      "kill-0",     "continue", "tkill",       "pidfd",     "read-memory", "limits",     "priority",
      "processors", "session",  "memory-file", "root-link", "status-file", "ptrace"};
  for (int index = 0; index < count; index++)
    for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
      char name[64];
      snprintf(name, sizeof name, "%s-%s", arguments[index], ways[way]);
      const long result = interfere((pid_t)atoi(arguments[index]), ways[way]);
      verdict(name, result);
    }
  return 0;
}

/// kill-everything: sends KILL to all that it may, and says whether there was anything.
int kill_everything(int count, char **arguments) {
  (void)count, (void)arguments;
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  verdict("kill", kill(-1, SIGKILL));
  int status = 0;
  waitpid(child, &status, 0);
  fact("child", "signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  return 0;
}
