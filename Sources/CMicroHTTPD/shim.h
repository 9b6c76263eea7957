/* libmicrohttpd as Swift sees it. Each inline function says why Swift cannot use the original. */
#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Requests that the library answers by itself with a page of HTML, by what is wrong with them. */
enum cmicrohttpd_refusal {
    CMICROHTTPD_CONTENT_LENGTH,
    CMICROHTTPD_CHUNK,
    CMICROHTTPD_CHUNK_SIZE,
    /* The memory of the connection is full before the end of a chunk's size line. */
    CMICROHTTPD_CHUNK_LINE,
};

/* What is told of such a request, before the library answers it. */
struct cmicrohttpd_listener {
    void *_Nonnull context;
    void (*_Nonnull refused)(void *_Nonnull, enum cmicrohttpd_refusal);
};

/* Options of the server at its start; fields instead of a list of options and values. */
struct cmicrohttpd_settings {
    int listening_socket;
    /* Whether connections begin with a TLS handshake. Each session is given its credentials when
       its connection begins. */
    int is_encrypted;
    size_t memory_per_connection_bytes;
    unsigned int connections_max;
    unsigned int inactivity_seconds;
    /* Valid until the server has stopped. */
    const struct cmicrohttpd_listener *_Nonnull listener;
    void *_Nonnull context;
    MHD_AccessHandlerCallback _Nonnull handle;
    void *_Nullable (*_Nonnull begin)(void *_Nonnull, const char *_Nullable,
                                      struct MHD_Connection *_Nonnull);
    MHD_RequestCompletedCallback _Nonnull complete;
    MHD_NotifyConnectionCallback _Nonnull connection;
};

/* From 1.0 on there are discipline levels: 1 refuses all that RFC 9112 says must be refused (bare
   LF and CR, NUL, folded lines, white space in names); 2 would also refuse the one empty line
   before a request that a server should ignore (2.2). At each level 1.0.1 takes the size line of a
   chunk with an extension for one byte shorter than it is, so it answers 400 where extensions are
   to be ignored (7.1.1). What it refuses it answers with a page of HTML, before any handler.
   Before 1.0, STRICT_FOR_CLIENT at 1 adds only "Host is there" and "no space in the target", each
   answered with a page of HTML; -1, by an inverted test, "no space before a colon". The guard in
   Swift makes all three checks and answers in JSON, so the library is left at its default. */
#if MHD_VERSION >= 0x01000000
#define CMICROHTTPD_DISCIPLINE MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1,
#else
#define CMICROHTTPD_DISCIPLINE
#endif

/* The library's error log, of which nothing is written anywhere: every stranger could write to it.
   It has one line for each request that the library answers by itself, before it does so. */
static inline void cmicrohttpd_log(void *context, const char *format, va_list arguments) {
    static const char start[] = "Error processing request (HTTP response code is %u";
    const struct cmicrohttpd_listener *listener = context;
    if (strncmp(format, start, sizeof(start) - 1) != 0)
        return;
    const unsigned int status = va_arg(arguments, unsigned int);
    const char *page = va_arg(arguments, const char *);
    if (strstr(page, "Content-Length") != NULL)
        listener->refused(listener->context, CMICROHTTPD_CONTENT_LENGTH);
    else if (status == 500 || strstr(page, "chunk size line") != NULL)
        listener->refused(listener->context, CMICROHTTPD_CHUNK_LINE);
    else if (strstr(page, "chunk") != NULL)
        listener->refused(listener->context,
                          status == 413 ? CMICROHTTPD_CHUNK_SIZE : CMICROHTTPD_CHUNK);
}

/* The library starts no encrypted daemon without a source of certificates. This one has none, so
   that the handshake of a session that was given no credentials of its own fails. */
static inline int cmicrohttpd_no_certificate(void) { return -1; }

/* MHD_start_daemon is variadic: Swift imports no variadic function. MHD_USE_ITC comes with the
   thread and wakes it up. The logger comes first, so that it takes what the other options say. */
static inline struct MHD_Daemon *_Nullable cmicrohttpd_start(
    const struct cmicrohttpd_settings *_Nonnull settings) {
    const unsigned int flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
#define CMICROHTTPD_OPTIONS                                                                   \
    MHD_OPTION_EXTERNAL_LOGGER, cmicrohttpd_log, (void *)settings->listener,                  \
        CMICROHTTPD_DISCIPLINE                                                                \
        MHD_OPTION_LISTEN_SOCKET, settings->listening_socket,                                 \
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->memory_per_connection_bytes,            \
        MHD_OPTION_CONNECTION_LIMIT, settings->connections_max,                               \
        MHD_OPTION_CONNECTION_TIMEOUT, settings->inactivity_seconds,                          \
        MHD_OPTION_URI_LOG_CALLBACK, settings->begin, settings->context,                      \
        MHD_OPTION_NOTIFY_COMPLETED, settings->complete, settings->context,                   \
        MHD_OPTION_NOTIFY_CONNECTION, settings->connection, settings->context, MHD_OPTION_END
    if (settings->is_encrypted)
        return MHD_start_daemon(flags | MHD_USE_TLS, 0, NULL, NULL, settings->handle,
                                settings->context, MHD_OPTION_HTTPS_CERT_CALLBACK2,
                                cmicrohttpd_no_certificate, CMICROHTTPD_OPTIONS);
    return MHD_start_daemon(flags, 0, NULL, NULL, settings->handle, settings->context,
                            CMICROHTTPD_OPTIONS);
#undef CMICROHTTPD_OPTIONS
}

/* MHD_get_connection_info is variadic, and its result a union of which one member is meant. */
static inline int cmicrohttpd_descriptor(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : (int)info->connect_fd;
}

/* The same, for the TLS session of an encrypted connection: its gnutls_session_t; NULL for none. */
static inline void *_Nullable cmicrohttpd_tls_session(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info == NULL ? NULL : (void *)info->tls_session;
}

/* The same, for what was attached to the connection when it began. */
static inline void *_Nullable cmicrohttpd_attached(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/* The same, for the length of the head, which in 0.9 stands where `method` points and ends behind
   the empty line. 0 from 1.0 on, which is strict by itself and where that is not so. */
static inline size_t cmicrohttpd_head_bytes(struct MHD_Connection *_Nonnull connection) {
#if MHD_VERSION >= 0x01000000
    (void)connection;
    return 0;
#else
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info == NULL ? 0 : info->header_size;
#endif
}

/* Macros with a cast: Swift imports none of those. */
static inline ssize_t cmicrohttpd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline ssize_t cmicrohttpd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline uint64_t cmicrohttpd_size_unknown(void) { return MHD_SIZE_UNKNOWN; }

/* MHD_set_response_options is variadic. For answers to HEAD: 0.9.75 ends one that would be in
   chunks with an empty chunk, which the client would take for the start of the next answer. */
static inline void cmicrohttpd_say_no_length(struct MHD_Response *_Nonnull response) {
    MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

/* The same for an answer whose body goes past the library, to the socket itself: it takes the
   length from here, sends the head alone, and closes the connection when its callback says that
   the end has come. */
static inline struct MHD_Response *_Nullable cmicrohttpd_say_length(
    struct MHD_Response *_Nullable response, const char *_Nonnull length) {
    if (response == NULL) return NULL;
    MHD_set_response_options(
        response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT | MHD_RF_INSANITY_HEADER_CONTENT_LENGTH,
        MHD_RO_END);
    (void)MHD_add_response_header(response, "Content-Length", length);
    return response;
}

#endif
