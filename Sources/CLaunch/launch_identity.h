/* The steps of the child path that give up privilege. */
#ifndef LAUNCH_IDENTITY_H
#define LAUNCH_IDENTITY_H

#include "launch_state.h"

/* Steps 7 to 14 of launch_child.c: gives up every privilege, and proves it. */
void launch_drop_privilege(const struct launch *launch);

#endif
