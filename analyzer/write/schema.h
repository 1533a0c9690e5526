/* The formats of "migvet schema". */
#ifndef WRITE_SCHEMA_H
#define WRITE_SCHEMA_H

#include "source/schema_document.h"
#include "write/write.h"

/* "sql", "json" or "text"; false for another format, with nothing written. */
bool write_schema(struct buf *out, const char *format, const struct schema_document *document,
                  const struct write_options *options);
/* One line for standard error. */
void write_schema_summary(struct buf *err, const struct schema_document *document);

#endif
