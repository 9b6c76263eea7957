// Cases of other projects' test suites, written anew: what bubblewrap tries in its tests, the
// kernel's self tests for seccomp, Landlock and pidfd, and the Linux Test Project.
// `foreign` runs each in a child of its own and prints its name and what became of it: `ok`, the
// name of an error, or `signal N`.
#ifndef FOREIGN_H
#define FOREIGN_H

/// One attempt: what the call answered, -1 with errno set if it was refused.
struct attempt {
  const char *name;
  long (*make)(void);
};

/// Each list ends with a name that is NULL.
extern const struct attempt try_syscall[], seccomp_selftests[], landlock_selftests[];
extern const struct attempt pidfd_selftests[], test_project[];

#endif
