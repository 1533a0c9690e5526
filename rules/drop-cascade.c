/*
DROP ... CASCADE takes along what no reader of the file can see

## Why

CASCADE drops all that depends on the object, and all that depends on that: views,
foreign keys of other tables, columns of a dropped type, defaults, triggers. The file
names none of it, the server only mentions it in a NOTICE, and on the production
database it may be more than anywhere else. What goes is locked with ACCESS EXCLUSIVE.

## Instead

Drop what depends on it by name, each where its own danger can be seen, and then the
object without CASCADE. If anything was forgotten, the server says so and drops
nothing:

    DROP VIEW open_orders;
    DROP TABLE orders_2019;

## Limits

Silent where the object and all that goes with it are made by the same migration,
where all that goes along are views and functions that it makes again, where nothing
can depend on the object, and where a complete history shows that nothing does. Minor
where the history made the object and shows nothing that depends on it, but need not
tell all. What is lost with the object itself is drop-table's and drop-schema's
matter.

## References

- https://www.postgresql.org/docs/current/ddl-depend.html
*/
#include "lint/rule.h"

#include <string.h>

enum { TAKES, MAY_TAKE };

/* The statement without CASCADE, its last word; of an ALTER TABLE this action only. */
static const char *plain_drop(struct rule_context *context, const struct op *op) {
    const char *sql = rule_sql(context, op);
    size_t n = strlen(sql), word = strlen(" CASCADE");

    if (op->kind == OP_DROP_CONSTRAINT)
        return rule_printf(context, "ALTER TABLE %s DROP CONSTRAINT %s",
                           rule_name_as_written(context, op->target),
                           rule_ident(context, op->object));
    return rule_printf(context, "%.*s", (int)(n > word ? n - word : n), sql);
}

/* "materialized view", of the words of the statement. */
static const char *kind_word(struct rule_context *context, const struct op *op) {
    const char *words = op_kind_words(op->kind);
    const char *word = "";

    for (words += strcspn(words, " "); *words; words++)
        word = rule_printf(context, "%s%c", word,
                           *words >= 'A' && *words <= 'Z' ? *words - 'A' + 'a' : *words);
    return word;
}

static const char *first_named(struct rule_context *context, const struct op *op) {
    const struct object *object = rule_object(context, op);

    if (op->kind == OP_DROP_CONSTRAINT)
        return rule_printf(context, " constraint %s", rule_ident(context, op->object));
    if (op->kind == OP_DROP_OTHER)
        return rule_printf(context, " %s", rule_clause(context, op));
    return rule_printf(
        context, "%s %s", kind_word(context, op),
        rule_name_as_written(context,
                             object ? (struct name){object->schema, object->name} : op->target));
}

/* " table a and 3 more" */
static const char *named(struct rule_context *context, const struct op *op) {
    const char *first = first_named(context, op);
    size_t more = rule_statement_ops(context).n - 1;

    if (more == 0 || op->kind == OP_DROP_CONSTRAINT)
        return first;
    return rule_printf(context, "%s and %zu more", first, more);
}

static const char *by_name(struct rule_context *context, const struct op *op,
                           const struct rule_cascade *cascade) {
    return rule_printf(context, "%s%s;%s", rule_cascade_sql(context, cascade),
                       plain_drop(context, op),
                       cascade->n ? ""
                                  : "  -- if anything depends on it, the server says what, and "
                                    "drops nothing");
}

static void report_known(struct rule_context *context, const struct op *op,
                         const struct rule_cascade *cascade) {
    rule_report(context, TAKES, op,
                (struct rule_text){
                    .what = rule_printf(context, "dropping%s with CASCADE takes along %s",
                                        named(context, op), rule_cascade_words(context, cascade)),
                    .why = "The statement names none of that, and the server only mentions it in a "
                           "NOTICE; what else the database has that depends on it goes too.",
                    .instead = by_name(context, op, cascade),
                });
}

static void report_unknown(struct rule_context *context, const struct op *op,
                           const struct rule_cascade *cascade) {
    bool key = op->kind == OP_DROP_CONSTRAINT || op->kind == OP_DROP_INDEX;

    rule_report(
        context, cascade->known || key ? MAY_TAKE : TAKES, op,
        (struct rule_text){
            .what =
                rule_printf(context, "dropping%s with CASCADE takes along whatever depends on %s",
                            named(context, op), rule_statement_ops(context).n > 1 ? "them" : "it"),
            .why = key ? "If it is a key, the foreign keys that refer to it go too, and the "
                         "statement names none of them."
                   : cascade->known
                       ? "The history shows nothing older that does, but what other hands have "
                         "made in "
                         "the database goes too, unseen."
                       : "Views, foreign keys, columns, defaults, triggers: the statement names "
                         "none of them, and the server only mentions them in a NOTICE.",
            .instead = by_name(context, op, cascade),
        });
}

static void check(struct rule_context *context, const struct op *op) {
    struct rule_cascade cascade;

    if (!op->cascade || op->concurrently || (op->index > 0 && op->kind != OP_DROP_CONSTRAINT))
        return;
    cascade =
        op->kind == OP_DROP_CONSTRAINT ? rule_cascade(context, op) : rule_cascade_of_all(context);
    if (cascade.all_made_again ||
        (!cascade.known && rule_schema(context)->complete && op->missing_ok))
        return;
    if (cascade.n && !cascade.all_new)
        report_known(context, op, &cascade);
    else if (!cascade.all_known)
        report_unknown(context, op, &cascade);
}

RULE(drop_cascade) = {
    .ops = {OP_DROP_TABLE, OP_DROP_FOREIGN_TABLE, OP_DROP_VIEW, OP_DROP_MATVIEW, OP_DROP_INDEX,
            OP_DROP_SEQUENCE, OP_DROP_TYPE, OP_DROP_DOMAIN, OP_DROP_FUNCTION, OP_DROP_SCHEMA,
            OP_DROP_EXTENSION, OP_DROP_OTHER, OP_DROP_CONSTRAINT},
    .on_op = check,
    .reports = {{.id = "takes", .tier = TIER_CRITICAL}, {.id = "may-take", .tier = TIER_MINOR}},
};
