/* For the files print*.c. */
#ifndef MODEL_PRINT_SQL_H
#define MODEL_PRINT_SQL_H

#include "model/print.h"
#include "model/schema_edit.h"

struct printer {
    struct buf *out;
    const struct schema *schema;
    struct arena *arena;
    size_t unknown;
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
/* A comment that tells what is missing, counted. */
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

#endif
