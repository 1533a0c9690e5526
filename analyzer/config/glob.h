/*
 * Path patterns as .gitignore has them: "*" and "?" within one part of a path, "**" over
 * any number of parts, "[a-z]" classes; no braces. A pattern with a slash (other than at its end) is
 * anchored at the root; one without matches at any depth. Linear: no backtracking blow-up.
 */
#ifndef CONFIG_GLOB_H
#define CONFIG_GLOB_H

#include <stdbool.h>

/* path: relative, clean, "/" between parts. */
bool glob_match(const char *pattern, const char *path);
/* Whether the pattern could ever match; false for "", an unclosed "[" and an absolute or ".." path. */
bool glob_is_valid(const char *pattern);

#endif
