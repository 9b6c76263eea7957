#include "cpostgresql.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

int cpostgresql_load(struct cpostgresql *functions) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return -1;
    void *address;
    /* ISO C has no cast from an object pointer to a function pointer: dlopen(3), NOTES. */
#define CPOSTGRESQL_FIND(name)                  \
    address = dlsym(library, #name);            \
    if (address == NULL) return -1;             \
    memcpy(&functions->name, &address, sizeof(address));
    CPOSTGRESQL_FUNCTIONS(CPOSTGRESQL_FIND)
#undef CPOSTGRESQL_FIND
    return 0;
}
