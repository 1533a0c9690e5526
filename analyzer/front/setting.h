/* Settings in the frameworks' own files: lines "key = value" of TOML and properties. */
#ifndef FRONT_SETTING_H
#define FRONT_SETTING_H

#include "source/text.h"

/* The value that the first line of this key gives it, in whatever table, without quotes and comments; NULL: none does. */
const char *setting_of(struct arena *arena, const struct file *file, const char *key);
bool setting_is(struct arena *arena, const struct file *file, const char *key, const char *value);

#endif
