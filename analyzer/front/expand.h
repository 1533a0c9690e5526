/*
 * What happens to a section's text before it is SQL: placeholders get their values, or become marks
 * (sql/placeholder.h); and psql's meta-commands that change what is read are carried out (psql.c).
 */
#ifndef FRONT_EXPAND_H
#define FRONT_EXPAND_H

#include "base/map.h"
#include "front/front.h"

/* Expands the section's text; what could not be done is in its notes. */
void section_expand(struct arena *arena, const struct history *history,
                    const struct migration *migration, struct section *section);

/* Inside: what expand.c and psql.c share. */

/* psql's \if and what belongs to it. */
struct condition {
    bool active;  /* this branch is read */
    bool taken;   /* one of the branches was */
    bool unknown; /* whether the first is taken was not known: it is read, the others are not */
};

struct expander {
    struct arena *arena;
    const struct history *history;
    const struct front *front;
    struct section *section;
    struct map variables; /* name -> const char * */
    struct text_builder builder;
    unsigned flags;  /* enum lex_flags */
    struct map said; /* placeholders that were noted */

    VEC(struct condition) conditions;
    VEC(const char *)
    open; /* absolute paths of the files that are being included, the outermost first */
    size_t included, included_bytes;
    bool ended; /* \q */
};

/* Appends what the text expands to. psql: its syntax holds, not just placeholders. */
void expand_text(struct expander *expander, const struct text *text, struct span span,
                 unsigned flags);
void expand_note(struct expander *expander, const struct text *text, size_t offset,
                 const char *why);
void expand_problem(struct expander *expander, const struct text *text, size_t offset,
                    enum problem_kind kind, const char *why);

/* Carries out the meta-command in the span. Whether it is to stay in the text. */
bool psql_command(struct expander *expander, const struct text *text, struct span span);
/* Whether what stands here is read: not where an \if is false, nor behind \q. */
bool psql_is_active(const struct expander *expander);

#endif
