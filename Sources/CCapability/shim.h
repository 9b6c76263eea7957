/* libcap as Swift sees it (cap_get_fd(3), cap_get_proc(3), cap_from_text(3)). */
#ifndef CCAPABILITY_SHIM_H
#define CCAPABILITY_SHIM_H

#include <errno.h>
#include <stddef.h>
#include <sys/capability.h>

/* errno is a macro over a function call, which Swift imports for Glibc only: read here, right after
 * the call that set it. */
static inline int ccapability_errno(void) { return errno; }

#endif
