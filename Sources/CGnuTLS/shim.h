/* GnuTLS as Swift sees it: digests, TLS sessions, and X.509 certificates. */
#ifndef CGNUTLS_SHIM_H
#define CGNUTLS_SHIM_H

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/* What a session reads by: recv(2) from its socket. `starved` is called on the thread that makes
   the handshake, where that has to wait for bytes which have not come. Valid for as long as the
   session reads. */
struct cgnutls_transport {
    int descriptor;
    gnutls_session_t _Nonnull session;
    void *_Nonnull context;
    void (*_Nonnull starved)(void *_Nonnull);
};

/* Once the client's Finished has come, no handshake waits for more. */
static inline ssize_t cgnutls_receive(gnutls_transport_ptr_t _Nonnull pointer,
                                      void *_Nonnull buffer, size_t bytes_max) {
    const struct cgnutls_transport *transport = (const struct cgnutls_transport *)pointer;
    const ssize_t count = recv(transport->descriptor, buffer, bytes_max, 0);
    if (count >= 0)
        return count;
    const int code = errno;
    if (code == EAGAIN &&
        gnutls_handshake_get_last_in(transport->session) != GNUTLS_HANDSHAKE_FINISHED)
        transport->starved(transport->context);
    gnutls_transport_set_errno(transport->session, code);
    return -1;
}

/* Asked before a read that has a time limit; the sessions here have none. */
static inline int cgnutls_is_readable(gnutls_transport_ptr_t _Nonnull pointer, unsigned int ms) {
    struct pollfd entry = {((const struct cgnutls_transport *)pointer)->descriptor, POLLIN, 0};
    return poll(&entry, 1, ms == GNUTLS_INDEFINITE_TIMEOUT ? -1 : (int)ms);
}

/* What is sent goes as before: the library's own function gets the descriptor as its pointer. */
static inline void cgnutls_use_transport(struct cgnutls_transport *_Nonnull transport) {
    gnutls_transport_set_ptr2(transport->session, transport,
                              (gnutls_transport_ptr_t)(intptr_t)transport->descriptor);
    gnutls_transport_set_pull_function(transport->session, cgnutls_receive);
    gnutls_transport_set_pull_timeout_function(transport->session, cgnutls_is_readable);
}

/* The library's release of memory is a variable and a macro: Swift imports neither safely. */
static inline void cgnutls_free(void *_Nullable memory) { (gnutls_free)(memory); }

#endif
