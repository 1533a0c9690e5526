/* The changesets of XML, YAML and JSON changelogs as the SQL that Liquibase sends to PostgreSQL. */
#include "base/ascii.h"
#include "base/path.h"
#include "front/liquibase/change.h"
#include "front/liquibase/changelog.h"
#include "front/liquibase/sql.h"

#include <string.h>

/* A section that is being written. */
struct writer {
    struct arena *arena;
    const struct history *history;
    const char *changelog; /* absolute */
    const struct text *whole;
    struct section section;
    struct text_builder builder;
};

static size_t offset_in(const struct writer *writer, size_t file_offset) {
    size_t bom = writer->whole->file->bom;

    return file_offset > bom ? file_offset - bom : 0;
}

static void note(struct writer *writer, const struct element *change, const char *why) {
    vec_push(
        writer->arena, &writer->section.notes,
        ((struct section_note){.file = writer->whole->file, .offset = change->start, .why = why}));
}

static void put_made(struct writer *writer, const struct element *change, const char *sql,
                     size_t n) {
    text_build_made(&writer->builder, writer->whole, offset_in(writer, change->start), sql, n);
}

/* --- SQL that stands in the changelog --- */

/*
 * A value of YAML or JSON, whose lines are looked for behind the place where it begins: what is found there leads back to it, what is written
 * in another way (escapes, folded lines) to its beginning.
 */
static void copy_value(struct text_builder *builder, const struct text *whole, size_t at,
                       const char *value) {
    const char *end = whole->bytes + whole->len, *from = whole->bytes + at;
    const char *found = from;

    while (*value) {
        size_t n = strcspn(value, "\n"), newline = value[n] == '\n';
        const char *line = NULL;
        for (const char *p = found; n && !line && p && (size_t)(end - p) >= n; p++) {
            p = memchr(p, value[0], (size_t)(end - p));
            if (!p || (size_t)(end - p) < n || p - found > 4096)
                break;
            line = memcmp(p, value, n) == 0 ? p : NULL;
        }
        if (line) {
            size_t start = (size_t)(line - whole->bytes);
            text_build_copy(builder, whole, (struct span){start, start + n});
            found = line + n;
        } else {
            text_build_made(builder, whole, (size_t)(found - whole->bytes), value, n);
        }
        text_build_made(builder, whole, (size_t)(found - whole->bytes), "\n", newline);
        value += n + newline;
    }
}

/* What stands in the element, or is the value of the attribute. */
static struct text *text_in(struct writer *writer, const struct element *element,
                            const char *attribute) {
    struct text_builder builder;

    text_build_init(&builder, writer->arena, writer->whole->file);
    for (size_t i = 0; i < element->attributes.n; i++)
        if (strcmp(element->attributes.v[i].name, attribute) == 0) {
            copy_value(&builder, writer->whole, offset_in(writer, element->attributes.v[i].offset),
                       element->attributes.v[i].value);
            text_build_made(&builder, writer->whole,
                            offset_in(writer, element->attributes.v[i].offset), "\n", 1);
        }
    for (size_t i = 0; i < element->chunks.n; i++) {
        const struct element_chunk *chunk = &element->chunks.v[i];
        size_t at = offset_in(writer, chunk->offset);
        if (chunk->verbatim)
            text_build_copy(&builder, writer->whole, (struct span){at, at + chunk->len});
        else
            text_build_made(&builder, writer->whole, at, chunk->bytes, chunk->len);
    }
    return text_build_end(&builder);
}

static const char *delimiter_of(const struct element *change) {
    return change_get(change, "endDelimiter");
}

static void write_text(struct writer *writer, const struct element *change, const char *attribute) {
    const struct text *text = text_in(writer, change, attribute);

    append_sql(&writer->builder, text, (struct span){0, text->len}, delimiter_of(change));
}

static void write_file(struct writer *writer, const struct element *change) {
    struct files *files = writer->history->files;
    const char *path = change_get(change, "path");
    const char *absolute =
        path ? changelog_resolve(files, writer->changelog, path,
                                 change_flag(change, "relativeToChangelogFile", false), false)
             : NULL;
    const struct reading *reading = absolute ? files_read(files, absolute) : NULL;
    const char *why = !absolute ? "there is no such file in the repository" : reading->why;
    const struct text *text;

    if (why) {
        vec_push(writer->arena, &writer->section.notes,
                 ((struct section_note){.file = writer->whole->file,
                                        .offset = change->start,
                                        .is_problem = true,
                                        .kind = PROBLEM_IO,
                                        .why = arena_printf(writer->arena, "cannot read %s: %s",
                                                            path ? path : "a file without a path",
                                                            why)}));
        return;
    }
    text = text_of_file(writer->arena, reading->file);
    map_set(&files->included, absolute, writer->arena);
    append_sql(&writer->builder, text, (struct span){0, text->len}, delimiter_of(change));
}

/* --- changes --- */

static void write_view(struct writer *writer, const struct element *change) {
    const struct text *query = text_in(writer, change, "selectQuery");
    struct buf head = BUF_INIT;

    buf_printf(&head, "CREATE %sVIEW ",
               change_flag(change, "replaceIfExists", false) ? "OR REPLACE " : "");
    put_qualified(&head, change, "schemaName", "viewName");
    buf_puts(&head, " AS ");
    if (change_get(change, "path")) {
        note(writer, change, "the file that holds a view's query");
    } else {
        if (!change_flag(change, "fullDefinition", false))
            put_made(writer, change, buf_str(&head), head.n);
        append_sql(&writer->builder, query, (struct span){0, query->len}, NULL);
    }
    buf_release(&head);
}

static void write_routine(struct writer *writer, const struct element *change) {
    if (change_get(change, "path"))
        write_file(writer, change);
    else
        write_text(writer, change, "procedureText");
}

/* Those that hold SQL of the user's. */
static const struct {
    const char *name;
    void (*write)(struct writer *writer, const struct element *change);
} holders[] = {
    {"sqlFile", write_file},
    {"createView", write_view},
    {"createProcedure", write_routine},
    {"createFunction", write_routine},
};

/* What stands in a changeset and is no change. */
static bool is_no_change(const char *name) {
    static const char *const names[] = {"rollback",    "preConditions", "validCheckSum",
                                        "comment",     "comments",      "property",
                                        "constraints", "column",        "changeLogId"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void write_by_attributes(struct writer *writer, const struct element *change,
                                change_writer *write) {
    struct buf sql = BUF_INIT;

    if (write)
        write(&sql, change);
    if (sql.n)
        put_made(writer, change, buf_str(&sql), sql.n);
    buf_release(&sql);
}

static void write_change(struct writer *writer, const struct element *change) {
    const struct change_type *type = change_type_find(change->name);

    if (is_no_change(change->name) || !dbms_is_ours(change_get(change, "dbms")))
        return;
    if (strcmp(change->name, "sql") == 0) {
        write_text(writer, change, "sql");
        return;
    }
    for (size_t i = 0; i < sizeof(holders) / sizeof(*holders); i++)
        if (strcmp(holders[i].name, change->name) == 0) {
            holders[i].write(writer, change);
            return;
        }
    if (type)
        write_by_attributes(writer, change, type->write);
    else
        note(writer, change,
             arena_printf(writer->arena, "what Liquibase makes of %.60s", change->name));
}

/* --- rollbacks --- */

static bool is_change(const struct element *element) {
    return !is_no_change(element->name) && dbms_is_ours(change_get(element, "dbms"));
}

/* Whether Liquibase knows by itself how to take back every change. */
static bool is_reversible(const struct element *changeset) {
    bool any = false;

    for (size_t i = 0; i < changeset->children.n; i++) {
        const struct element *change = changeset->children.v[i];
        const struct change_type *type = change_type_find(change->name);
        if (!is_change(change))
            continue;
        any = true;
        if (strcmp(change->name, "createView") != 0 && (!type || !type->has_rollback))
            return false;
    }
    return any;
}

static void drop_view_of(struct buf *out, const struct element *change) {
    buf_puts(out, "DROP VIEW ");
    put_qualified(out, change, "schemaName", "viewName");
    buf_puts(out, ";\n");
}

static void write_reverse(struct writer *writer, const struct element *changeset) {
    for (size_t i = changeset->children.n; i-- > 0;) {
        const struct element *change = changeset->children.v[i];
        const struct change_type *type = change_type_find(change->name);
        if (is_change(change))
            write_by_attributes(writer, change, type ? type->take_back : drop_view_of);
    }
}

static void write_rollback(struct writer *writer, const struct element *rollback) {
    if (change_get(rollback, "changeSetId"))
        note(writer, rollback, "a rollback that is another changeset");
    for (size_t i = 0; i < rollback->children.n; i++)
        write_change(writer, rollback->children.v[i]);
    write_text(writer, rollback, "sql");
}

/* Whether there is a way back, which then is written. */
static bool write_way_back(struct writer *writer, const struct element *changeset) {
    bool any = false;

    for (size_t i = 0; i < changeset->children.n; i++) {
        if (strcmp(changeset->children.v[i]->name, "rollback") != 0)
            continue;
        any = true;
        write_rollback(writer, changeset->children.v[i]);
    }
    if (any)
        return true;
    if (!is_reversible(changeset))
        return false;
    write_reverse(writer, changeset);
    return true;
}

/* --- changesets --- */

struct changesets {
    VEC(const struct element *) list;
};

static bool is_in_foreign_context(const struct element *changeset) {
    return context_is_foreign(change_get(changeset, "context")) ||
           context_is_foreign(change_get(changeset, "contextFilter"));
}

static void find_changesets(struct arena *arena, const struct element *root,
                            struct changesets *out) {
    for (size_t i = 0; i < root->children.n; i++) {
        const struct element *element = root->children.v[i];
        if (ascii_case_equal(element->name, "changeSet") &&
            dbms_is_ours(change_get(element, "dbms")) && !is_in_foreign_context(element) &&
            !change_flag(element, "ignore", false))
            vec_push(arena, &out->list, element);
    }
}

static bool is_conditional(const struct element *changeset) {
    const struct element *conditions = element_child(changeset, "preConditions");

    return changeset_is_conditional(conditions ? change_get(conditions, "onFail") : NULL,
                                    change_get(changeset, "context"),
                                    change_get(changeset, "labels")) ||
           change_get(changeset, "contextFilter");
}

/* What databasechangelog keeps of it beside the file. */
static const char *id_of(struct arena *arena, const struct element *changeset) {
    const char *author = change_get(changeset, "author"), *id = change_get(changeset, "id");

    return id ? arena_printf(arena, "%s:%s", author ? author : "", id) : NULL;
}

static void begin(struct writer *writer, enum direction direction) {
    writer->section = (struct section){.direction = direction};
    text_build_init(&writer->builder, writer->arena, writer->whole->file);
}

static void finish(struct writer *writer, struct migration *migration,
                   const struct element *changeset) {
    writer->section.text = text_build_end(&writer->builder);
    writer->section.conditional = is_conditional(changeset);
    writer->section.id = id_of(writer->arena, changeset);
    writer->section.reruns =
        change_flag(changeset, "runOnChange", false) || change_flag(changeset, "runAlways", false);
    add_changeset(writer->arena, migration, writer->section,
                  change_flag(changeset, "runInTransaction", true));
}

static void write_up(struct writer *writer, struct migration *migration,
                     const struct element *changeset) {
    begin(writer, DIRECTION_UP);
    for (size_t i = 0; i < changeset->children.n; i++)
        write_change(writer, changeset->children.v[i]);
    finish(writer, migration, changeset);
}

/* A file that cannot be read as a changelog. */
static void add_problem(struct writer *writer, struct migration *migration,
                        const struct document_error *error) {
    const struct file *file = writer->whole->file;

    writer->section.text = text_part(writer->arena, writer->whole, (struct span){0, 0});
    vec_push(writer->arena, &writer->section.notes,
             ((struct section_note){
                 .file = file,
                 .offset = error->at.offset,
                 .is_problem = true,
                 .kind = PROBLEM_SYNTAX,
                 .why = error->message ? error->message : "there is no databaseChangeLog in it"}));
    vec_push(writer->arena, &migration->sections, writer->section);
}

/* What the changelog includes and is not in the repository: another module's, or a mistake. */
static void add_missing(struct writer *writer, struct migration *migration,
                        const struct element *root) {
    begin(writer, DIRECTION_UP);
    for (size_t i = 0; i < root->children.n; i++) {
        const struct element *include = root->children.v[i];
        if (ascii_case_equal(include->name, "include") &&
            !changelog_included(writer->history->files, writer->changelog, include))
            note(
                writer, include,
                arena_printf(writer->arena, "%.200s, which is not in the repository",
                             change_get(include, "file") ? change_get(include, "file") : "a file"));
    }
    writer->section.text = text_build_end(&writer->builder);
    if (writer->section.notes.n)
        add_changeset(writer->arena, migration, writer->section, true);
}

void tree_render(struct arena *arena, const struct history *history, struct migration *migration,
                 const struct file *file) {
    struct writer writer = {.arena = arena,
                            .history = history,
                            .changelog = migration->up_absolute,
                            .whole = text_of_file(arena, file)};
    struct changesets changesets = {0};
    struct document_error error;
    const struct element *root = changelog_read(arena, file, &error);

    if (!root) {
        add_problem(&writer, migration, &error);
        return;
    }
    add_missing(&writer, migration, root);
    find_changesets(arena, root, &changesets);
    for (size_t i = 0; i < changesets.list.n; i++)
        write_up(&writer, migration, changesets.list.v[i]);
    for (size_t i = changesets.list.n; i-- > 0;) {
        begin(&writer, DIRECTION_DOWN);
        if (write_way_back(&writer, changesets.list.v[i]))
            finish(&writer, migration, changesets.list.v[i]);
    }
}
