#include "plan/down_file.h"

#include "base/ascii.h"
#include "base/path.h"
#include "front/front.h"
#include "source/escape.h"

#include <string.h>

enum { COMMENT_SQL = 100 }; /* bytes of a statement that a comment repeats */

enum place {
    PLACE_PAIR,    /* x.up.sql and x.down.sql */
    PLACE_FOLDER,  /* x/up.sql and x/down.sql */
    PLACE_SECTION, /* behind a marker in the same file */
};

/* How a framework wants its downs; of what is not here nobody writes one. */
struct form {
    const char *front;
    enum place place;
    const char *marker, *marker_alone; /* that begins the section; outside of a transaction */
    const char *alone;                 /* first line of a file that runs outside of one */
    const char *begin, *end;           /* around a statement with semicolons inside */
};

static const struct form forms[] = {
    {.front = "golang-migrate", .place = PLACE_PAIR},
    {.front = "sqlx", .place = PLACE_PAIR, .alone = "-- no-transaction\n"},
    {.front = "popx", .place = PLACE_PAIR},
    {.front = "diesel", .place = PLACE_FOLDER},
    {.front = "up-down-folders", .place = PLACE_FOLDER},
    {.front = "hasura", .place = PLACE_FOLDER},
    {.front = "node-pg-migrate", .place = PLACE_SECTION, .marker = "-- Down Migration\n"},
    {.front = "goose",
     .place = PLACE_SECTION,
     .marker = "-- +goose Down\n",
     .begin = "-- +goose StatementBegin\n",
     .end = "-- +goose StatementEnd\n"},
    {.front = "dbmate",
     .place = PLACE_SECTION,
     .marker = "-- migrate:down\n",
     .marker_alone = "-- migrate:down transaction:false\n"},
    {.front = "sql-migrate",
     .place = PLACE_SECTION,
     .marker = "-- +migrate Down\n",
     .marker_alone = "-- +migrate Down notransaction\n",
     .begin = "-- +migrate StatementBegin\n",
     .end = "-- +migrate StatementEnd\n"},
};

static const struct form *form_of(const struct migration *migration) {
    const char *name = front_name(migration->front);

    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
        if (strcmp(forms[i].front, name) == 0)
            return &forms[i];
    return NULL;
}

/* --- the SQL --- */

static void put_comment(struct buf *out, const char *label, const char *text, size_t limit) {
    size_t n = strlen(text);

    buf_puts(out, "-- ");
    buf_puts(out, label);
    escape_line(out, text, n > limit ? limit : n);
    buf_puts(out, n > limit ? "...\n" : "\n");
}

static void put_comments(struct buf *out, const struct rollback_step *step) {
    bool stays = step->obstacles.n > 0;

    if (stays || step->losses.n)
        put_comment(out, stays ? "cannot be taken back: " : "", step->sql, COMMENT_SQL);
    for (size_t i = 0; i < step->obstacles.n; i++)
        put_comment(out, "    ", step->obstacles.v[i], SIZE_MAX);
    for (size_t i = 0; i < step->losses.n; i++)
        put_comment(out, "    lost: ", step->losses.v[i], SIZE_MAX);
    for (size_t i = 0; *step->in_unit && i < step->notes.n; i++)
        put_comment(out, "", step->notes.v[i], SIZE_MAX);
}

/* A body between dollars has semicolons of its own, at which some frameworks would cut. */
static void put_statements(struct buf *out, const struct form *form, const char *sql) {
    bool wrapped = form && form->begin && strchr(sql, '$');

    buf_puts(out, wrapped ? form->begin : "");
    buf_puts(out, sql);
    buf_puts(out, wrapped ? form->end : "");
}

static const char *down_sql(struct arena *arena, const struct rollback_document *document,
                            const struct form *form, const struct rollback_migration *migration) {
    struct buf out = BUF_INIT;
    const char *copy;

    for (size_t i = migration->step_count; i > 0; i--) {
        const struct rollback_step *step = &document->steps.v[migration->first_step + i - 1];
        if (step->fails)
            continue;
        put_comments(&out, step);
        put_statements(&out, form, step->in_unit);
    }
    copy = arena_strndup(arena, buf_str(&out), out.n);
    buf_release(&out);
    return copy;
}

/* --- the file --- */

static bool does_anything(const struct rollback_document *document,
                          const struct rollback_migration *migration, bool statements) {
    for (size_t i = 0; i < migration->step_count; i++) {
        const struct rollback_step *step = &document->steps.v[migration->first_step + i];
        if (*step->in_unit || (!statements && step->obstacles.n))
            return true;
    }
    return false;
}

static const char *paired_path(struct arena *arena, const char *up) {
    const char *suffix = ".up.sql";

    if (!ascii_ends_with(up, suffix))
        return NULL;
    return arena_printf(arena, "%.*s.down.sql", (int)(strlen(up) - strlen(suffix)), up);
}

static const char *path_of_down(struct arena *arena, const struct form *form,
                                const struct migration *migration) {
    switch (form->place) {
    case PLACE_PAIR:
        return paired_path(arena, migration->up_absolute);
    case PLACE_FOLDER:
        return path_join(arena, path_folder(arena, migration->up_absolute), "down.sql");
    case PLACE_SECTION:
        break;
    }
    return migration->up_absolute;
}

static const char head[] =
    "-- Made by \"migvet rollback --write\" from the schema before the up: to be read before it is "
    "relied on.\n";

static const char *file_text(struct arena *arena, const struct form *form,
                             const struct migration *migration, const char *down) {
    const struct file *file = migration->sections.v[0].text->file;
    bool alone = strstr(down, "INDEX CONCURRENTLY") != NULL;
    const char *marker = alone && form->marker_alone ? form->marker_alone : form->marker;

    if (form->place != PLACE_SECTION)
        return arena_printf(arena, "%s%s%s", alone && form->alone ? form->alone : "", head, down);
    return arena_printf(arena, "%.*s%s\n%s%s%s", (int)file->len, file->bytes,
                        file->len && file->bytes[file->len - 1] == '\n' ? "" : "\n", marker, head,
                        down);
}

static const char *refusal(struct arena *arena, const struct form *form,
                           const struct migration *migration) {
    const char *name = front_name(migration->front);

    if (form && !path_of_down(arena, form, migration))
        return arena_printf(arena, "%s looks for a down only beside a file named .up.sql", name);
    if (form)
        return NULL;
    if (migration->front->has_downs)
        return arena_printf(arena, "how %s wants its downs is not known here", name);
    return arena_printf(arena, "%s has no downs", name);
}

static void fill_write(struct arena *arena, const struct rollback_document *document,
                       const struct form *form, const struct migration *migration,
                       struct rollback_migration *out) {
    out->write_refusal = refusal(arena, form, migration);
    out->written = out->write_refusal ? ROLLBACK_NO_DOWNS : ROLLBACK_LACKS_DOWN;
    if (out->write_refusal || out->note || !does_anything(document, out, false))
        return;
    if (!does_anything(document, out, true)) {
        out->write_refusal = "no step of it can be taken back: say so with a comment "
                             "\"-- migvet:irreversible reason\"";
        return;
    }
    out->write_path = path_of_down(arena, form, migration);
    out->write_text = file_text(arena, form, migration, out->down);
}

void down_file_fill(struct arena *arena, const struct rollback_document *document,
                    const struct migration *migration, struct rollback_migration *out) {
    const struct form *form = form_of(migration);

    out->down = down_sql(arena, document, form, out);
    out->written = ROLLBACK_HAS_DOWN;
    if (!migration->down_path && migration->sections.n)
        fill_write(arena, document, form, migration, out);
}
