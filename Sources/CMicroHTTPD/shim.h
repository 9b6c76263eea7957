/* libmicrohttpd as Swift sees it. Each inline function says why Swift cannot use the original. */
#ifndef CMICROHTTPD_SHIM_H
#define CMICROHTTPD_SHIM_H

#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/* Options of the server at its start; fields instead of a list of options and values. */
struct cmicrohttpd_settings {
    int listening_socket;
    size_t memory_per_connection_bytes;
    unsigned int connections_max;
    unsigned int inactivity_seconds;
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

/* MHD_start_daemon is variadic: Swift imports no variadic function. No error log is asked for:
   every stranger could write to it. MHD_USE_ITC comes with the thread and wakes it up. */
static inline struct MHD_Daemon *_Nullable cmicrohttpd_start(
    const struct cmicrohttpd_settings *_Nonnull settings) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL,
        settings->handle, settings->context, CMICROHTTPD_DISCIPLINE
        MHD_OPTION_LISTEN_SOCKET, settings->listening_socket,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->memory_per_connection_bytes,
        MHD_OPTION_CONNECTION_LIMIT, settings->connections_max,
        MHD_OPTION_CONNECTION_TIMEOUT, settings->inactivity_seconds,
        MHD_OPTION_URI_LOG_CALLBACK, settings->begin, settings->context,
        MHD_OPTION_NOTIFY_COMPLETED, settings->complete, settings->context,
        MHD_OPTION_NOTIFY_CONNECTION, settings->connection, settings->context, MHD_OPTION_END);
}

/* MHD_get_connection_info is variadic, and its result a union of which one member is meant. */
static inline int cmicrohttpd_descriptor(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : (int)info->connect_fd;
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

#endif
