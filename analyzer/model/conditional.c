/*
 * Whether a statement of a DO block is run for certain: not under IF, CASE or in a loop, and not
 * where an EXCEPTION clause would catch its failure.
 */
#include "model/apply.h"

struct reader {
    const struct statement *statement;
    size_t at; /* the next token */
};

static const struct token *token_at(const struct reader *reader, size_t i) {
    return &reader->statement->tokens->list.v[i];
}

static bool is_word(const struct reader *reader, const struct token *token, const char *word) {
    return token && token_is_word(reader->statement->text->bytes, token, word);
}

static const struct token *next_word(struct reader *reader, size_t end) {
    while (reader->at < end) {
        const struct token *token = token_at(reader, reader->at++);
        if (!token_is_blank(token))
            return token;
    }
    return NULL;
}

/* PL/pgSQL's own IF stands where a statement begins, that of DROP TABLE IF EXISTS does not. */
static bool begins_statement(const struct reader *reader, const struct token *before) {
    const char *bytes = reader->statement->text->bytes;

    return !before || token_is_char(bytes, before, ';') || is_word(reader, before, "then") ||
           is_word(reader, before, "else") || is_word(reader, before, "loop") ||
           is_word(reader, before, "begin");
}

static bool opens(const struct reader *reader, const struct token *token,
                  const struct token *before) {
    if (!begins_statement(reader, before))
        return false;
    return is_word(reader, token, "if") || is_word(reader, token, "case") ||
           is_word(reader, token, "for") || is_word(reader, token, "foreach") ||
           is_word(reader, token, "while") || is_word(reader, token, "loop");
}

static bool closes(const struct reader *reader, const struct token *token,
                   const struct token *before) {
    return is_word(reader, before, "end") &&
           (is_word(reader, token, "if") || is_word(reader, token, "loop") ||
            is_word(reader, token, "case"));
}

static bool catches(const struct statement *statement) {
    struct reader reader = {statement, statement->last_token};
    const struct token *token, *before = NULL;

    while ((token = next_word(&reader, statement->tokens->list.n))) {
        if (is_word(&reader, token, "exception") && !is_word(&reader, before, "raise"))
            return true;
        before = token;
    }
    return false;
}

bool statement_is_conditional(const struct statement *statement) {
    struct reader reader = {statement, 0};
    const struct token *token, *before = NULL;
    int depth = 0;

    if (!statement->parent)
        return false;
    while ((token = next_word(&reader, statement->first_token))) {
        if (closes(&reader, token, before))
            depth--;
        else if (opens(&reader, token, before))
            depth++;
        before = token;
    }
    return depth > 0 || catches(statement);
}
