/* libseccomp as Swift sees it. Each inline function says why Swift cannot call the original. */
#ifndef CSECCOMP_SHIM_H
#define CSECCOMP_SHIM_H

#include <errno.h>
#include <seccomp.h>
#include <stdint.h>

/* SCMP_ACT_ERRNO is a macro with an argument: Swift imports none of those. */
static inline uint32_t cseccomp_action_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }

/* __NR_SCMP_ERROR is a macro over a negative constant; named here so that one place knows it. */
static inline int cseccomp_unknown_number(void) { return __NR_SCMP_ERROR; }

/* struct scmp_arg_cmp is built by macros with arguments (SCMP_A0 and on): this builds one. */
static inline struct scmp_arg_cmp cseccomp_masked_equal(
    unsigned int argument, uint64_t mask, uint64_t value) {
    struct scmp_arg_cmp comparison = {argument, SCMP_CMP_MASKED_EQ, mask, value};
    return comparison;
}

#endif
