#define _GNU_SOURCE /* memmem, stat */
#include "front/liquibase/changelog.h"

#include "base/ascii.h"
#include "base/path.h"
#include "front/liquibase/sql.h"

#include <string.h>
#include <sys/stat.h>

static bool has_ending(const char *name, const char *const *endings) {
    for (; *endings; endings++)
        if (ascii_ends_with(name, *endings))
            return true;
    return false;
}

bool is_formatted_name(const char *name) {
    static const char *const endings[] = {".sql", NULL};

    return has_ending(name, endings);
}

bool is_tree_name(const char *name) {
    static const char *const endings[] = {".xml", ".yaml", ".yml", ".json", NULL};

    return has_ending(name, endings);
}

bool holds_changelog(const struct file *file) {
    static const char word[] = "databaseChangeLog";

    return memmem(file->bytes, file->len, word, sizeof(word) - 1) != NULL;
}

/* FormattedSqlChangeLogParser: --\s*liquibase formatted */
bool is_formatted(const struct file *file) {
    static const char words[] = "liquibase formatted";
    size_t i = file->bom;

    while (i < file->len && ascii_isspace(file->bytes[i]))
        i++;
    if (file->len - i < 2 || memcmp(file->bytes + i, "--", 2) != 0)
        return false;
    for (i += 2; i < file->len && ascii_isspace(file->bytes[i]);)
        i++;
    return file->len - i >= sizeof(words) - 1 &&
           ascii_ncasecmp(file->bytes + i, words, sizeof(words) - 1) == 0;
}

/* --- YAML and JSON --- */

static void add_pair(struct arena *arena, struct element *parent, const struct document_pair *pair);

static struct element *add_child(struct arena *arena, struct element *parent,
                                 const struct document_pair *pair) {
    struct element *child = arena_new(arena, struct element);

    child->name = pair->key;
    child->start = pair->key_start.offset;
    child->end = pair->key_end.offset;
    vec_push(arena, &parent->children, child);
    return child;
}

static void add_text(struct arena *arena, struct element *element, const struct document *value) {
    vec_push(arena, &element->attributes,
             ((struct element_attribute){"sql", value->scalar, value->start.offset}));
}

static void add_items(struct arena *arena, struct element *parent, const struct document *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct document *item = list->items[i];
        if (item->kind == DOCUMENT_SCALAR)
            add_text(arena, parent, item);
        for (size_t j = 0; item->kind == DOCUMENT_MAP && j < item->count; j++)
            add_pair(arena, parent, &item->pairs[j]);
    }
}

static bool is_no_level(const char *key) {
    return strcmp(key, "changes") == 0 || strcmp(key, "columns") == 0;
}

static void add_pair(struct arena *arena, struct element *parent,
                     const struct document_pair *pair) {
    const struct document *value = pair->value;
    struct element *child;

    if (value->kind == DOCUMENT_SCALAR) {
        vec_push(arena, &parent->attributes,
                 ((struct element_attribute){pair->key, value->scalar, value->start.offset}));
        if (strcmp(pair->key, "rollback") == 0)
            add_text(arena, add_child(arena, parent, pair), value);
        return;
    }
    if (value->kind == DOCUMENT_LIST && is_no_level(pair->key)) {
        add_items(arena, parent, value);
        return;
    }
    child = add_child(arena, parent, pair);
    if (value->kind == DOCUMENT_LIST)
        add_items(arena, child, value);
    for (size_t i = 0; value->kind == DOCUMENT_MAP && i < value->count; i++)
        add_pair(arena, child, &value->pairs[i]);
}

static const struct element *read_document(struct arena *arena, const struct file *file,
                                           struct document_error *error) {
    const struct document *document = document_read_yaml(arena, file, error);
    struct element *root = arena_new(arena, struct element);

    for (size_t i = 0; document && document->kind == DOCUMENT_MAP && i < document->count; i++)
        add_pair(arena, root, &document->pairs[i]);
    return document ? element_child(root, "databaseChangeLog") : NULL;
}

const struct element *changelog_read(struct arena *arena, const struct file *file,
                                     struct document_error *error) {
    const struct element *root;

    *error = (struct document_error){0};
    if (!ascii_ends_with(file->path, ".xml"))
        return read_document(arena, file, error);
    root = element_read_xml(arena, file, error);
    return root && strcmp(root->name, "databaseChangeLog") == 0 ? root : NULL;
}

/* --- attributes --- */

static bool word_is(const char *word, size_t n, const char *wanted) {
    return n == strlen(wanted) && ascii_ncasecmp(word, wanted, n) == 0;
}

/* DatabaseList.definitionMatches: a word that is ours, or only words that exclude others. */
bool dbms_is_ours(const char *dbms) {
    bool any = false, excludes = false;

    for (size_t n; dbms && *dbms; dbms += n) {
        bool negated;
        dbms += strspn(dbms, ", ");
        negated = *dbms == '!';
        dbms += negated;
        n = strcspn(dbms, ", ");
        if (!n)
            continue;
        any = true;
        excludes = excludes || negated;
        if (word_is(dbms, n, "postgresql"))
            return !negated;
        if (word_is(dbms, n, "all") || word_is(dbms, n, "none"))
            return word_is(dbms, n, "all");
    }
    return !any || excludes;
}

bool changeset_is_conditional(const char *on_fail, const char *context, const char *labels) {
    return context || labels ||
           (on_fail &&
            (ascii_case_equal(on_fail, "MARK_RAN") || ascii_case_equal(on_fail, "CONTINUE")));
}

bool context_is_foreign(const char *context) {
    static const char *const names[] = {"mysql", "mariadb", "oracle", "mssql", "sqlserver",
                                        "h2",    "hsqldb",  "sqlite", "db2",   "derby"};
    size_t n = context ? strlen(context) : 0;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (n && word_is(context, n, names[i]))
            return true;
    return false;
}

/* --- paths --- */

static bool is_there(const char *absolute, bool is_folder) {
    struct stat st;

    return stat(absolute, &st) == 0 && !!S_ISDIR(st.st_mode) == is_folder;
}

const char *changelog_resolve(struct files *files, const char *changelog, const char *name,
                              bool relative, bool is_folder) {
    struct arena *arena = files->arena;
    const char *folder = path_folder(arena, changelog), *bound = files_bound(files, folder);

    if (strncmp(name, "classpath:", 10) == 0)
        name += 10;
    name += strspn(name, "/");
    for (const char *at = folder; path_below(bound, at); at = path_folder(arena, at)) {
        const char *path = path_clean(arena, path_join(arena, at, name));
        if (path_below(bound, path) && is_there(path, is_folder))
            return path;
        if (relative || strcmp(at, bound) == 0 || strcmp(at, "/") == 0)
            break;
    }
    return NULL;
}

const char *changelog_included(struct files *files, const char *changelog,
                               const struct element *include) {
    const char *name = change_get(include, "file");

    return name ? changelog_resolve(files, changelog, name,
                                    change_flag(include, "relativeToChangelogFile", false), false)
                : NULL;
}

/* --- sections --- */

/* The regular expression that a delimiter is, as far as it is one: "\nGO", "\\^", "/". */
static const char *plain_delimiter(const char *delimiter, bool *starts_line) {
    static const char *const blanks[] = {"\\n", "\\r", "\\s*", "\\s+", "\n", "^"};

    *starts_line = false;
    for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++) {
        size_t n = strlen(blanks[i]);
        if (strncmp(delimiter, blanks[i], n) != 0 || !delimiter[n])
            continue;
        *starts_line = true;
        delimiter += n;
        i = (size_t)-1;
    }
    if (delimiter[0] == '\\' && delimiter[1])
        delimiter++;
    *starts_line = *starts_line || !delimiter[1];
    return delimiter;
}

/* Where the line's delimiter begins; the line's end when it has none. */
static size_t delimiter_in(const char *line, size_t n, const char *delimiter, bool starts_line) {
    size_t end = n, length = strlen(delimiter), start = 0;

    while (end && ascii_isspace(line[end - 1]))
        end--;
    while (start < end && ascii_isspace(line[start]))
        start++;
    if (end - start < length || ascii_ncasecmp(line + end - length, delimiter, length) != 0)
        return n;
    return starts_line && end - start != length ? n : end - length;
}

static void append_lines(struct text_builder *builder, const struct text *text, struct span span,
                         const char *delimiter) {
    bool starts_line;
    const char *plain = plain_delimiter(delimiter, &starts_line);

    while (span.start < span.end) {
        const char *line = text->bytes + span.start;
        const char *newline = memchr(line, '\n', span.end - span.start);
        size_t n = newline ? (size_t)(newline - line) : span.end - span.start;
        size_t at = delimiter_in(line, n, plain, starts_line);
        text_build_copy(builder, text, (struct span){span.start, span.start + at});
        if (at < n)
            text_build_made(builder, text, span.start + at, ";", 1);
        text_build_made(builder, text, span.start + n, "\n", 1);
        span.start += n + (newline != NULL);
    }
}

void append_sql(struct text_builder *builder, const struct text *text, struct span span,
                const char *delimiter) {
    size_t end = span.end;

    while (end > span.start && ascii_isspace(text->bytes[end - 1]))
        end--;
    if (delimiter && strcmp(delimiter, ";") != 0)
        append_lines(builder, text, span, delimiter);
    else
        text_build_copy(builder, text, span);
    if (end > span.start && text->bytes[end - 1] != ';')
        text_build_made(builder, text, end, "\n;\n", 3);
}

void add_changeset(struct arena *arena, struct migration *migration, struct section section,
                   bool in_transaction) {
    section.mode = in_transaction ? TRANSACTION_FILE : TRANSACTION_PER_STATEMENT;
    section.mode_why = in_transaction ? NULL : "runInTransaction: false";
    vec_push(arena, &migration->sections, section);
}
