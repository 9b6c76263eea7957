/* Submits jobs over HTTP from a number of clients with one kept connection each, as fast as they
 * are accepted. Prints how many were, seconds, and the median and the 99th percentile of one answer
 * in milliseconds.
 *
 *     submit_load PORT CLIENTS JOBS COMMAND [ARGUMENTS]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { clients_max = 512, jobs_max = 1000000, message_bytes_max = 8192 };

struct client {
    int socket;
    uint64_t began;
    size_t received;
    char answer[message_bytes_max + 1];
};

static struct client clients[clients_max];
static uint64_t spent[jobs_max];
static size_t wanted, sent, accepted;
static char post_text[message_bytes_max];
static size_t post_bytes;

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "submit_load: %s: %s\n", what, detail);
    exit(1);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void post(struct client *client)
{
    if (sent == wanted) return;
    sent++;
    client->received = 0;
    client->began = now();
    /* A request is far smaller than an empty socket's buffer. */
    if (write(client->socket, post_text, post_bytes) != (ssize_t)post_bytes)
        die("write", strerror(errno));
}

/* Whether all of the answer is here. */
static int is_whole(struct client *client)
{
    client->answer[client->received] = 0;
    char *const end = strstr(client->answer, "\r\n\r\n");
    if (end == NULL) return 0;
    long length = -1;
    for (const char *line = client->answer; line < end; line = strstr(line, "\r\n") + 2)
        if (strncasecmp(line, "content-length:", 15) == 0) length = strtol(line + 15, NULL, 10);
    if (length < 0) die("an answer without Content-Length", client->answer);
    const size_t head = (size_t)(end + 4 - client->answer);
    if (head + (size_t)length > message_bytes_max) die("answer too long", client->answer);
    return client->received >= head + (size_t)length;
}

static void receive(struct client *client)
{
    const ssize_t count = read(client->socket, client->answer + client->received,
                               message_bytes_max - client->received);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) die("read", strerror(errno));
    if (count == 0) die("connection closed", client->answer);
    client->received += (size_t)count;
    if (!is_whole(client)) return;
    if (strncmp(client->answer + 9, "202", 3) != 0) die("refused", client->answer);
    spent[accepted++] = now() - client->began;
    post(client);
}

static void connect_to(struct client *client, int queue, uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int on = 1;
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client->socket < 0) die("socket", strerror(errno));
    if (connect(client->socket, (const struct sockaddr *)&address, sizeof address) != 0)
        die("connect", strerror(errno));
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(queue, EPOLL_CTL_ADD, client->socket, &event) != 0)
        die("epoll_ctl", strerror(errno));
}

static void run(int count, uint16_t port)
{
    const int queue = epoll_create1(EPOLL_CLOEXEC);
    if (queue < 0) die("epoll_create1", strerror(errno));
    for (int index = 0; index < count; index++) connect_to(&clients[index], queue, port);
    for (int index = 0; index < count; index++) post(&clients[index]);
    while (accepted < wanted) {
        struct epoll_event events[clients_max];
        const int ready = epoll_wait(queue, events, clients_max, 10000);
        if (ready == 0) die("no answer", "for ten seconds");
        if (ready < 0 && errno != EINTR) die("epoll_wait", strerror(errno));
        for (int index = 0; index < ready; index++) receive(events[index].data.ptr);
    }
}

static int ascending(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words)
{
    const long port = count > 4 ? strtol(words[1], NULL, 10) : 0;
    const long number = count > 4 ? strtol(words[2], NULL, 10) : 0;
    const long jobs = count > 4 ? strtol(words[3], NULL, 10) : 0;
    if (port < 1 || port > 65535 || number < 1 || number > clients_max || jobs < 1 ||
        jobs > jobs_max) {
        fputs("usage: submit_load PORT CLIENTS JOBS COMMAND [ARGUMENTS]\n", stderr);
        return 64;
    }
    wanted = (size_t)jobs;
    char json[message_bytes_max / 2];
    const int length = snprintf(json, sizeof json, "{\"command\":\"%s\",\"args\":\"%s\"}", words[4],
                                count > 5 ? words[5] : "");
    post_bytes = (size_t)snprintf(post_text, sizeof post_text,
                                  "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                  "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                                  length, json);
    const uint64_t begin = now();
    run((int)number, (uint16_t)port);
    const double took = (double)(now() - begin) / 1e9;
    qsort(spent, accepted, sizeof *spent, ascending);
    printf("%zu %.3f %.3f %.3f\n", accepted, took, (double)spent[accepted / 2] / 1e6,
           (double)spent[(accepted * 99 - 1) / 100] / 1e6);
    return 0;
}
