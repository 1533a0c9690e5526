/*
 * Walking the tokens of a PL/pgSQL body: what plpgsql.c (its constructs) and plpgsql_sql.c (the SQL in
 * them) share.
 */
#ifndef SQL_PLPGSQL_WALK_H
#define SQL_PLPGSQL_WALK_H

#include "sql/plpgsql.h"

#include <string.h>

enum open_kind { OPEN_BLOCK, OPEN_IF, OPEN_CASE, OPEN_LOOP };

enum {
    DEEPEST_LEVEL = 8 /* each level of EXECUTE and DO inside one another reads the rest once more */
};

/* A construct that END will close. */
struct open {
    enum open_kind kind;
    bool in_handler;       /* OPEN_BLOCK: behind EXCEPTION */
    size_t first_uncaught; /* OPEN_BLOCK: how many uncaught statements there were before it */
};

/* Walks the tokens of a body from statement to statement (src/pl/plpgsql/src/pl_gram.y). */
struct walker {
    const struct plpgsql_target *target;
    struct arena *arena;
    const struct text *text;
    struct tokens *tokens;
    size_t at; /* token */

    VEC(struct open) open;
    size_t branches,
        loops; /* how many of the open ones (handlers too) make a statement conditional, or repeat it */
    bool may_have_left;             /* a RETURN stood in a branch: what follows may not run */
    VEC(size_t) uncaught;           /* indexes of statements that no handler is known to catch */
    VEC(struct statement *) broken; /* static SQL that could not be parsed */
    bool failed;
};

static inline size_t walker_count(const struct walker *walker) {
    return walker->tokens->list.n;
}

static inline const struct token *walker_token(const struct walker *walker, size_t i) {
    return &walker->tokens->list.v[i];
}

static inline size_t walker_skip_blanks(const struct walker *walker, size_t i) {
    while (i < walker_count(walker) && token_is_blank(walker_token(walker, i)))
        i++;
    return i;
}

/* The next token behind i that is not blank. */
static inline size_t walker_after(const struct walker *walker, size_t i) {
    return walker_skip_blanks(walker, i + 1);
}

static inline bool walker_is_word(const struct walker *walker, size_t i, const char *word) {
    return i < walker_count(walker) &&
           token_is_word(walker->text->bytes, walker_token(walker, i), word);
}

static inline bool walker_is_char(const struct walker *walker, size_t i, char c) {
    return i < walker_count(walker) &&
           token_is_char(walker->text->bytes, walker_token(walker, i), c);
}

static inline bool walker_is_operator(const struct walker *walker, size_t i, const char *operator) {
    const struct token *token;
    size_t n = strlen(operator);

    if (i >= walker_count(walker))
        return false;
    token = walker_token(walker, i);
    return token->kind == TOKEN_OPERATOR && token->end - token->start == n &&
           memcmp(walker->text->bytes + token->start, operator, n) == 0;
}

static inline bool walker_is_one_of(const struct walker *walker, size_t i,
                                    const char *const *words) {
    for (; *words; words++)
        if (walker_is_word(walker, i, *words))
            return true;
    return false;
}

/* Notes what is not analysed, at token i. */
void walker_note(struct walker *walker, size_t i, const char *why);

/*
 * The first token from i on, outside of parentheses, that is one of the words (ended by NULL); count when a
 * semicolon comes before (read_sql_construct).
 */
size_t walker_find(const struct walker *walker, size_t i, const char *const *words);
size_t walker_find_semicolon(const struct walker *walker, size_t i);
/* Behind a name with its fields and subscripts: a, a.b, a[1].c */
size_t walker_skip_target(const struct walker *walker, size_t i);

/* A statement of SQL, or PERFORM, at token i; moves behind it. */
void walker_read_sql(struct walker *walker, size_t i);
void walker_read_perform(struct walker *walker, size_t i);
/* EXECUTE at token i, ended by token end. */
void walker_read_execute(struct walker *walker, size_t i, size_t end);
/* A query in tokens [i, end), or EXECUTE of one; anything else is no SQL of its own. */
void walker_read_query(struct walker *walker, size_t i, size_t end);

/* What becomes of the broken statements: failures among the others, or notes. */
void walker_settle_broken(struct walker *walker);

#endif
