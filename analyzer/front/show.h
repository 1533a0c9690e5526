/* The histories of a job as a document, for "--show-front". */
#ifndef FRONT_SHOW_H
#define FRONT_SHOW_H

#include "front/history.h"
#include "source/front_document.h"

/* document->report must be set. The histories that are not for PostgreSQL are in it, too. */
void front_document_fill(struct front_document *document, const struct job *job);

#endif
