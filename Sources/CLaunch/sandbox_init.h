/* What sandbox_clone.c starts. */
#ifndef SANDBOX_INIT_H
#define SANDBOX_INIT_H

#include "sandbox_plan.h"

/* The life of a sandbox init; the argument is its struct sandbox_plan. */
_Noreturn void sandbox_run_init(void *_Nonnull plan);

#endif
