// What a service that somebody has taken over could say to its launcher: its end of their pair is
// taken from it, and a launch is asked for that the service itself would never ask for.
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { launch_kind = 4, settle_kind = 9, time_kind = 10, patience_bytes = 4096 };

/// The end of the one SOCK_SEQPACKET pair that the process has.
static int channel_of(int process) {
  char path[64];
  const int held = (int)syscall(SYS_pidfd_open, process, 0);
  snprintf(path, sizeof path, "/proc/%d/fd", process);
  DIR *const folder = opendir(path);
  if (held < 0 || folder == NULL) return -1;
  int found = -1;
  for (struct dirent *entry; found < 0 && (entry = readdir(folder)) != NULL;) {
    int kind = 0;
    socklen_t size = sizeof kind;
    const int copy = (int)syscall(SYS_pidfd_getfd, held, atoi(entry->d_name), 0);
    if (copy < 0) continue;
    if (getsockopt(copy, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 && kind == SOCK_SEQPACKET)
      found = copy;
    else
      close(copy);
  }
  closedir(folder);
  close(held);
  return found;
}

/// What is sent for stdin; a pipe's reading end for what is as it should be.
static int stream(const char *way) {
  int ends[2];
  if (strcmp(way, "folder") == 0) return open("/", O_RDONLY | O_DIRECTORY);
  if (strcmp(way, "handle") == 0) return open("/etc/passwd", O_PATH);
  if (strcmp(way, "file") == 0) return open("/etc/passwd", O_RDONLY);
  if (strcmp(way, "device") == 0) return open("/dev/zero", O_RDWR);
  if (strcmp(way, "socket") == 0) return socket(AF_INET, SOCK_STREAM, 0);
  if (strcmp(way, "unsealed-memory") == 0) return (int)syscall(SYS_memfd_create, "data", 2u);
  if (strcmp(way, "null") == 0) return open("/dev/null", O_RDONLY);
  if (strcmp(way, "memory") == 0) {
    const int file = (int)syscall(SYS_memfd_create, "data", 2u);
    return fcntl(file, F_ADD_SEALS, F_SEAL_WRITE) == 0 ? file : -1;
  }
  return pipe(ends) == 0 ? ends[0] : -1;
}

/// Whether a folder of files comes with it: one that is root's.
static int has_folder(const char *way) { return strcmp(way, "files-of-root") == 0; }

static uint64_t number(const char *way) {
  if (strcmp(way, "number-0") == 0) return 0;
  // Its events would be taken for those of job 1.
  if (strcmp(way, "number-of-another") == 0) return (UINT64_C(1) << 61) + 1;
  return UINT64_C(1) << 40;
}

struct message {
  unsigned char bytes[256];
  size_t length;
};

static void add(struct message *message, uint64_t value, size_t size) {
  for (size_t index = 0; index < size; index++)
    message->bytes[message->length++] = (unsigned char)(value >> 8 * index);
}

/// A launch of entry 0 with one argument, `identity` (docs/launcher-protocol.md).
static struct message launch(const char *way) {
  static const char argument[] = "identity";
  struct message message = {.length = 0};
  add(&message, launch_kind, 4);
  add(&message, number(way), 8);
  add(&message, 0, 4);  // Generation and index of the entry.
  add(&message, 0, 4);
  add(&message, has_folder(way) ? 1 : 0, 4);
  add(&message, 1, 4);
  add(&message, sizeof argument, 4);
  for (size_t index = 0; index < sizeof argument; index++)
    add(&message, (unsigned char)argument[index], 1);
  add(&message, 0, 4);  // No limit is made tighter,
  add(&message, UINT64_MAX, 8);
  add(&message, UINT64_MAX, 8);
  add(&message, UINT32_MAX, 4);
  add(&message, 0, 4);  // and no variable set.
  return message;
}

static void add_text(struct message *message, const char *text) {
  add(message, strlen(text), 4);
  for (; *text != 0; text++) add(message, (unsigned char)*text, 1);
}

static int is(const char *way, const char *name) { return strcmp(way, name) == 0; }

/// Whether no launch is asked for, but something of a result or of a job.
static int is_plain(const char *way) { return strncmp(way, "settle", 6) == 0 || is(way, "time"); }

/// A result of entry 0 in its first folder of `write`, or the time of a job that does not run.
static struct message plain(const char *way) {
  struct message message = {.length = 0};
  add(&message, is(way, "time") ? time_kind : settle_kind, 4);
  add(&message, UINT64_C(1) << 40, 8);
  if (is(way, "time")) return message;
  add(&message, is(way, "settle-generation") ? 1 : 0, 4);
  add(&message, is(way, "settle-entry") ? 1 : 0, 4);
  add(&message, is(way, "settle-action") ? 5 : 3, 4);
  add(&message, is(way, "settle-folder") ? 1 : 0, 4);
  add_text(&message, is(way, "settle-up") ? "a/.." : is(way, "settle-root") ? "/etc" : "");
  add_text(&message, is(way, "settle-name") ? "passwd" : ".http-runner-x");
  add_text(&message, is(way, "settle-target") ? "a/b" : "target");
  return message;
}

static long send_with(
    int channel, struct message message, const int *descriptors, size_t count) {
  union {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(4 * sizeof(int))];
  } control = {.bytes = {0}};
  struct iovec part = {message.bytes, message.length};
  struct msghdr whole = {.msg_iov = &part, .msg_iovlen = 1};
  if (count == 0) return sendmsg(channel, &whole, MSG_NOSIGNAL);
  whole.msg_control = control.bytes;
  whole.msg_controllen = CMSG_SPACE(count * sizeof(int));
  control.head.cmsg_level = SOL_SOCKET;
  control.head.cmsg_type = SCM_RIGHTS;
  control.head.cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(&control.head), descriptors, count * sizeof(int));
  return sendmsg(channel, &whole, MSG_NOSIGNAL);
}

/// takeover PID WAY: asks the launcher of that service for a launch, in that way; prints how long
/// the job's output was.
int takeover(int count, char **arguments) {
  if (count != 2) return 64;
  int output[2];
  char text[patience_bytes];
  const int channel = channel_of(atoi(arguments[0]));
  const int input = stream(arguments[1]);
  if (channel < 0 || input < 0 || pipe(output) != 0) return 71;
  const int descriptors[4] = {input, output[1], output[1], open("/", O_RDONLY | O_DIRECTORY)};
  const size_t sent = is_plain(arguments[1]) ? 0 : has_folder(arguments[1]) ? 4 : 3;
  const struct message message = sent == 0 ? plain(arguments[1]) : launch(arguments[1]);
  verdict("sent", send_with(channel, message, descriptors, sent));
  close(channel);
  close(output[1]);
  size_t length = 0;
  for (ssize_t got; (got = read(output[0], text, sizeof text)) > 0;) length += (size_t)got;
  fact("output", "%zu", length);
  return 0;
}
