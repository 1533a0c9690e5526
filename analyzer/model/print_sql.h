/* For the files print*.c. */
#ifndef MODEL_PRINT_SQL_H
#define MODEL_PRINT_SQL_H

#include "model/print.h"
#include "model/schema_edit.h"

/* What cannot be told, one text for each. */
struct untold {
    VEC(const char *) list;
};

struct printer {
    struct buf *out;
    const struct schema *schema;
    struct arena *arena;
    size_t unknown;
    bool concurrently;     /* indexes of tables that are not partitioned are made so */
    struct untold *untold; /* where print_unknown puts its texts; NULL: comments in the output */
};

/* --- words (print_words.c) --- */

void print(struct printer *printer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void print_name(struct printer *printer, const char *name); /* quoted where needed */
void print_object_name(struct printer *printer, const struct object *object);
void print_names(struct printer *printer, const struct name_list *names); /* (a, b) */
void print_literal(struct printer *printer, const char *text);
void print_type(struct printer *printer, const struct type_use *type);
void print_collation(struct printer *printer, const char *collation);
/* WITH (a = 1, b = 'x'); nothing for no options. */
void print_options(struct printer *printer, struct node_list options);
/* " SET (a = 1);" and " RESET (a);" of what an ALTER is said. */
void print_set_options(struct printer *printer, struct node_list options);
void print_reset(struct printer *printer, struct node_list options);
/* The last of this name; NULL: none. */
const struct DefElem *option_named(struct node_list options, const char *name);
/* Tells what is missing, and counts it. */
void print_unknown(struct printer *printer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- the text of migrations (print_text.c) --- */

/*
 * The tokens of the span, comments left out, with the names of today: where the tree has another name than the text at
 * its location, the tree's is printed.
 */
void print_text(struct printer *printer, const struct statement *statement, struct span span,
                const struct node *tree);
/* The keyword at or behind the offset, outside of parentheses; the span's end when there is none. */
size_t text_find(const struct statement *statement, size_t from, const char *keyword);
/* From the first "(" at or behind the offset to its ")", both included; empty when there is none. */
struct span text_parenthesis(const struct statement *statement, size_t from);
/* Behind the possibly qualified name that starts at or behind the offset. */
size_t text_skip_name(const struct statement *statement, size_t from);
/* What a parenthesis holds, cut at its commas. */
struct spans {
    VEC(struct span) list;
};
struct spans text_split(struct arena *arena, const struct statement *statement, struct span span);
struct spans text_elements(struct arena *arena, const struct statement *statement,
                           struct span parenthesis);

/* --- kinds of objects --- */

void print_user_type(struct printer *printer, const struct type *type);
void print_composite_type(struct printer *printer, const struct relation *relation);
void print_function(struct printer *printer, const struct function *function);
void print_sequence(struct printer *printer, const struct relation *sequence);
void print_sequence_options(struct printer *printer, const struct relation *sequence);
void print_sequence_option(struct printer *printer, const struct DefElem *option);
void print_number_option(struct printer *printer, const char *words, const struct DefElem *option);
void print_table(struct printer *printer, const struct relation *table);
void print_view(struct printer *printer, const struct relation *view);
void print_other(struct printer *printer, const struct other *other);

/* What comes behind all tables, in this order. */
void print_column_extras(struct printer *printer, const struct relation *table);
void print_key_constraints(struct printer *printer, const struct relation *table);
void print_index(struct printer *printer, const struct relation *index);
void print_index_attachment(struct printer *printer, const struct relation *index);
void print_foreign_keys(struct printer *printer, const struct relation *table);
void print_table_state(struct printer *printer, const struct relation *table);
void print_triggers(struct printer *printer, const struct relation *table);
void print_rules(struct printer *printer, const struct relation *table);
void print_policies(struct printer *printer, const struct relation *table);
void print_comments(struct printer *printer, const struct object *object);

/* --- parts, each a statement of its own --- */

/* NAME TYPE COLLATE ... NOT NULL, without its default. */
void print_column(struct printer *printer, const struct relation *table,
                  const struct column *column);
void print_generated(struct printer *printer, const struct column *column);
/* Whether the column has a default whose text is known. */
bool column_default_is_told(const struct printer *printer, const struct column *column);
void print_default_value(struct printer *printer, const struct column *column);
void print_default(struct printer *printer, const struct relation *table,
                   const struct column *column);
void print_identity(struct printer *printer, const struct relation *table,
                    const struct column *column);
/* GENERATED ... AS IDENTITY (SEQUENCE NAME ...), as it stands in a column's definition. */
void print_identity_clause(struct printer *printer, const struct column *column);
void print_properties(struct printer *printer, const struct relation *table,
                      const struct column *column);
void print_attachment(struct printer *printer, const struct relation *table);
void print_added_check(struct printer *printer, const struct relation *table,
                       const struct constraint *constraint);
void print_key(struct printer *printer, const struct relation *table,
               const struct constraint *constraint);
void print_foreign_key(struct printer *printer, const struct relation *table,
                       const struct constraint *key);
void print_trigger(struct printer *printer, const struct relation *table,
                   const struct trigger *trigger);
/* ENABLE or DISABLE of what is not as it is made; what: "TRIGGER" or "RULE". */
void print_enabled(struct printer *printer, const struct relation *table, const char *what,
                   const char *name, char enabled);
void print_rule(struct printer *printer, const struct relation *table,
                const struct rewrite_rule *rule);
void print_policy(struct printer *printer, const struct relation *table,
                  const struct policy *policy);
void print_replica_identity(struct printer *printer, const struct relation *table);
void print_column_comment(struct printer *printer, const struct relation *table,
                          const struct column *column);
void print_comment_on(struct printer *printer, const char *kind, const char *name,
                      const struct relation *table, const char *comment);
/* "TABLE", "MATERIALIZED VIEW", "FUNCTION": the word of DROP and COMMENT ON; NULL: DROP has no single one. */
const char *object_sql_kind(const struct object *object);
/* Of a function, aggregate or procedure: (TYPE, TYPE). */
void print_arguments(struct printer *printer, const struct object *object);
void print_domain_constraint(struct printer *printer, const struct domain_constraint *constraint);
void print_domain_default(struct printer *printer, const struct type *type);
/* CREATE OR REPLACE, with all that ALTER FUNCTION said since. */
void print_replaced_function(struct printer *printer, const struct function *function);
void print_replaced_view(struct printer *printer, const struct relation *view);

/* --- several objects at once (print.c) --- */

/* They, and nothing else, sorted so that what an object uses comes before it. */
struct object_list print_order(const struct schema *schema, struct arena *arena,
                               struct object_list objects);
/* CREATE of each: schemas, extensions and what tables may use; then all but views. */
void print_first(struct printer *printer, const struct object_list *objects);
void print_object(struct printer *printer, const struct object *object);
/* ALTER SEQUENCE OWNED BY. */
void print_ownership(struct printer *printer, const struct object_list *objects);
/* Publications, statistics and what else uses tables. */
void print_last(struct printer *printer, const struct object_list *objects);
bool object_is_index(const struct object *object);
/* Tables and views that are there for certain, and not only for a session. */
bool object_is_printed_table(const struct object *object);

#endif
