/*
 * Rails' db/structure.sql: pg_dump's output, and behind it the versions of the migrations that are in it. psql loads it, and a
 * history begins with it.
 */
#define _GNU_SOURCE /* memmem */
#include "front/sections.h"

#include <string.h>

static const char *recognise_file(const struct file *file) {
    static const char versions[] = "INSERT INTO \"schema_migrations\" (version) VALUES";

    return file_is_pg_dump(file) && memmem(file->bytes, file->len, versions, sizeof(versions) - 1)
               ? "it begins as pg_dump's output does, and ends with Rails' versions"
               : NULL;
}

const struct front front_rails_structure = {
    .name = "rails-structure",
    .kind = MIGRATION_BASELINE,
    .mode = TRANSACTION_PER_STATEMENT,
    .recognise_file = recognise_file,
    .render = render_whole_file,
};
