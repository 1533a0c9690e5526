#include "front/dialect.h"

#include "base/ascii.h"
#include "base/path.h"
#include "sql/lex.h"

#include <string.h>

/* alone: the word says enough; else it does only beside a folder of PostgreSQL's ("oracle" may be anything). */
static const struct dialect {
    const char *word, *name;
    bool alone;
} dialects[] = {
    {"mysql", "MySQL", true},
    {"mariadb", "MariaDB", true},
    {"sqlite", "SQLite", true},
    {"sqlserver", "SQL Server", true},
    {"mssql", "SQL Server", true},
    {"clickhouse", "ClickHouse", true},
    {"cockroach", "CockroachDB", true},
    {"cockroachdb", "CockroachDB", true},
    {"crdb", "CockroachDB", true},
    {"hsqldb", "HSQLDB", true},
    {"tidb", "TiDB", true},
    {"libsql", "libSQL", true},
    {"duckdb", "DuckDB", true},
    {"oracle", "Oracle", false},
    {"h", "H2", false}, /* its digit is taken off */
    {"db", "DB2", false},
    {"derby", "Derby", false},
    {"spanner", "Spanner", false},
    {"snowflake", "Snowflake", false},
    {"redshift", "Redshift", false},
    {"bigquery", "BigQuery", false},
    {"cassandra", "Cassandra", false},
};
enum { DIALECTS = sizeof(dialects) / sizeof(*dialects) };

static const char *const ours[] = {"postgres", "postgresql", "postgre", "pgsql", "pg", "psql"};

static bool is_word(const char *s, size_t n, const char *word) {
    return strlen(word) == n && ascii_ncasecmp(s, word, n) == 0;
}

static bool is_ours(const char *s, size_t n) {
    for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
        if (is_word(s, n, ours[i]))
            return true;
    return false;
}

/* Of s[0, n), a run of letters and digits: digits at its end are a release's. */
static const struct dialect *find_dialect(const char *s, size_t n) {
    size_t letters = n;

    while (letters && ascii_isdigit(s[letters - 1]))
        letters--;
    for (size_t i = 0; i < DIALECTS; i++)
        if (is_word(s, letters, dialects[i].word) &&
            (letters > 2 || (letters < n && s[letters] == '2')))
            return &dialects[i];
    return NULL;
}

static size_t word_length(const char *s, size_t n) {
    size_t length = 0;

    while (length < n && (ascii_isalpha(s[length]) || ascii_isdigit(s[length])))
        length++;
    return length;
}

/* What a folder's name says: *is_ours, or the dialect; both unset when it says nothing. */
static const struct dialect *read_name(const char *name, bool *says_ours) {
    const struct dialect *found = NULL;
    size_t n = strlen(name), length;

    *says_ours = false;
    for (size_t at = 0; at < n; at += length + 1) {
        length = word_length(name + at, n - at);
        if (is_ours(name + at, length))
            *says_ours = true;
        else if (!found)
            found = find_dialect(name + at, length);
    }
    return *says_ours ? NULL : found;
}

bool dialect_in_name(const char *name) {
    bool says_ours;

    return read_name(name, &says_ours) || says_ours;
}

static bool has_sibling_of_ours(const struct folder *folder, const char *absolute) {
    const char *why, *above = path_folder(folder->files->arena, absolute);
    const struct folder *parent = folder_read(folder->files, above, &why);

    for (size_t i = 0; i < parent->entries.n; i++) {
        bool says_ours;
        read_name(parent->entries.v[i].name, &says_ours);
        if (says_ours)
            return true;
    }
    return false;
}

const char *dialect_of_folder(struct arena *arena, const struct folder *folder) {
    const char *root = files_repository(folder->files, folder->absolute);
    const char *last = root ? root : path_folder(arena, path_folder(arena, folder->absolute));

    for (const char *at = folder->absolute; strcmp(at, last) != 0 && strcmp(at, "/") != 0;
         at = path_folder(arena, at)) {
        bool says_ours;
        const struct dialect *dialect = read_name(path_base(at), &says_ours);
        if (says_ours)
            return NULL;
        if (dialect && (dialect->alone || has_sibling_of_ours(folder, at)))
            return arena_printf(arena, "is for %s (the folder is %s)", dialect->name,
                                path_base(at));
    }
    return NULL;
}

/* Between dots only: "5_drop_mysql.sql" is about it, and not for it. */
const char *dialect_of_name(struct arena *arena, const char *name) {
    const char *at = strchr(name, '.');

    while (at && strchr(at + 1, '.')) {
        size_t n = strcspn(at + 1, ".");
        const struct dialect *dialect = find_dialect(at + 1, n);
        if (dialect && dialect->alone)
            return arena_printf(arena, "is for %s (by its name)", dialect->name);
        at += 1 + n;
    }
    return NULL;
}

/* Tokens of one file that are neither blank nor comment. */
struct sample {
    const char *bytes;
    struct tokens tokens;
    VEC(struct token) words;
};

static bool word_is(const struct sample *sample, size_t i, const char *word) {
    return i < sample->words.n && token_is_word(sample->bytes, &sample->words.v[i], word);
}

static bool char_is(const struct sample *sample, size_t i, char c) {
    const struct token *token = &sample->words.v[i];

    return i < sample->words.n && token->end == token->start + 1 &&
           sample->bytes[token->start] == c;
}

static bool any_word_is(const struct sample *sample, size_t i, const char *const *words) {
    for (; *words; words++)
        if (word_is(sample, i, *words))
            return true;
    return false;
}

static bool begins_statement(const struct sample *sample, size_t i) {
    return i == 0 || char_is(sample, i - 1, ';');
}

static bool is_mysql(const struct sample *sample, size_t i) {
    static const char *const engines[] = {"innodb", "myisam", "aria", "ndb", NULL};

    if (word_is(sample, i, "auto_increment") ||
        (begins_statement(sample, i) && word_is(sample, i, "flush") &&
         word_is(sample, i + 1, "privileges")))
        return true;
    if (word_is(sample, i, "engine") && i + 2 < sample->words.n && char_is(sample, i + 1, '='))
        return any_word_is(sample, i + 2, engines);
    return char_is(sample, i, '`') && i + 2 < sample->words.n &&
           sample->words.v[i + 1].kind == TOKEN_WORD &&
           sample->words.v[i].end == sample->words.v[i + 1].start &&
           sample->bytes[sample->words.v[i + 2].start] == '`';
}

static bool is_sqlite(const struct sample *sample, size_t i) {
    return word_is(sample, i, "autoincrement") ||
           (word_is(sample, i, "without") && word_is(sample, i + 1, "rowid")) ||
           (word_is(sample, i, "pragma") && begins_statement(sample, i));
}

static bool is_sql_server(const struct sample *sample, size_t i) {
    if (word_is(sample, i, "nvarchar") ||
        (word_is(sample, i, "dbo") && i && char_is(sample, i - 1, '[')))
        return true;
    return word_is(sample, i, "identity") && i + 3 < sample->words.n &&
           char_is(sample, i + 1, '(') && sample->words.v[i + 2].kind == TOKEN_NUMBER &&
           char_is(sample, i + 3, ',');
}

static bool is_oracle(const struct sample *sample, size_t i) {
    return word_is(sample, i, "varchar2");
}

static bool is_clickhouse(const struct sample *sample, size_t i) {
    static const char *const engines[] = {"mergetree",
                                          "replacingmergetree",
                                          "summingmergetree",
                                          "aggregatingmergetree",
                                          "replicatedmergetree",
                                          "distributed",
                                          "kafka",
                                          NULL};

    return word_is(sample, i, "engine") && i + 2 < sample->words.n && char_is(sample, i + 1, '=') &&
           any_word_is(sample, i + 2, engines);
}

static const struct {
    const char *name;
    bool (*is)(const struct sample *sample, size_t i);
} signs[] = {
    {"MySQL", is_mysql},   {"SQLite", is_sqlite},         {"SQL Server", is_sql_server},
    {"Oracle", is_oracle}, {"ClickHouse", is_clickhouse},
};

enum { MOST_BYTES = 1 << 18 };

static struct sample take_sample(struct arena *arena, const struct file *file) {
    struct sample sample = {.bytes = file->bytes};
    size_t end = file->len < MOST_BYTES ? file->len : MOST_BYTES;

    lex(arena, file->bytes, (struct span){file->bom, end}, LEX_PSQL, &sample.tokens);
    for (size_t i = 0; i < sample.tokens.list.n; i++)
        if (!token_is_blank(&sample.tokens.list.v[i]))
            vec_push(arena, &sample.words, sample.tokens.list.v[i]);
    return sample;
}

static const char *say(struct arena *arena, const struct file *file, const char *dialect,
                       struct token token) {
    const char *word = arena_strndup(arena, file->bytes + token.start, token.end - token.start);

    return arena_printf(arena, "is for %s (%s in %s:%u)", dialect, word, path_base(file->path),
                        file_position(file, token.start).line);
}

const char *dialect_of_contents(struct arena *arena, const struct file *file) {
    struct sample sample = take_sample(arena, file);

    for (size_t i = 0; i < sample.words.n; i++)
        for (size_t sign = 0; sign < sizeof(signs) / sizeof(*signs); sign++)
            if (signs[sign].is(&sample, i))
                return say(arena, file, signs[sign].name, sample.words.v[i]);
    return NULL;
}
