/* libpq as Swift sees it: types and constants from its own header, functions from a library that is
   loaded when a service asks for it (dlopen(3)). A service with the embedded store loads neither
   libpq nor what that needs: OpenSSL, GSSAPI, LDAP. */
#ifndef CPOSTGRESQL_H
#define CPOSTGRESQL_H

#include <postgresql/libpq-fe.h>

/* The functions that are used: https://www.postgresql.org/docs/15/libpq.html. */
#define CPOSTGRESQL_FUNCTIONS(FUNCTION) \
    FUNCTION(PQclear)                   \
    FUNCTION(PQcmdStatus)               \
    FUNCTION(PQcmdTuples)               \
    FUNCTION(PQconnectPoll)             \
    FUNCTION(PQconnectStartParams)      \
    FUNCTION(PQconninfo)                \
    FUNCTION(PQconninfoFree)            \
    FUNCTION(PQconninfoParse)           \
    FUNCTION(PQconsumeInput)            \
    FUNCTION(PQerrorMessage)            \
    FUNCTION(PQfinish)                  \
    FUNCTION(PQflush)                   \
    FUNCTION(PQfreemem)                 \
    FUNCTION(PQgetResult)               \
    FUNCTION(PQgetisnull)               \
    FUNCTION(PQgetlength)               \
    FUNCTION(PQgetvalue)                \
    FUNCTION(PQisBusy)                  \
    FUNCTION(PQntuples)                 \
    FUNCTION(PQresultErrorField)        \
    FUNCTION(PQresultErrorMessage)      \
    FUNCTION(PQresultStatus)            \
    FUNCTION(PQsendPrepare)             \
    FUNCTION(PQsendQuery)               \
    FUNCTION(PQsendQueryPrepared)       \
    FUNCTION(PQsetNoticeReceiver)       \
    FUNCTION(PQsetnonblocking)          \
    FUNCTION(PQsocket)                  \
    FUNCTION(PQstatus)

/* The addresses of the functions, none of them null. */
#define CPOSTGRESQL_FIELD(name) __typeof__(&name) _Nonnull name;
struct cpostgresql {
    CPOSTGRESQL_FUNCTIONS(CPOSTGRESQL_FIELD)
};
#undef CPOSTGRESQL_FIELD

/* Loads libpq.so.5 with all of its functions, into *functions. Returns 0, or -1 where it is not
   there or lacks one; then dlerror(3) of the calling thread says which. What is loaded stays. */
int cpostgresql_load(struct cpostgresql *_Nonnull functions);

#endif
