/* Runs jobs over HTTP from a number of clients with one kept connection each: POST, then GET every
 * millisecond until the job has ended, then the next. Prints jobs, seconds, and the median and the
 * 99th percentile of one job in milliseconds.
 *
 *     job_load PORT CLIENTS SECONDS COMMAND [ARGUMENTS]
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

enum {
    clients_max = 512,
    jobs_max = 1000000,
    message_bytes_max = 16384,
    id_bytes = 40,
    poll_nanoseconds = 1000000,
};

enum state { POSTING, WAITING, READING };

struct client {
    int socket;
    enum state state;
    uint64_t began;
    uint64_t next_poll;
    size_t received;
    char id[id_bytes + 1];
    char answer[message_bytes_max + 1];
};

static struct client clients[clients_max];
static uint64_t spent[jobs_max];
static size_t ended;
static char post_text[message_bytes_max];
static size_t post_bytes;

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "job_load: %s: %s\n", what, detail);
    exit(1);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void send_all(struct client *client, const char *text, size_t count)
{
    /* Requests are far smaller than an empty socket's buffer. */
    if (write(client->socket, text, count) != (ssize_t)count) die("write", strerror(errno));
    client->received = 0;
}

static void post(struct client *client)
{
    client->state = POSTING;
    client->began = now();
    send_all(client, post_text, post_bytes);
}

static void get(struct client *client)
{
    char text[256];
    const int count = snprintf(text, sizeof text, "GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                               client->id);
    client->state = READING;
    send_all(client, text, (size_t)count);
}

/* The body, once all of it is here; NULL before. */
static const char *body(struct client *client)
{
    client->answer[client->received] = 0;
    char *const end = strstr(client->answer, "\r\n\r\n");
    if (end == NULL) return NULL;
    const char *line = client->answer;
    long length = -1;
    while (line < end) {
        if (strncasecmp(line, "content-length:", 15) == 0) length = strtol(line + 15, NULL, 10);
        line = strstr(line, "\r\n") + 2;
    }
    if (length < 0) die("an answer without Content-Length", client->answer);
    const size_t head = (size_t)(end + 4 - client->answer);
    if (head + (size_t)length > message_bytes_max) die("answer too long", client->answer);
    return client->received >= head + (size_t)length ? end + 4 : NULL;
}

static void read_id(struct client *client, const char *json)
{
    const char *const key = strstr(json, "\"id\":\"");
    if (strncmp(client->answer + 9, "202", 3) != 0 || key == NULL) die("refused", client->answer);
    memcpy(client->id, key + 6, id_bytes);
    client->state = WAITING;
    client->next_poll = now() + poll_nanoseconds;
}

static void read_job(struct client *client, const char *json)
{
    if (strncmp(client->answer + 9, "200", 3) != 0) die("job is gone", client->answer);
    if (strstr(json, "\"err\":") == NULL) {
        client->state = WAITING;
        client->next_poll = now() + poll_nanoseconds;
        return;
    }
    if (strstr(json, "\"code\":0,") == NULL) die("job failed", json);
    if (ended == jobs_max) die("too many jobs", "give fewer seconds");
    spent[ended++] = now() - client->began;
    post(client);
}

static void receive(struct client *client)
{
    const ssize_t count = read(client->socket, client->answer + client->received,
                               message_bytes_max - client->received);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) die("read", strerror(errno));
    if (count == 0) die("connection closed", client->answer);
    client->received += (size_t)count;
    const char *const json = body(client);
    if (json == NULL) return;
    if (client->state == POSTING) read_id(client, json);
    else read_job(client, json);
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

/* Asks after each job whose time has come. Returns nanoseconds until the next, or a second. */
static uint64_t poll_jobs(int count)
{
    uint64_t wait = 1000000000u;
    const uint64_t time = now();
    for (int index = 0; index < count; index++) {
        struct client *const client = &clients[index];
        if (client->state != WAITING) continue;
        if (client->next_poll <= time) get(client);
        else if (client->next_poll - time < wait) wait = client->next_poll - time;
    }
    return wait;
}

static void run(int count, uint16_t port, uint64_t duration)
{
    const int queue = epoll_create1(EPOLL_CLOEXEC);
    if (queue < 0) die("epoll_create1", strerror(errno));
    for (int index = 0; index < count; index++) connect_to(&clients[index], queue, port);
    const uint64_t end = now() + duration;
    for (int index = 0; index < count; index++) post(&clients[index]);
    while (now() < end) {
        const uint64_t wait = poll_jobs(count);
        const struct timespec time = {.tv_sec = (time_t)(wait / 1000000000u),
                                      .tv_nsec = (long)(wait % 1000000000u)};
        struct epoll_event events[clients_max];
        const int ready = epoll_pwait2(queue, events, clients_max, &time, NULL);
        if (ready < 0 && errno != EINTR) die("epoll_pwait2", strerror(errno));
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
    const double seconds = count > 4 ? strtod(words[3], NULL) : 0;
    if (port < 1 || port > 65535 || number < 1 || number > clients_max || seconds <= 0 ||
        seconds > 600) {
        fputs("usage: job_load PORT CLIENTS SECONDS COMMAND [ARGUMENTS]\n", stderr);
        return 64;
    }
    char json[message_bytes_max / 2];
    const int length = snprintf(json, sizeof json, "{\"command\":\"%s\",\"args\":\"%s\"}", words[4],
                                count > 5 ? words[5] : "");
    post_bytes = (size_t)snprintf(post_text, sizeof post_text,
                                  "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                  "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
                                  length, json);
    const uint64_t begin = now();
    run((int)number, (uint16_t)port, (uint64_t)(seconds * 1e9));
    const double took = (double)(now() - begin) / 1e9;
    if (ended == 0) die("no job ended", "give more seconds");
    qsort(spent, ended, sizeof *spent, ascending);
    printf("%zu %.3f %.3f %.3f\n", ended, took, (double)spent[ended / 2] / 1e6,
           (double)spent[(ended * 99 - 1) / 100] / 1e6);
    return 0;
}
