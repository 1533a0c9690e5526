/* The formats of "--show-front". */
#ifndef WRITE_FRONT_H
#define WRITE_FRONT_H

#include "source/front_document.h"
#include "write/write.h"

/* "text" or "json"; false for another format, with nothing written. */
bool write_front(struct buf *out, const char *format, const struct front_document *document,
                 const struct write_options *options);

#endif
