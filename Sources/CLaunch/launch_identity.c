/* Where a child of the launcher gives up every privilege, and proves that it did. The order is
 * launch_child.c's. */
#include "launch_identity.h"

#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/securebits.h>
#include <stddef.h>
#include <sys/syscall.h>

static const long securebits =
    SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

static void empty_bounding_set(const struct launch *launch) {
    for (uint32_t index = 0; index <= launch->plan->last_capability; index++) {
        const long held = child_syscall(SYS_prctl, PR_CAPBSET_READ, (long)index, 0, 0, 0);
        require(launch, LAUNCH_STEP_BOUNDING_SET, held, index);
        if (held == 0) continue; /* The launcher emptied its own when it was sealed. */
        require(
            launch, LAUNCH_STEP_BOUNDING_SET,
            child_syscall(SYS_prctl, PR_CAPBSET_DROP, (long)index, 0, 0, 0), index);
        const long left = child_syscall(SYS_prctl, PR_CAPBSET_READ, (long)index, 0, 0, 0);
        require(launch, LAUNCH_STEP_BOUNDING_SET, left, index);
        require_that(launch, LAUNCH_STEP_BOUNDING_SET, left == 0, index);
    }
}

static void drop(const struct launch *launch) {
    const long uid = (long)launch->plan->uid;
    const long gid = (long)launch->plan->gid;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};

    empty_bounding_set(launch);
    require(
        launch, LAUNCH_STEP_AMBIENT_SET,
        child_syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), 0);
    require(
        launch, LAUNCH_STEP_SECUREBITS,
        child_syscall(SYS_prctl, PR_SET_SECUREBITS, securebits, 0, 0, 0), 0);
    if ((launch->plan->flags & LAUNCH_IN_USER_NAMESPACE) == 0)
        require(
            launch, LAUNCH_STEP_GROUPS,
            child_syscall(
                SYS_setgroups, (long)launch->plan->group_count, (long)launch->plan->groups, 0, 0,
                0),
            0);
    require(launch, LAUNCH_STEP_GID, child_syscall(SYS_setresgid, gid, gid, gid, 0, 0), 0);
    require(launch, LAUNCH_STEP_UID, child_syscall(SYS_setresuid, uid, uid, uid, 0, 0), 0);
    require(
        launch, LAUNCH_STEP_CAPABILITIES,
        child_syscall(SYS_capset, (long)&header, (long)none, 0, 0, 0), 0);
}

/* What index means in a failure of the step `verify`. */
enum verify_index {
    VERIFY_UID = 1,
    VERIFY_GID = 2,
    VERIFY_GROUPS = 3,
    VERIFY_CAPABILITIES = 4,
    VERIFY_SECUREBITS = 5,
    VERIFY_NO_WAY_BACK_UID = 6,
    VERIFY_NO_WAY_BACK_GID = 7,
    VERIFY_AMBIENT_SET = 64, /* plus the number of the capability */
};

/* In a user namespace they stay what they are, and policy names none. */
static void verify_groups(const struct launch *launch) {
    const struct launch_plan *plan = launch->plan;
    uint32_t found[LAUNCH_GROUPS_MAX];
    if ((plan->flags & LAUNCH_IN_USER_NAMESPACE) != 0) return;
    const long count =
        child_syscall(SYS_getgroups, LAUNCH_GROUPS_MAX, (long)found, 0, 0, 0);
    require(launch, LAUNCH_STEP_VERIFY, count, VERIFY_GROUPS);
    require_that(launch, LAUNCH_STEP_VERIFY, count == (long)plan->group_count, VERIFY_GROUPS);
    for (uint32_t index = 0; index < plan->group_count; index++)
        require_that(
            launch, LAUNCH_STEP_VERIFY, found[index] == plan->groups[index], VERIFY_GROUPS);
}

static void verify_ids(const struct launch *launch) {
    const uint32_t uid = launch->plan->uid;
    const uint32_t gid = launch->plan->gid;
    uint32_t real = 0, effective = 0, saved = 0;

    require(
        launch, LAUNCH_STEP_VERIFY,
        child_syscall(SYS_getresuid, (long)&real, (long)&effective, (long)&saved, 0, 0),
        VERIFY_UID);
    require_that(
        launch, LAUNCH_STEP_VERIFY, real == uid && effective == uid && saved == uid, VERIFY_UID);
    require(
        launch, LAUNCH_STEP_VERIFY,
        child_syscall(SYS_getresgid, (long)&real, (long)&effective, (long)&saved, 0, 0),
        VERIFY_GID);
    require_that(
        launch, LAUNCH_STEP_VERIFY, real == gid && effective == gid && saved == gid, VERIFY_GID);
    verify_groups(launch);
    require_that(
        launch, LAUNCH_STEP_VERIFY, child_syscall(SYS_setresuid, 0, 0, 0, 0, 0) < 0,
        VERIFY_NO_WAY_BACK_UID);
    require_that(
        launch, LAUNCH_STEP_VERIFY, child_syscall(SYS_setresgid, 0, 0, 0, 0, 0) < 0,
        VERIFY_NO_WAY_BACK_GID);
}

static void verify_capabilities(const struct launch *launch) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct held[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};
    require(
        launch, LAUNCH_STEP_VERIFY, child_syscall(SYS_capget, (long)&header, (long)held, 0, 0, 0),
        VERIFY_CAPABILITIES);
    uint32_t any = 0;
    for (uint32_t word = 0; word < 2; word++)
        any |= held[word].effective | held[word].permitted | held[word].inheritable;
    require_that(launch, LAUNCH_STEP_VERIFY, any == 0, VERIFY_CAPABILITIES);
    for (uint32_t index = 0; index <= launch->plan->last_capability; index++) {
        const long raised =
            child_syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, (long)index, 0, 0);
        require(launch, LAUNCH_STEP_VERIFY, raised, VERIFY_AMBIENT_SET + index);
        require_that(launch, LAUNCH_STEP_VERIFY, raised == 0, VERIFY_AMBIENT_SET + index);
    }
    const long bits = child_syscall(SYS_prctl, PR_GET_SECUREBITS, 0, 0, 0, 0);
    require(launch, LAUNCH_STEP_VERIFY, bits, VERIFY_SECUREBITS);
    require_that(launch, LAUNCH_STEP_VERIFY, bits == securebits, VERIFY_SECUREBITS);
}

void launch_drop_privilege(const struct launch *launch) {
    drop(launch);
    verify_ids(launch);
    verify_capabilities(launch);
}
