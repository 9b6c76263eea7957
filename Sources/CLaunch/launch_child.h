/* The child path as its callers see it. */
#ifndef LAUNCH_CHILD_H
#define LAUNCH_CHILD_H

/* The child's whole way, from the clone to exec; `argument` is a struct launch. */
void launch_run_child(void *argument);

#endif
