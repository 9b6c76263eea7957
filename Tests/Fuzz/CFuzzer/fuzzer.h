/* What a program calls that brings libFuzzer without its main (LLVM, "Using libFuzzer as a
   library"). */
#ifndef HTTP_RUNNER_FUZZER_H
#define HTTP_RUNNER_FUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv,
                        int (*callback)(const uint8_t *data, size_t size));

#endif
