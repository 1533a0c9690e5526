/*
 * A static libpg_query taken from a newer Debian expects two functions of glibc 2.38 or later. On
 * an older glibc they are supplied here, so that the library links; with a newer one, or another C
 * library, this file is empty. The version of the C library decides, and not a link probe or weak
 * symbols: both functions came with the same release, and a weak definition in the program would
 * still win over the C library's own.
 *
 * They are hidden, so that no shared library on the same machine gets them instead of its own.
 */
#include <stdlib.h>
#include <string.h>

#if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 38)

#define HIDDEN __attribute__((visibility("hidden")))

HIDDEN size_t strlcpy(char *dest, const char *source, size_t size);
HIDDEN unsigned long __isoc23_strtoul(const char *text, char **end, int base);

size_t strlcpy(char *dest, const char *source, size_t size) {
    size_t length = strlen(source);
    if (size > 0) {
        size_t kept = length < size ? length : size - 1;
        memcpy(dest, source, kept);
        dest[kept] = '\0';
    }
    return length;
}

/* C23's strtoul also reads binary numbers (0b1) in base 0 and 2, which libpg_query never uses. */
unsigned long __isoc23_strtoul(const char *text, char **end, int base) {
    return strtoul(text, end, base);
}

#else

/* ISO C forbids an empty translation unit. */
extern int pg_compat_is_not_needed;

#endif
