#ifndef TEST_SPAWN_H
#define TEST_SPAWN_H

#include <stdint.h>

/// What a test starts. Nothing else of the test's own descriptors reaches the child.
struct test_spawn_request {
  /// An absolute path: no search through PATH.
  const char *_Nonnull path;
  /// Ends with NULL, as does `environment`.
  char *_Nullable const *_Nonnull arguments;
  char *_Nullable const *_Nonnull environment;
  /// NULL: the test's own folder.
  const char *_Nullable folder;
  /// What becomes 0, 1 and 2; -1 stands for /dev/null.
  int32_t descriptors[3];
};

/// Starts a child in a process group of its own, every signal at its default and unblocked.
/// Returns 0 and its id, or an error number.
int32_t test_spawn(const struct test_spawn_request *_Nonnull request, int32_t *_Nonnull process);

/// Waits for a child's end and reaps it. Returns 0, ETIMEDOUT, or another error number.
/// `code` is the exit code, or -1 where `signal` ended it; `signal` is 0 where none did.
int32_t test_wait(
    int32_t process, int32_t milliseconds, int32_t *_Nonnull code, int32_t *_Nonnull signal);

#endif
