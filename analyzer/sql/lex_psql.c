#include "base/ascii.h"
#include "sql/lex_state.h"

#include <string.h>

/* Letters, digits, underscores, bytes above 127 (psqlscan.l, variable_char). */
static size_t skip_variable(const struct lexer *lexer, size_t i) {
    while (i < lexer->end && is_word_byte(lexer->bytes[i]) && lexer->bytes[i] != '$')
        i++;
    return i;
}

/* psqlscan.l */
size_t lexer_variable_end(const struct lexer *lexer) {
    size_t name = lexer->at + 1, end;
    char opener = byte_at(lexer, name);

    if (is_word_byte(opener) && opener != '$')
        return skip_variable(lexer, name);
    if (opener == '{' && byte_at(lexer, name + 1) == '?') {
        end = skip_variable(lexer, name + 2);
        return end > name + 2 && byte_at(lexer, end) == '}' ? end + 1 : 0;
    }
    if (opener != '\'' && opener != '"')
        return 0;
    end = skip_variable(lexer, name + 1);
    return end > name + 1 && byte_at(lexer, end) == opener ? end + 1 : 0;
}

/* Whether the word w (in lower case) stands at i, and what follows belongs to no word. */
static bool word_stands_at(const struct lexer *lexer, size_t i, const char *w) {
    size_t n = strlen(w);

    return lexer->end - i >= n && ascii_ncasecmp(lexer->bytes + i, w, n) == 0 &&
           !is_word_byte(byte_at(lexer, i + n));
}

/* \copy ... from stdin: the data follow as they do behind COPY. */
static bool meta_copies_stdin(const struct lexer *lexer, size_t end) {
    if (!word_stands_at(lexer, lexer->at + 1, "copy"))
        return false;
    for (size_t i = lexer->at + 5; i + 5 < end; i++) {
        if (ascii_isspace(lexer->bytes[i]) && word_stands_at(lexer, i + 1, "from")) {
            for (i += 5; i < end && ascii_isspace(lexer->bytes[i]);)
                i++;
            return word_stands_at(lexer, i, "stdin");
        }
    }
    return false;
}

/* These read the rest of the line, backslashes too (psql, OT_WHOLE_LINE). */
static bool meta_takes_line(const struct lexer *lexer) {
    size_t name = lexer->at + 1;

    return byte_at(lexer, name) == '!' || word_stands_at(lexer, name, "copy") ||
           word_stands_at(lexer, name, "h") || word_stands_at(lexer, name, "help") ||
           word_stands_at(lexer, name, "restrict") || word_stands_at(lexer, name, "unrestrict");
}

/* The end of a meta-command's arguments: the line's end, or an unquoted backslash. */
static size_t meta_end(const struct lexer *lexer) {
    char quote = '\0';
    size_t i;

    if (meta_takes_line(lexer))
        return lexer_line_end(lexer, lexer->at);
    for (i = lexer->at + 1; i < lexer->end; i++) {
        char c = lexer->bytes[i];
        if (c == '\n' || c == '\r')
            break;
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '\'' || c == '"' || c == '`')
            quote = c;
        else if (c == '\\')
            return byte_at(lexer, i + 1) == '\\' ? i + 2 : i;
    }
    return i;
}

void lexer_backslash(struct lexer *lexer) {
    char next = byte_at(lexer, lexer->at + 1);
    size_t end;

    if (!lexer->psql) {
        emit(lexer, TOKEN_BROKEN, lexer->at + 1);
        return;
    }
    /* \; and \: stand for the character itself; \\ alone is nothing */
    if (next == ';' || next == ':')
        end = lexer->at + 1;
    else
        end = next == '\\' ? lexer->at + 2 : meta_end(lexer);
    lexer->copy_data_due = lexer->copy_data_due || meta_copies_stdin(lexer, end);
    emit(lexer, TOKEN_META, end);
}

void lexer_copy_data(struct lexer *lexer) {
    size_t line = lexer->at;

    while (line < lexer->end) {
        const char *start = lexer->bytes + line;
        const char *newline = memchr(start, '\n', lexer->end - line);
        size_t n = newline ? (size_t)(newline - start) : lexer->end - line;
        if (n >= 2 && start[0] == '\\' && start[1] == '.' &&
            (n == 2 || (n == 3 && start[2] == '\r'))) {
            emit(lexer, TOKEN_COPY_DATA, line + 2);
            return;
        }
        line += n + 1;
    }
    if (lexer->at < lexer->end)
        emit(lexer, TOKEN_COPY_DATA, lexer->end);
}

/* The stage behind a token of a COPY statement that is not at its semicolon. */
static enum copy_stage copy_stage_behind(struct lexer *lexer, const struct token *token) {
    bool top = !lexer->copy_depth;

    if (lexer->copy == COPY_START)
        return token_is_word(lexer->bytes, token, "copy") ? COPY_WORD : COPY_NONE;
    if (lexer->copy == COPY_FROM && token_is_word(lexer->bytes, token, "stdin"))
        return COPY_STDIN;
    if (token_is_char(lexer->bytes, token, '('))
        lexer->copy_depth++;
    else if (token_is_char(lexer->bytes, token, ')') && lexer->copy_depth)
        lexer->copy_depth--;
    if (lexer->copy == COPY_STDIN)
        return COPY_STDIN;
    return top && token_is_word(lexer->bytes, token, "from") ? COPY_FROM : COPY_WORD;
}

void lexer_watch_copy(struct lexer *lexer, const struct token *token) {
    if (token_is_char(lexer->bytes, token, ';')) {
        lexer->copy_data_due = lexer->copy_data_due || lexer->copy == COPY_STDIN;
        lexer->copy = COPY_START;
        lexer->copy_depth = 0;
    } else if (lexer->copy != COPY_NONE && !token_is_blank(token) && token->kind != TOKEN_META &&
               token->kind != TOKEN_COPY_DATA) {
        lexer->copy = copy_stage_behind(lexer, token);
    }
}
