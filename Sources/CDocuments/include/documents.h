#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include <stdint.h>

/// The bytes of docs/openapi.json as they were when the program was built. They are constant and
/// live as long as the program.
///
/// `count` is set to their number.
const uint8_t *documents_openapi(uint64_t *count);

/// The bytes of a file of the dashboard, Sources/CDocuments/Dashboard, as they were when the
/// program was built: constant, as above. Null for a name that none has.
///
/// `name` ends in a zero. `count` is set to their number, 0 for none.
const uint8_t *documents_dashboard(const char *name, uint64_t *count);

#endif
