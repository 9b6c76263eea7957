#include "documents.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// #embed of C23 (N3017): the compiler reads the file, so that it stays the only copy.
static const uint8_t openapi[] = {
#embed "../../docs/openapi.json"
};

const uint8_t *documents_openapi(uint64_t *count) {
  *count = sizeof openapi;
  return openapi;
}
