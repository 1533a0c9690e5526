#define _GNU_SOURCE /* memmem */
#include "front/line_cut.h"

#include "base/ascii.h"
#include "front/sections.h"
#include "sql/statement.h"

#include <string.h>

/* A section while its lines are read. */
struct reader {
    struct section *section;
    const struct statements *cut; /* as PostgreSQL sees it */
    size_t piece;                 /* the first one that may hold what follows */
    bool in_block;                /* behind StatementBegin */
    size_t behind_cut;            /* where the runner's next statement begins */
};

static void note(struct reader *reader, enum line_cut_kind kind, struct span span) {
    if (!reader->section->line_cut.kind)
        reader->section->line_cut = (struct line_cut){kind, span};
}

/* The statement that goes on behind this semicolon; NULL: none does. */
static const struct piece *statement_around(struct reader *reader, size_t semicolon) {
    const struct statements *cut = reader->cut;

    while (reader->piece < cut->pieces.n && cut->pieces.v[reader->piece].end <= semicolon)
        reader->piece++;
    for (size_t i = reader->piece; i < cut->pieces.n && cut->pieces.v[i].start <= semicolon; i++)
        if (cut->pieces.v[i].kind == PIECE_STATEMENT && semicolon + 1 < cut->pieces.v[i].end)
            return &cut->pieces.v[i];
    return NULL;
}

/* The end of the line's last word before one that begins with "--". */
static size_t last_word(const char *line, size_t n) {
    size_t end = 0, at = 0;

    for (;;) {
        while (at < n && ascii_isspace(line[at]))
            at++;
        if (at == n || (n - at >= 2 && memcmp(line + at, "--", 2) == 0))
            return end;
        while (at < n && !ascii_isspace(line[at]))
            at++;
        end = at;
    }
}

static void read_line(struct reader *reader, size_t start, size_t n) {
    const char *line = reader->section->text->bytes + start;
    size_t end = last_word(line, n);

    if (reader->in_block || !end || line[end - 1] != ';')
        return;
    if (statement_around(reader, start + end - 1))
        note(reader, LINE_CUT_INSIDE, (struct span){start + end - 1, start + end});
    reader->behind_cut = start + end;
}

static bool read_mark(struct reader *reader, const char *line, size_t n, const char *word,
                      bool fold) {
    size_t at = behind_comment_word(line, n, word, fold);

    if (!at)
        return false;
    if (take_word(line, n, &at, "StatementBegin", fold))
        reader->in_block = true;
    else if (take_word(line, n, &at, "StatementEnd", fold)) {
        reader->in_block = false;
        reader->behind_cut = (size_t)(line + n - reader->section->text->bytes);
    }
    return true;
}

/* What stands behind the last cut has no end. */
static void check_rest(struct reader *reader) {
    const struct tokens *tokens = &reader->cut->tokens;

    for (size_t i = 0; i < tokens->list.n; i++) {
        const struct token *token = &tokens->list.v[i];
        if (token->start < reader->behind_cut || token_is_blank(token))
            continue;
        note(reader, LINE_CUT_OPEN, (struct span){token->start, token->end});
        return;
    }
}

static void check_section(struct arena *arena, struct section *section, const char *word,
                          bool fold) {
    const struct text *text = section->text;
    struct statements cut = {0};
    struct reader reader = {.section = section, .cut = &cut};
    size_t start = 0;

    sql_cut(arena, text, 0, &cut);
    while (start < text->len) {
        const char *line = text->bytes + start, *end = memchr(line, '\n', text->len - start);
        size_t n = end ? (size_t)(end - line) : text->len - start;
        if (!read_mark(&reader, line, n, word, fold))
            read_line(&reader, start, n);
        start += n + 1;
    }
    check_rest(&reader);
}

/* A Go project that does not name the tool has a runner of its own for files of this form. */
static bool is_runner_known(const struct history *history, const char *module) {
    const char *why;
    const struct folder *folder = folder_read(history->files, history->absolute_root, &why);
    const struct file *manifest = folder_upward(folder, "go.mod");

    return !manifest || memmem(manifest->bytes, manifest->len, module, strlen(module));
}

void sections_check_lines(struct arena *arena, const struct history *history,
                          struct migration *migration, const char *word, bool fold) {
    if (!is_runner_known(history, history->front->name))
        return;
    for (size_t i = 0; i < migration->sections.n; i++)
        check_section(arena, &migration->sections.v[i], word, fold);
}
