/*
 * From a text to statements: cutting with our lexer, parsing each alone with libpg_query,
 * reading its JSON into the typed tree.
 */
#ifndef SQL_STATEMENT_H
#define SQL_STATEMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "source/text.h"
#include "sql/lex.h"
#include "sql/node.h"

enum piece_kind {
    PIECE_STATEMENT,
    PIECE_GAP,       /* blanks, comments, stray semicolons between statements */
    PIECE_META,      /* a psql meta-command */
    PIECE_COPY_DATA, /* lines of data behind COPY ... FROM stdin; */
};

/* Every byte of a text belongs to exactly one piece. A statement's piece is from its first token to its semicolon (with it). */
struct piece {
    enum piece_kind kind;
    uint32_t start, end;
    uint32_t first_token, last_token; /* indexes into tokens, last exclusive */
};

enum parse_failure {
    PARSE_OK,
    PARSE_SYNTAX, /* the grammar rejects it */
    PARSE_NEWER,  /* it uses syntax of a PostgreSQL newer than the grammar */
    PARSE_LIMIT, /* not given to the parser, or given up by it: too deep, too large, too long a run */
    PARSE_CRASHED, /* an earlier try of the analysis died on it: see sql_progress.skip */
};

/* One statement of a section, or a static statement inside a DO block. */
struct statement {
    const struct text *text;   /* the text it was cut from (a DO body is a text of its own) */
    struct span span;          /* in that text: first token to last, without the semicolon */
    size_t end_with_semicolon; /* in that text */
    unsigned
        ordinal; /* from 1 in the file, in the order of position; all pieces that are statements count, broken ones too */
    const struct tokens *tokens; /* of the whole text */
    size_t first_token,
        last_token;          /* of the statement, last exclusive, the semicolon not counted */
    const struct node *tree; /* NULL when it could not be parsed */

    const struct statement *parent; /* the DO statement that holds it, or NULL */
    bool
        conditional; /* it may not run: what a section's runner asks first decides; in a DO: in an IF, CASE, loop or exception handler */
    /* Of a statement in a DO: */
    bool in_loop; /* it may run many times */
    bool caught;  /* a handler of an enclosing block may catch its failure, and undo it */

    enum parse_failure failure;
    const char *message; /* the server's wording, with a hint behind it; NULL when parsed */
    size_t error_offset; /* in the text */
};

struct dynamic_sql {
    const struct text *text;
    size_t offset; /* in the text: of the EXECUTE, or the block that could not be read */
    const char *why;
};

struct statements {
    VEC(struct piece) pieces;
    VEC(struct statement *) list;    /* in order; statements of DO bodies right behind their DO */
    VEC(struct dynamic_sql) dynamic; /* what could not be analysed, and why */
    struct tokens tokens;
};

struct sql_limits {
    size_t statement_bytes; /* a statement above it is not parsed: PARSE_LIMIT */
    size_t operator_run;    /* bytes of one run of operator characters */
};
extern const struct sql_limits sql_default_limits;

/* Called before each statement is parsed, so that a supervisor knows where a death happened. */
struct sql_progress {
    void (*before)(void *context, const struct text *text, size_t offset);
    /* true: this statement killed an earlier try; it becomes PARSE_CRASHED with message */
    bool (*skip)(void *context, const struct text *text, size_t offset, const char **message);
    void *context;
    unsigned threads; /* that may parse at once: 1 where the place of a death must be told */
};

/*
 * Cuts and parses a text. Never fails: what cannot be parsed is a statement with a failure; or an entry
 * of dynamic, where psql's variables stand in it.
 * progress may be NULL. The first ordinal is given, so that sections of one file count on.
 */
struct statements *sql_read(struct arena *arena, const struct text *text, unsigned flags,
                            unsigned first_ordinal, const struct sql_progress *progress);

/*
 * The statements in a PL/pgSQL body, as those of a DO block: its static SQL, COMMIT and ROLLBACK, queries
 * of loops and cursors, PERFORM (as a SELECT), EXECUTE of constants. Their parent is NULL and their
 * ordinal 0; what could not be read is in dynamic. There are no pieces.
 */
struct statements *sql_read_plpgsql(struct arena *arena, const struct text *body,
                                    const struct sql_progress *progress);

/* Only the cutting: pieces and tokens. */
void sql_cut(struct arena *arena, const struct text *text, unsigned flags, struct statements *out);

/* The location as an offset in statement->text; the statement's start where it is none. */
size_t statement_offset(const struct statement *statement, int location);

/* The version of the grammar that is linked in, "18.6"; its major, 18. */
const char *sql_grammar_version(void);
int sql_grammar_major(void);

/*
 * Parses one expression as SELECT would, and returns it; or a list of them with commas between, and
 * returns a List. NULL when it is none. For expressions that stand in strings. Locations count from
 * the first byte.
 */
const struct node *sql_parse_expression(struct arena *arena, const char *bytes, size_t len);

/*
 * The statement's tokens as a normal form: comments and blanks dropped (one blank between),
 * unquoted words folded to lower case, constants kept. For fingerprints.
 */
void statement_normalise(struct buf *out, const struct statement *statement);

#endif
