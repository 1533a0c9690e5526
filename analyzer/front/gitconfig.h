/* Files in the format of git's configuration, which Sqitch has taken over. */
#ifndef FRONT_GITCONFIG_H
#define FRONT_GITCONFIG_H

#include "base/map.h"
#include "source/text.h"

/*
 * All values by "section.subsection.key", section and key in lower case: later ones win. A key without a value has "true". Lines
 * that are neither are passed over.
 */
void gitconfig_read(struct arena *arena, const struct file *file, struct map *out);

#endif
