/*
 * For the files op*.c: building the operations of one statement, with positions taken from the
 * lexer's tokens where the grammar gives none.
 */
#ifndef MODEL_OP_BUILD_H
#define MODEL_OP_BUILD_H

#include "model/op.h"

struct op_builder {
    struct arena *arena;
    const struct statement *statement;
    const char *creates_in; /* CREATE SCHEMA's name while its elements are read, else NULL */
    VEC(struct op) ops;
    uint32_t *
        words; /* the statement's tokens without blanks, as indexes; made when asked for; op_list frees them */
    size_t word_count;
};

/* A run of words: indexes into builder->words, the end exclusive. */
struct word_range {
    size_t start, end;
};

/* Appends an operation; its span is the whole statement until another is given. */
struct op *op_add(struct op_builder *builder, enum op_kind kind, const struct node *stmt,
                  const struct node *node);

size_t words_count(struct op_builder *builder);
bool word_is(struct op_builder *builder, size_t word, const char *keyword);
bool word_is_char(struct op_builder *builder, size_t word, char punct);
/* The first word from this one on, outside of parentheses, that is the keyword; words_count when none is. */
size_t words_find(struct op_builder *builder, size_t from, const char *keyword);
/* The word at a node's location; words_count when it has none. */
size_t word_at(struct op_builder *builder, int location);
/* Behind the possibly qualified name that starts at this word. */
size_t words_skip_name(struct op_builder *builder, size_t word);
/* From this word to the next comma outside of parentheses, or the parenthesis that closes around it. */
struct word_range words_element(struct op_builder *builder, size_t word);
/* Where the words cannot be found (an empty range), the whole statement: a span is never empty. */
struct span words_span(struct op_builder *builder, struct word_range range);

/* From the statement's start to the end of the relation's name; the name alone. */
struct span span_to_relation(struct op_builder *builder, const struct RangeVar *relation);
struct span span_of_relation(struct op_builder *builder, const struct RangeVar *relation);
/* From the statement's start to before the first of the keywords (ended by NULL) or, with "(", parenthesis. */
struct span span_until(struct op_builder *builder, const char *const *stops);
/* The statement's last words. */
struct span span_of_last(struct op_builder *builder, size_t count);

struct name name_of_range_var(const struct RangeVar *relation);
/* Of a list of String nodes; the part of it before the last `skip` ones. */
struct name name_of_list(struct node_list list, size_t skip);
/* Of what names an object: String, List of String, TypeName, ObjectWithArgs, RangeVar. */
struct name name_of_node(const struct node *node);
void op_set_target(struct op *op, const struct op_builder *builder,
                   const struct RangeVar *relation);

/* Whether an option such as VACUUM's FULL is among them and not switched off (defGetBoolean). */
bool option_is_on(struct node_list options, const char *name);

/* Each appends the operations of the statement if it is one of its own; false when not. */
bool op_build_table(struct op_builder *builder, const struct node *stmt);
bool op_build_alter_table(struct op_builder *builder, const struct node *stmt);
bool op_build_create(struct op_builder *builder, const struct node *stmt);
bool op_build_drop(struct op_builder *builder, const struct node *stmt);
bool op_build_alter(struct op_builder *builder, const struct node *stmt);
bool op_build_rows(struct op_builder *builder, const struct node *stmt);
bool op_build_session(struct op_builder *builder, const struct node *stmt);
bool op_build_maintenance(struct op_builder *builder, const struct node *stmt);
/* Any statement; OP_UNKNOWN where it is none that is known. */
void op_build(struct op_builder *builder, const struct node *stmt);

/* A column and its inline parts; base: what is the same of all of them (stmt, target, span ...). */
void op_add_column(struct op_builder *builder, struct op base, const struct ColumnDef *column);
/* A constraint of a column or table; column NULL for a table's own. Adds nothing for what is no operation (NULL, attributes). */
struct op *op_add_constraint(struct op_builder *builder, const struct node *stmt,
                             const struct Constraint *constraint, const char *column);

#endif
