#define _GNU_SOURCE /* memmem */
/* What of a history is for another database than PostgreSQL: left out, with the reason. */
#include "base/ascii.h"
#include "base/path.h"
#include "front/dialect.h"
#include "front/discover.h"

#include <string.h>

static void leave_out_file(struct arena *arena, struct history *history, const char *path,
                           const char *absolute, const char *why) {
    if (absolute)
        vec_push(arena, &history->left_out,
                 ((struct left_out){
                     .kind = LEFT_OUT_DIALECT, .path = path, .absolute = absolute, .why = why}));
}

static void leave_out(struct arena *arena, struct history *history,
                      const struct migration *migration, const char *why) {
    const char *up = migration->up_absolute, *down = migration->down_absolute;

    leave_out_file(arena, history, migration->up_path, up, why);
    if (!up || !down || strcmp(up, down) != 0)
        leave_out_file(arena, history, migration->down_path, down, why);
}

/* Files among others whose names say that they are not for PostgreSQL. */
static void drop_by_name(struct arena *arena, struct history *history) {
    size_t kept = 0;

    for (size_t i = 0; i < history->migrations.n; i++) {
        const struct migration *migration = &history->migrations.v[i];
        const char *path = migration->up_path ? migration->up_path : migration->down_path;
        const char *why = dialect_of_name(arena, path_base(path));
        if (why)
            leave_out(arena, history, migration, why);
        else
            history->migrations.v[kept++] = *migration;
    }
    history->migrations.n = kept;
}

/* Whether the file is SQL, and all for one database. */
static bool tells_dialect(const struct front *front, const struct file *file) {
    return ascii_ends_with(file->path, ".sql") &&
           !(front->names_databases && memmem(file->bytes, file->len, "dbms", 4));
}

/* The first, the last and the one in the middle are asked. */
static const char *foreign_by_contents(struct discovery *discovery, const struct history *history) {
    size_t n = history->migrations.n;

    for (size_t i = 0; i < 3 && i < n; i++) {
        size_t at = i == 0 ? 0 : i == 1 ? n - 1 : n / 2;
        const char *absolute = history->migrations.v[at].up_absolute;
        const struct reading *reading = absolute ? files_read(&discovery->files, absolute) : NULL;
        const char *why = reading && !reading->why && tells_dialect(history->front, reading->file)
                              ? dialect_of_contents(discovery->arena, reading->file)
                              : NULL;
        if (why)
            return why;
    }
    return NULL;
}

static const char *find_foreign(struct discovery *discovery, const struct folder *folder,
                                const struct history *history) {
    const struct front *front = history->front;
    const char *why = front->foreign ? front->foreign(discovery->arena, folder) : NULL;

    if (!why)
        why = dialect_of_folder(discovery->arena, folder);
    return why ? why : foreign_by_contents(discovery, history);
}

void discovery_drop_foreign(struct discovery *discovery, const struct folder *folder,
                            struct history *history) {
    drop_by_name(discovery->arena, history);
    history->foreign = find_foreign(discovery, folder, history);
    if (!history->foreign)
        return;
    for (size_t i = 0; i < history->migrations.n; i++)
        leave_out(discovery->arena, history, &history->migrations.v[i], history->foreign);
    history->migrations.n = 0;
}
