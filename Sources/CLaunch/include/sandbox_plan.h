/* A sandbox: the namespaces of one job, made before there is a job, and the process that holds them
 * and is their pid 1. Swift fills the plan in once for many sandboxes of a spec; the child reads it
 * and nothing else.
 *
 * The header declares fixed-width integers and our own structs only (see Package.swift). */
#ifndef SANDBOX_PLAN_H
#define SANDBOX_PLAN_H

#include <stdint.h>

/* The steps of making a sandbox, in the order in which sandbox_init.c takes them. They travel to
 * the API process as steps of the launch (LaunchStep.swift); a test compares the two. */
enum sandbox_step {
    SANDBOX_STEP_NONE = 0,
    SANDBOX_STEP_CLONE = 64,
    SANDBOX_STEP_TIE = 66,
    SANDBOX_STEP_HOST_NAME = 67,
    SANDBOX_STEP_LOOPBACK = 68,
    SANDBOX_STEP_SCRATCH = 69,
    SANDBOX_STEP_PROC = 70,
    SANDBOX_STEP_MEMFD = 71,
    SANDBOX_STEP_RULESET = 72,
    SANDBOX_STEP_DROP = 73,
    SANDBOX_STEP_FILTER = 74,
    SANDBOX_STEP_REPORT = 75,
};

/* Namespaces of a sandbox, as bits. */
enum sandbox_namespace {
    SANDBOX_PID = 1,
    SANDBOX_MOUNT = 2,
    SANDBOX_IPC = 4,
    SANDBOX_UTS = 8,
    /* A network namespace of the sandbox's own. */
    SANDBOX_NETWORK = 16,
};

/* One rule of a Landlock ruleset: beneath a path, these rights of files. */
struct sandbox_path_rule {
    /* Where the path starts in the plan's text. */
    uint64_t path;
    uint64_t access;
};

/* One rule for a TCP port. */
struct sandbox_port_rule {
    uint64_t port;
    uint64_t access;
};

struct sandbox_plan {
    /* Bits of sandbox_namespace. */
    uint32_t namespaces;
    /* 1: the sandbox's own network namespace gets its loopback interface up. */
    uint32_t has_loopback;
    /* 1: writes 2 to vm.memfd_noexec; needs SANDBOX_PID and SANDBOX_MOUNT. */
    uint32_t forbids_memory_files;
    /* 1: nothing in the scratch folders can be executed or mapped as code. */
    uint32_t forbids_programs;
    /* 1: /etc/passwd and /etc/group are files of the sandbox's own, empty until the launcher writes
     * the job's row; needs scratch. */
    uint32_t has_account_files;
    /* What the init becomes; not changed where `keeps_ids` is 1. */
    uint32_t init_uid;
    uint32_t init_gid;
    uint32_t keeps_ids;
    /* 1: options of the tmpfs for the four scratch folders stand in the text; 0 for no mount
     * namespace. */
    uint32_t has_scratch;
    /* C strings, one behind the other: the host name first, then the options, then paths. */
    uint32_t text_length;
    uint32_t host_name_length;
    const char *_Nonnull text;
    /* Landlock: rights that the ruleset handles; no ruleset where all three are 0. */
    uint64_t handled_files;
    uint64_t handled_ports;
    uint64_t scoped;
    uint32_t path_rule_count;
    uint32_t port_rule_count;
    const struct sandbox_path_rule *_Nullable path_rules;
    const struct sandbox_port_rule *_Nullable port_rules;
    /* The init's own filter: its number of 8-byte instructions. */
    uint32_t filter_length;
    const void *_Nonnull filter;
    /* Where the child sends its report: a struct sandbox_report, with the root of the scratch
     * tmpfs and, if there is one, the ruleset. */
    int32_t report_fd;
    /* The other end of it, which the child inherits and closes: while it held that itself, it could
     * not tell that the factory is gone. */
    int32_t factory_fd;
};

struct sandbox_report {
    uint32_t step;
    /* A positive errno, or 0 where the step's own check failed without one. */
    int32_t code;
    uint32_t index;
    /* 1 if a ruleset comes with it. */
    uint32_t has_ruleset;
};

/* Memory that a sandbox init needs a copy of, in whole pages. */
struct sandbox_memory {
    uint64_t start;
    uint64_t length;
};
struct sandbox_memory sandbox_memory(void);

/* Makes a sandbox: returns the process id of its init, with a pidfd of it, or a negative errno of
 * clone3(2), E2BIG for a plan too large for the memory above. The caller has one thread, is in the
 * mount namespace that the sandbox's is to be a copy of, and reads the report. */
int32_t sandbox_clone(const struct sandbox_plan *_Nonnull plan, int32_t *_Nonnull pidfd);

#endif
