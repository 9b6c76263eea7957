/* libseccomp as Swift sees it. Each inline function says why Swift cannot call the original. */
#ifndef CSECCOMP_SHIM_H
#define CSECCOMP_SHIM_H

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>

/* __NR_SCMP_ERROR is a macro over a negative constant; named here so that one place knows it. */
static inline int cseccomp_unknown_number(void) { return __NR_SCMP_ERROR; }

#endif
