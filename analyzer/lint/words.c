/* The words that rules put their texts together from. */
#include "lint/context.h"

#include "base/ascii.h"
#include "sql/placeholder.h"

#include <string.h>

enum { LONGEST_SQL = 400 };

const char *rule_way_out(const struct rule_context *context, const struct op *op) {
    const char *own = rule_runner(context)->opt_out;

    if (op->statement->parent)
        return "a statement of its own in a file of its own, outside the DO block";
    if (own && !rule_open_begin(context))
        return own;
    if (rule_transaction_mode(context) == TRANSACTION_SIMPLE_QUERY)
        return "a file with this one statement, and no BEGIN";
    return "a file of its own that runs outside a transaction";
}

const char *rule_printf(struct rule_context *context, const char *format, ...) {
    va_list args;
    char *text;

    va_start(args, format);
    text = arena_vprintf(context->arena, format, args);
    va_end(args);
    return text;
}

const char *rule_target_name(struct rule_context *context, const struct op *op) {
    const char *name = op == context->op ? context->target_name : NULL;

    if (!name)
        name = schema_display(context->arena, schema_resolve(&context->schema, op->target));
    if (op == context->op)
        context->target_name = name;
    return name;
}

const char *rule_indexed_table_name(struct rule_context *context, const struct op *op) {
    const struct relation *table = rule_indexed_table(context, op);

    return table ? schema_display(context->arena,
                                  (struct name){table->object.schema, table->object.name})
                 : "its table";
}

const char *rule_ident(struct rule_context *context, const char *name) {
    return schema_display(context->arena, (struct name){NULL, name});
}

const char *rule_name_as_written(struct rule_context *context, struct name name) {
    return schema_display(context->arena, name);
}

const char *rule_literal(struct rule_context *context, const char *string) {
    struct buf buf = BUF_INIT;
    const char *result;

    buf_putc(&buf, '\'');
    for (const char *p = string ? string : ""; *p; p++) {
        if (*p == '\'')
            buf_putc(&buf, '\'');
        buf_putc(&buf, *p);
    }
    buf_putc(&buf, '\'');
    result = arena_strndup(context->arena, buf.s, buf.n);
    buf_release(&buf);
    return result;
}

/* The words that SQL has for the catalogue's names. */
static const char *sql_type_name(const char *name) {
    static const char *const words[][2] = {
        {"int2", "smallint"},      {"int4", "integer"},
        {"int8", "bigint"},        {"bool", "boolean"},
        {"float4", "real"},        {"float8", "double precision"},
        {"bpchar", "char"},        {"timestamptz", "timestamptz"},
        {"varbit", "bit varying"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i][0], name) == 0)
            return words[i][1];
    return NULL;
}

static void add_typmods(struct buf *buf, const struct type_use *type) {
    bool interval = strcmp(type->name, "interval") == 0;
    int first = interval && type->typmod_count > 1; /* the mask of fields comes first */

    if (type->typmod_count <= first || (interval && type->typmod_count == 1))
        return;
    for (int i = first; i < type->typmod_count && i < 4; i++)
        buf_printf(buf, "%s%d", i > first ? "," : "(", type->typmods[i]);
    buf_putc(buf, ')');
}

const char *rule_type_name(struct rule_context *context, const struct type_use *type) {
    struct buf buf = BUF_INIT;
    const char *words, *result;

    if (!type->name)
        return "a type that is not known";
    words = sql_type_name(type->name);
    if (!words && !type->user_type && !type->schema &&
        catalog_type(type->name, context->schema.target))
        words = type->name; /* which schema_display would quote where it is a keyword */
    buf_puts(&buf, words ? words
                         : schema_display(context->arena, (struct name){type->schema, type->name}));
    add_typmods(&buf, type);
    for (int i = 0; i < type->array_dimensions; i++)
        buf_puts(&buf, "[]");
    result = arena_strndup(context->arena, buf.s, buf.n);
    buf_release(&buf);
    return result;
}

/* The index of the token behind these words, when they stand at token (blanks skipped); or 0. */
static size_t words_behind(const struct statement *statement, size_t token, const char *words) {
    const char *bytes = statement->text->bytes;

    while (*words) {
        size_t n = strcspn(words, " ");
        const struct token *at;
        while (token < statement->last_token && token_is_blank(&statement->tokens->list.v[token]))
            token++;
        if (token >= statement->last_token)
            return 0;
        at = &statement->tokens->list.v[token++];
        if (at->end - at->start != n || ascii_ncasecmp(bytes + at->start, words, n) != 0)
            return 0;
        words += n;
        words += *words == ' ';
    }
    return token;
}

static void add_insert(struct buf *buf, const char *insert) {
    if (buf->n && buf->s[buf->n - 1] != ' ')
        buf_putc(buf, ' ');
    buf_puts(buf, insert);
    buf_putc(buf, ' ');
}

/* The index behind these words when they stand at the token (blanks before it skipped), else at. */
static size_t skip_words(const struct statement *statement, size_t at, const char *words) {
    size_t behind = words_behind(statement, at, words);

    return behind ? behind : at;
}

/* The statement on one line, with `insert` at token `place` and tokens [place, resume) left out. */
static const char *build_sql(struct rule_context *context, const struct statement *statement,
                             size_t place, const char *insert, size_t resume) {
    struct buf buf = BUF_INIT;
    const char *result;

    for (size_t i = statement->first_token; i < statement->last_token; i++) {
        const struct token *token = &statement->tokens->list.v[i];
        if (i == place && place)
            add_insert(&buf, insert);
        if (i >= place && i < resume)
            continue;
        if (!token_is_blank(token))
            buf_add(&buf, statement->text->bytes + token->start, token->end - token->start);
        else if (buf.n && buf.s[buf.n - 1] != ' ')
            buf_putc(&buf, ' ');
    }
    if (statement->text->marked)
        placeholder_unmark(buf.s, buf.n);
    while (buf.n && buf.s[buf.n - 1] == ' ')
        buf.n--;
    result = buf.n > LONGEST_SQL ? arena_printf(context->arena, "%.*s ...", LONGEST_SQL, buf.s)
                                 : arena_strndup(context->arena, buf_str(&buf), buf.n);
    buf_release(&buf);
    return result;
}

const char *rule_sql_with(struct rule_context *context, const struct op *op, const char *after,
                          const char *insert) {
    size_t place = words_behind(op->statement, op->statement->first_token, after);

    return build_sql(context, op->statement, place, insert, place);
}

/* A name in the manner of ChooseIndexName. */
static const char *index_name(struct rule_context *context, const struct op *op) {
    const struct IndexStmt *index = node_as(IndexStmt, op->node);
    const char *name = op->target.name;

    for (size_t i = 0; i < index->indexParams.n; i++) {
        const struct IndexElem *key = node_if(IndexElem, index->indexParams.v[i]);
        name = rule_printf(context, "%s_%s", name, key && key->name ? key->name : "expr");
    }
    return rule_ident(context, rule_printf(context, "%s_idx", name));
}

const char *rule_sql(struct rule_context *context, const struct op *op) {
    return build_sql(context, op->statement, 0, "", 0);
}

const char *rule_sql_concurrently(struct rule_context *context, const struct op *op) {
    const struct statement *statement = op->statement;
    size_t place = words_behind(statement, statement->first_token, "create unique index");
    size_t resume;

    if (!place)
        place = words_behind(statement, statement->first_token, "create index");
    resume = place ? skip_words(statement, place, "concurrently") : place;
    return build_sql(context, statement, place,
                     op->object ? "CONCURRENTLY"
                                : rule_printf(context, "CONCURRENTLY %s", index_name(context, op)),
                     place ? skip_words(statement, resume, "if not exists") : place);
}

const char *rule_note_alone(const struct rule_context *context, bool each) {
    if (rule_in_transaction(context) == KNOWN_NO)
        return "";
    if (rule_transaction_mode(context) == TRANSACTION_SIMPLE_QUERY)
        return each ? "\n-- each as the only statement of its file: in a transaction it fails"
                    : "\n-- as the only statement of its file: in a transaction it fails";
    return each ? "\n-- outside a transaction, each in a file of its own"
                : "\n-- outside a transaction, in a file of its own";
}

const char *rule_why_may_be_new(void) {
    return "CREATE TABLE IF NOT EXISTS does not prove that the table is new and empty. If no "
           "database can have it yet, say `history: complete` in .migvet.yml.";
}
