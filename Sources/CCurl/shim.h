/* libcurl as Swift sees it. Each inline function says why Swift cannot call the original. */
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

/* The type checks of curl.h are macros around the variadic calls, for constant options only; here
   the option is a parameter, and the types of the functions below do the same work. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* Constants that are enumerators in one release of libcurl, plain macros in the next, and macros
   with a suffix or a cast in another: Swift would import each of these as another type, or not at
   all. Here they have the type that is read where they are passed. */
static const long ccurl_global_default = CURL_GLOBAL_DEFAULT;
static const long ccurl_http_version_1_1 = CURL_HTTP_VERSION_1_1;
static const long ccurl_sslversion_tls_1_2 = CURL_SSLVERSION_TLSv1_2;
static const unsigned int ccurl_url_encode = CURLU_URLENCODE;
static const unsigned int ccurl_url_default_port = CURLU_DEFAULT_PORT;
static const size_t ccurl_error_bytes = CURL_ERROR_SIZE;
static const size_t ccurl_readfunc_abort = CURL_READFUNC_ABORT;
static const int ccurl_seekfunc_ok = CURL_SEEKFUNC_OK;
static const int ccurl_seekfunc_fail = CURL_SEEKFUNC_FAIL;
static const int ccurl_seekfunc_cantseek = CURL_SEEKFUNC_CANTSEEK;

/* curl_easy_setopt is variadic, and Swift imports no variadic function: one wrapper for each type
   that an option may take, so that a number can never be passed where a pointer is read. */
static inline CURLcode ccurl_set_long(CURL *_Nonnull easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/* The same for the options named …_LARGE, which read 64 bits whatever a long is. */
static inline CURLcode ccurl_set_size(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/* The same for text. libcurl copies it. */
static inline CURLcode ccurl_set_text(
    CURL *_Nonnull easy, CURLoption option, const char *_Nonnull value) {
    return curl_easy_setopt(easy, option, value);
}

/* The same for a text that has a default: there is none from now on. */
static inline CURLcode ccurl_clear_text(CURL *_Nonnull easy, CURLoption option) {
    return curl_easy_setopt(easy, option, NULL);
}

/* The same for what libcurl keeps a pointer to: READDATA, SEEKDATA, WRITEDATA, ERRORBUFFER. */
static inline CURLcode ccurl_set_pointer(
    CURL *_Nonnull easy, CURLoption option, void *_Nonnull value) {
    return curl_easy_setopt(easy, option, value);
}

/* The same for HTTPHEADER. The list must outlive the transfer. */
static inline CURLcode ccurl_set_headers(CURL *_Nonnull easy, struct curl_slist *_Nonnull list) {
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

/* The same for READFUNCTION. */
static inline CURLcode ccurl_set_read(CURL *_Nonnull easy, curl_read_callback _Nonnull function) {
    return curl_easy_setopt(easy, CURLOPT_READFUNCTION, function);
}

/* The same for SEEKFUNCTION. */
static inline CURLcode ccurl_set_seek(CURL *_Nonnull easy, curl_seek_callback _Nonnull function) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}

/* The same for WRITEFUNCTION and HEADERFUNCTION, which share a type. */
static inline CURLcode ccurl_set_write(
    CURL *_Nonnull easy, CURLoption option, curl_write_callback _Nonnull function) {
    return curl_easy_setopt(easy, option, function);
}

/* The same for OPENSOCKETFUNCTION. */
static inline CURLcode ccurl_set_opensocket(
    CURL *_Nonnull easy, curl_opensocket_callback _Nonnull function) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}

/* `addr` of curl_sockaddr is only the begin of an address that may be longer than its type, which a
   copy by Swift would cut off. */
static inline const struct sockaddr *_Nonnull ccurl_address(
    const struct curl_sockaddr *_Nonnull place) {
    return &place->addr;
}

/* curl_easy_getinfo is variadic too: the numbers. */
static inline CURLcode ccurl_get_long(CURL *_Nonnull easy, CURLINFO info, long *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

/* The same for the numbers named …_T and RETRY_AFTER, which are 64 bits whatever a long is. */
static inline CURLcode ccurl_get_size(
    CURL *_Nonnull easy, CURLINFO info, curl_off_t *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

/* The one thing about a multi handle that threads other than its own may use. Swift cannot see
   that curl_multi_wakeup(3) is safe from any thread; this type says so, and offers nothing else.
   Whoever holds one must have given it up before curl_multi_cleanup. */
struct __attribute__((swift_attr("@Sendable"))) ccurl_waker {
    CURLM *_Nonnull multi;
};

static inline CURLMcode ccurl_wake(struct ccurl_waker waker) {
    return curl_multi_wakeup(waker.multi);
}

#endif
