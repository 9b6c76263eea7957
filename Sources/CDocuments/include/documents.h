#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include <stdint.h>

/// The bytes of docs/openapi.json as they were when the program was built. They are constant and
/// live as long as the program.
///
/// `count` is set to their number.
const uint8_t *documents_openapi(uint64_t *count);

#endif
