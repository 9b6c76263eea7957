// What policy grants to an entry: ports, processors, niceness.
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in place(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int server(int port) {
  const struct sockaddr_in address = place(port);
  const int one = 1;
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return -1;
  (void)setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(made, (const struct sockaddr *)&address, sizeof address) != 0) return -1;
  return listen(made, 8) == 0 ? made : -1;
}

/// tcp-server: listens on a free port, prints it, and stays.
int tcp_server(int count, char **arguments) {
  (void)count, (void)arguments;
  struct sockaddr_in address = {0};
  socklen_t size = sizeof address;
  const int made = server(0);
  if (made < 0 || getsockname(made, (struct sockaddr *)&address, &size) != 0) return 71;
  fact("port", "%d", ntohs(address.sin_port));
  for (;;) pause();
}

static long connect_to(int port) {
  const struct sockaddr_in address = place(port);
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return connect(client, (const struct sockaddr *)&address, sizeof address);
}

/// Connects by the first bytes that are sent, from a descriptor with this number.
static long fast_open(int port, int number) {
  struct sockaddr_in address = place(port);
  char byte = 1;
  struct iovec part = {&byte, 1};
  const struct msghdr message = {
      .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1};
  const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (client < 0 || dup2(client, number) != number) return -1;
  return sendmsg(number, &message, MSG_FASTOPEN | MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ||
                 errno == EINPROGRESS
             ? 0
             : -1;
}

/// ports GRANTED OTHER FREE: the first is served, and so is the second; the third is not.
int ports(int count, char **arguments) {
  if (count != 3) return 64;
  const int granted = atoi(arguments[0]), other = atoi(arguments[1]), free = atoi(arguments[2]);
  verdict("connect", connect_to(granted));
  verdict("connect-other", connect_to(other));
  verdict("fast-open", fast_open(other, 40));
  // The number that a filter which diagnoses lets the launch send on.
  verdict("fast-open-63", fast_open(other, 63));
  verdict("bind", server(free));
  verdict("bind-other", server(free + 1));
  verdict("listen-unbound", listen(socket(AF_INET, SOCK_STREAM, 0), 8));
  verdict("datagram", socket(AF_INET, SOCK_DGRAM, 0));
  return 0;
}

/// scheduling: niceness and processors, and tries to better both.
int scheduling(int count, char **arguments) {
  (void)count, (void)arguments;
  cpu_set_t all, own;
  memset(&all, 0xff, sizeof all);
  CPU_ZERO(&own);
  fact("niceness", "%d", getpriority(PRIO_PROCESS, 0));
  fact("processors", "%d", sched_getaffinity(0, sizeof own, &own) == 0 ? CPU_COUNT(&own) : -1);
  const cpu_set_t before = own;
  verdict("own-processors", sched_setaffinity(0, sizeof own, &own));
  verdict("more-processors", sched_setaffinity(0, sizeof all, &all));
  fact("processors-then", "%d", sched_getaffinity(0, sizeof own, &own) == 0 ? CPU_COUNT(&own) : -1);
  fact("processors-kept", "%d", CPU_EQUAL(&before, &own));
  fact("processors-online", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
  fact("processors-configured", "%ld", sysconf(_SC_NPROCESSORS_CONF));
  verdict("less-nice", setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) - 1));
  return 0;
}

/// await-terms NUMBER: as many children, each of which ends by TERM alone; counts those that did.
int await_terms(int count, char **arguments) {
  const int wanted = count > 0 ? atoi(arguments[0]) : 0;
  int made = 0, ended = 0;
  for (; made < wanted; made++) {
    const pid_t child = fork();
    if (child < 0) break;
    if (child == 0)
      for (;;) pause();
  }
  signal(SIGTERM, SIG_IGN);
  fact("made", "%d", made);
  for (int status; ended < made && wait(&status) > 0;)
    ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
  fact("ended", "%d", ended);
  return 0;
}
