/* Which statements share a transaction (design: "Transaction"), and what is known at a statement. */
#ifndef MODEL_TRANSACTION_H
#define MODEL_TRANSACTION_H

/* How the runner sends a section's statements. */
enum transaction_mode {
    TRANSACTION_UNKNOWN, /* plain .sql without a known runner */
    TRANSACTION_ALL,     /* all pending migrations in one */
    TRANSACTION_FILE,    /* BEGIN, the section, COMMIT */
    TRANSACTION_SIMPLE_QUERY, /* the section as one query string: an implicit transaction when it has more than one statement */
    TRANSACTION_PER_STATEMENT, /* autocommit */
    TRANSACTION_PIPELINE,      /* extended protocol, implicit transaction until Sync */
};

const char *transaction_mode_name(enum transaction_mode mode); /* "one per file" ... */

enum known { KNOWN_NO, KNOWN_YES, UNKNOWN };

#endif
