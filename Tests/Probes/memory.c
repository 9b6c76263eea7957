// Code that was never a file on disk: memory files, and memory that is written and then executed.
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { memfd_noexec_seal = 8, memfd_executable = 16, page = 4096 };

extern char **environ;

/// say NAME VALUE: prints that fact.
int say(int count, char **arguments) {
  if (count != 2) return 64;
  fact(arguments[0], "%s", arguments[1]);
  return 0;
}

/// A memory file that holds this program.
static int copy_of_self(unsigned flags) {
  const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (self < 0 || fstat(self, &status) != 0) return -1;
  const int file = (int)syscall(SYS_memfd_create, "program", flags);
  if (file < 0) return -1;
  off_t done = 0;
  while (done < status.st_size)
    if (sendfile(file, self, &done, (size_t)(status.st_size - done)) <= 0) return -1;
  close(self);
  return file;
}

/// Executes a memory file in a child, which prints `name ok` if that works.
static void execute_file(const char *name, unsigned flags, int by_path) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    char path[64];
    char *const words[] = {"probe", "say", (char *)(uintptr_t)name, "ok", NULL};
    const int file = copy_of_self(flags);
    if (file >= 0) {
      (void)fchmod(file, 0700);
      snprintf(path, sizeof path, "/proc/self/fd/%d", file);
      if (by_path) execve(path, words, environ);
      else syscall(SYS_execveat, file, "", words, environ, AT_EMPTY_PATH);
    }
    verdict(name, -1);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

/// memory-files: tries to execute a program that lies in memory only.
int memory_files(int count, char **arguments) {
  (void)count, (void)arguments;
  execute_file("plain", 0, 0);
  execute_file("by-path", 0, 1);
  execute_file("asked-for", memfd_executable, 0);
  execute_file("sealed", memfd_noexec_seal, 0);
  int data = (int)syscall(SYS_memfd_create, "data", (unsigned)memfd_noexec_seal);
  // What programs do on kernels that do not know the flag.
  if (data < 0 && errno == EINVAL) data = (int)syscall(SYS_memfd_create, "data", 0u);
  verdict("data", data < 0 ? -1 : write(data, "x", 1));
  return 0;
}

/// The address of an empty function: one byte, `ret`.
static const unsigned char empty_function = 0xc3;

/// Runs what lies at `code`, in a child, so that a refusal by signal is seen.
static long run(void *code) {
  if (code == MAP_FAILED) return -1;
  fflush(stdout);
  const pid_t child = fork();
  if (child < 0) {
    // Where processes are forbidden too, it is run here: only the promise would be broken.
    ((void (*)(void))(uintptr_t)code)();
    return 0;
  }
  if (child == 0) {
    ((void (*)(void))(uintptr_t)code)();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  errno = EFAULT;
  return WIFEXITED(status) ? 0 : -1;
}

static void *both_at_once(void) {
  void *memory = mmap(
      NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) memcpy(memory, &empty_function, 1);
  return memory;
}

static void *one_after_the_other(int protection) {
  void *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return memory;
  memcpy(memory, &empty_function, 1);
  return mprotect(memory, page, protection) == 0 ? memory : MAP_FAILED;
}

static void *two_mappings_of(int file) {
  if (file < 0 || write(file, &empty_function, 1) != 1 || ftruncate(file, page) != 0)
    return MAP_FAILED;
  return mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
}

static void *shared_segment(void) {
  const int id = shmget(IPC_PRIVATE, page, IPC_CREAT | 0700);
  char *memory = id < 0 ? MAP_FAILED : shmat(id, NULL, 0);
  if (memory == MAP_FAILED) return memory;
  memory[0] = (char)empty_function;
  char *code = shmat(id, NULL, SHM_EXEC | SHM_RDONLY);
  const int failure = errno;
  shmctl(id, IPC_RMID, NULL);
  errno = failure;
  return code;
}

/// Writes through the file of the process's own memory, which asks nobody for permissions of pages.
static long overwrite_own_code(void) {
  static __attribute__((section(".text.changed"), aligned(16))) const unsigned char code[16] = {
      0xc3};
  const int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  if (memory < 0) return -1;
  const unsigned char changed = 0x90;
  const long result = pwrite(memory, &changed, 1, (off_t)(uintptr_t)(code + 1));
  close(memory);
  return result;
}

static void *readable_is_executable(void) {
  if (personality(READ_IMPLIES_EXEC) == -1) return MAP_FAILED;
  return one_after_the_other(PROT_READ);
}

/// write-or-execute: every way to run what was written a moment before.
int write_or_execute(int count, char **arguments) {
  (void)count, (void)arguments;
  const int file = open("code", O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0700);
  verdict("map", run(both_at_once()));
  verdict("protect", run(one_after_the_other(PROT_READ | PROT_EXEC)));
  verdict("protect-all", run(one_after_the_other(PROT_READ | PROT_WRITE | PROT_EXEC)));
  verdict("file", run(two_mappings_of(file)));
  verdict("memory-file", run(two_mappings_of((int)syscall(SYS_memfd_create, "code", 0u))));
  verdict("segment", run(shared_segment()));
  verdict("own-memory-file", overwrite_own_code());
  verdict("personality", run(readable_is_executable()));
  return 0;
}

/// run-written FOLDER: writes this program into the folder, maps it as code, and executes it.
int run_written(int count, char **arguments) {
  char path[PATH_MAX];
  char *const words[] = {"probe", "say", "execute", "ok", NULL};
  struct stat status;
  off_t done = 0;
  if (count != 1) return 64;
  snprintf(path, sizeof path, "%s/written", arguments[0]);
  const int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  const int file = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0700);
  if (self < 0 || file < 0 || fstat(self, &status) != 0) return 71;
  while (done < status.st_size)
    if (sendfile(file, self, &done, (size_t)(status.st_size - done)) <= 0) return 71;
  void *code = mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  verdict("map", code == MAP_FAILED ? -1 : 0);
  // Nobody executes what somebody has open to write, and a page of it counts.
  if (code != MAP_FAILED) munmap(code, page);
  close(file);
  execve(path, words, environ);
  verdict("execute", -1);
  return 0;
}
