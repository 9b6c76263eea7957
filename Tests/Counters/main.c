// Output that is different at every place, and clients that know what must stand where.
//
// counters write BYTES                         prints numbers of eight bytes, one after the other
// counters follow PORT TARGET BYTES READERS DEAD
//     READERS clients that read all of it as fast as they can, and DEAD ones that never read.
//     Facts: whole (readers that got every byte and the end), milliseconds (until the last had it),
//     cut (dead ones whose connection was ended), cut-milliseconds (until the last was).
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 256
#define PATIENCE_MS 60000

struct client {
  int socket;
  bool is_over;
  bool is_whole;
  enum { HEAD, SIZE, SIZE_END, DATA, DATA_END } state;
  int matched;     // of the empty line behind the head
  uint64_t left;   // of the chunk
  uint64_t place;  // in the body
};

static struct client clients[CLIENTS_MAX];
static unsigned char buffer[1 << 18];

static int64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned char expected(uint64_t place) {
  return (unsigned char)((place / 8) >> (8 * (place % 8)));
}

static int write_numbers(uint64_t bytes) {
  uint64_t place = 0;
  while (place < bytes) {
    uint64_t numbers[1 << 13];
    for (size_t index = 0; index < 1 << 13; index++) numbers[index] = place / 8 + index;
    size_t size = bytes - place < sizeof numbers ? (size_t)(bytes - place) : sizeof numbers;
    for (size_t done = 0; done < size;) {
      const ssize_t count = write(1, (const char *)numbers + done, size - done);
      if (count < 0) return 74;
      done += (size_t)count;
    }
    place += size;
  }
  return 0;
}

static int connected(int port, const char *target, int buffer_bytes) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (buffer_bytes > 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) return -1;
  char text[512];
  const int length = snprintf(text, sizeof text,
                              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                              target);
  return send(descriptor, text, (size_t)length, MSG_NOSIGNAL) == length ? descriptor : -1;
}

/// Compares a piece of the body. Whole numbers are compared at once.
static bool is_right(uint64_t place, const unsigned char *bytes, size_t count) {
  size_t index = 0;
  while (index < count) {
    uint64_t number;
    if ((place + index) % 8 == 0 && count - index >= sizeof number) {
      memcpy(&number, bytes + index, sizeof number);
      if (number != (place + index) / 8) return false;
      index += sizeof number;
    } else {
      if (bytes[index] != expected(place + index)) return false;
      index++;
    }
  }
  return true;
}

static uint64_t digit(unsigned char byte) {
  return (uint64_t)(byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10);
}

/// Takes one byte of what frames the body. False for what should not be there.
static bool take_frame(struct client *client, unsigned char byte) {
  static const char empty_line[] = "\r\n\r\n";
  switch (client->state) {
    case HEAD:
      client->matched = byte == empty_line[client->matched] ? client->matched + 1 : byte == '\r';
      if (client->matched == 4) client->state = SIZE;
      return true;
    case SIZE:
      if (byte == '\r') {
        client->state = SIZE_END;
        return true;
      }
      if (strchr("0123456789abcdefABCDEF", byte) == NULL || byte == 0) return false;
      client->left = client->left * 16 + digit(byte);
      return true;
    case SIZE_END:
      client->is_whole = client->left == 0;
      client->state = DATA;
      return byte == '\n';
    case DATA_END:
      if (byte == '\n') client->state = SIZE;
      return byte == '\r' || byte == '\n';
    case DATA: break;
  }
  return false;
}

static bool take(struct client *client, const unsigned char *bytes, size_t count) {
  while (count > 0 && !client->is_whole) {
    if (client->state != DATA) {
      if (!take_frame(client, *bytes)) return false;
      bytes++;
      count--;
      continue;
    }
    const size_t part = count < client->left ? count : (size_t)client->left;
    if (!is_right(client->place, bytes, part)) return false;
    client->place += part;
    client->left -= part;
    bytes += part;
    count -= part;
    if (client->left == 0) client->state = DATA_END;
  }
  return true;
}

static void read_some(struct client *client, uint64_t bytes) {
  const ssize_t count = recv(client->socket, buffer, sizeof buffer, 0);
  if (count > 0 && take(client, buffer, (size_t)count) && !client->is_whole) return;
  client->is_over = true;
  client->is_whole = client->is_whole && client->place == bytes;
}

/// Until none of `count` clients from `first` on is under way. Dead ones are only watched.
static void run(int first, int count, bool reads, uint64_t bytes) {
  const int64_t end = milliseconds() + PATIENCE_MS;
  while (milliseconds() < end) {
    struct pollfd entries[CLIENTS_MAX];
    int under_way = 0;
    for (int index = 0; index < count; index++) {
      const struct client *client = &clients[first + index];
      entries[index].fd = client->is_over ? -1 : client->socket;
      entries[index].events = reads ? POLLIN : POLLRDHUP;
      under_way += !client->is_over;
    }
    if (under_way == 0) return;
    poll(entries, (nfds_t)count, 1000);
    for (int index = 0; index < count; index++) {
      if (entries[index].fd < 0 || entries[index].revents == 0) continue;
      if (reads)
        read_some(&clients[first + index], bytes);
      else
        clients[first + index].is_over = true;
    }
  }
}

static int follow(int port, const char *target, uint64_t bytes, int readers, int dead) {
  if (readers + dead > CLIENTS_MAX) return 64;
  // The dead ones first, so that what they hold up would be held up from the start.
  for (int index = 0; index < dead + readers; index++) {
    struct client *client = &clients[(readers + index) % (readers + dead)];
    client->socket = connected(port, target, index < dead ? 4096 : 0);
    if (client->socket < 0) return 71;
  }
  // Before the test hears of it, and has the job print.
  const int64_t start = milliseconds();
  printf("connected %d\n", readers + dead);
  fflush(stdout);
  run(0, readers, true, bytes);
  const int64_t read = milliseconds();
  run(readers, dead, false, bytes);
  int whole = 0, cut = 0;
  for (int index = 0; index < readers; index++) whole += clients[index].is_whole;
  for (int index = 0; index < dead; index++) cut += clients[readers + index].is_over;
  printf("whole %d\nmilliseconds %lld\ncut %d\ncut-milliseconds %lld\n", whole,
         (long long)(read - start), cut, (long long)(milliseconds() - start));
  return 0;
}

int main(int count, char **words) {
  if (count == 3 && strcmp(words[1], "write") == 0)
    return write_numbers(strtoull(words[2], NULL, 10));
  if (count == 7 && strcmp(words[1], "follow") == 0)
    return follow(atoi(words[2]), words[3], strtoull(words[4], NULL, 10), atoi(words[5]),
                  atoi(words[6]));
  fprintf(stderr, "counters: write or follow\n");
  return 64;
}
