#include "test_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t every_signal, none;
  sigfillset(&every_signal);
  sigemptyset(&none);
  int failure = posix_spawnattr_setsigdefault(attributes, &every_signal);
  if (failure == 0) failure = posix_spawnattr_setsigmask(attributes, &none);
  if (failure == 0) failure = posix_spawnattr_setpgroup(attributes, 0);
  const int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;
  if (failure == 0) failure = posix_spawnattr_setflags(attributes, (short)flags);
  return failure;
}

static int set_actions(
    posix_spawn_file_actions_t *actions, const struct test_spawn_request *request) {
  int failure = 0;
  for (int number = 0; number < 3 && failure == 0; number++) {
    const int source = request->descriptors[number];
    if (source < 0)
      failure = posix_spawn_file_actions_addopen(actions, number, "/dev/null", O_RDWR, 0);
    else
      failure = posix_spawn_file_actions_adddup2(actions, source, number);
  }
  if (failure == 0) failure = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  if (failure == 0 && request->folder != NULL)
    failure = posix_spawn_file_actions_addchdir_np(actions, request->folder);
  return failure;
}

int32_t test_spawn(const struct test_spawn_request *request, int32_t *process) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int failure = posix_spawnattr_init(&attributes);
  if (failure != 0) return failure;
  failure = posix_spawn_file_actions_init(&actions);
  if (failure == 0) {
    failure = set_attributes(&attributes);
    if (failure == 0) failure = set_actions(&actions, request);
    pid_t child = 0;
    if (failure == 0)
      failure = posix_spawn(
          &child, request->path, &actions, &attributes, request->arguments,
          request->environment);
    *process = child;
    (void)posix_spawn_file_actions_destroy(&actions);
  }
  (void)posix_spawnattr_destroy(&attributes);
  return failure;
}

int32_t test_wait(int32_t process, int32_t milliseconds, int32_t *code, int32_t *signal) {
  const int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  if (descriptor < 0) return errno;
  struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
  int ready;
  do {
    ready = poll(&wanted, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  const int failure = errno;
  (void)close(descriptor);
  if (ready < 0) return failure;
  if (ready == 0) return ETIMEDOUT;
  int status = 0;
  if (waitpid(process, &status, 0) != process) return errno;
  *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return 0;
}
