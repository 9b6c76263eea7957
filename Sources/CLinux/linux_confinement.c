#include "linux_calls.h"

#include <errno.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int32_t linux_landlock_add_rule(int32_t ruleset, int32_t fd, uint64_t access) {
    const struct landlock_path_beneath_attr beneath = {.allowed_access = access, .parent_fd = fd};
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0
               ? 0
               : -errno;
}

int32_t linux_seccomp_notif_recv(int32_t listener, struct linux_seccomp_notif *call) {
    /* The kernel takes only zeros. */
    struct seccomp_notif notification;
    memset(&notification, 0, sizeof notification);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) return -errno;
    call->id = notification.id;
    call->number = (uint32_t)notification.data.nr;
    call->architecture = notification.data.arch;
    memcpy(call->arguments, notification.data.args, sizeof call->arguments);
    return 0;
}

int32_t linux_seccomp_notif_send(int32_t listener, uint64_t id, int32_t code) {
    struct seccomp_notif_resp answer = {.id = id, .val = 0, .error = -code, .flags = 0};
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0 ? 0 : -errno;
}
