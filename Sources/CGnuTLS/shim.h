/* GnuTLS as Swift sees it: digests, TLS sessions, and X.509 certificates. */
#ifndef CGNUTLS_SHIM_H
#define CGNUTLS_SHIM_H

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

/* The library's release of memory is a variable and a macro: Swift imports neither safely. */
static inline void cgnutls_free(void *_Nullable memory) { (gnutls_free)(memory); }

#endif
