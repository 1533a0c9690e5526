/* For the files inverse*.c. */
#ifndef MODEL_INVERSE_WORK_H
#define MODEL_INVERSE_WORK_H

#include "model/catalog.h"
#include "model/coerce.h"
#include "model/inverse.h"
#include "model/print_sql.h"

/* An object of both schemas that is not the same in both. */
struct changed {
    const struct object *now, *then;
};

struct inverse_work {
    struct arena *arena;
    struct buf *sql;
    struct untold untold;
    struct printer now, then; /* both print into sql: with the names of now, and of then */
    struct inverse *out;
    struct inverse_how how;
    struct object_list made; /* in now only, in the order of making */
    struct object_list gone; /* in then only */
    size_t changed_count;
    const struct changed *changed; /* by id */
};

void inverse_obstacle(struct inverse_work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void inverse_note(struct inverse_work *work, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Both may be NULL. */
bool inverse_same_text(const char *a, const char *b);
/* "public.t" */
const char *inverse_name(const struct inverse_work *work, const struct object *object);
/* ALTER TABLE name, by the names that the printer's schema has; only: its children are left alone. */
void inverse_alter(struct printer *printer, const struct relation *relation, bool only);
/* The relation of this id, when it is in both schemas and not the same. */
const struct changed *inverse_changed(const struct inverse_work *work, object_id id);
/* A column of the relation (of now) that then does not have, by its name. */
bool inverse_column_is_new(const struct inverse_work *work, const struct relation *now,
                           const char *column);

/* What is taken away first, under the names of now (inverse_drop.c). */
void inverse_detach(struct inverse_work *work);
void inverse_drop_parts(struct inverse_work *work);
void inverse_drop_objects(struct inverse_work *work);
/* Names and schemas, then all else that both schemas have (inverse_name.c, _type.c, _column.c, _table.c, _comment.c). */
void inverse_rename(struct inverse_work *work);
void inverse_types(struct inverse_work *work);
void inverse_columns(struct inverse_work *work);
void inverse_keys(struct inverse_work *work);
void inverse_foreign_keys(struct inverse_work *work);
void inverse_attached(struct inverse_work *work);
void inverse_table_state(struct inverse_work *work);
void inverse_comments(struct inverse_work *work);
/* A constraint that was validated since: only a new one is NOT VALID again. */
bool inverse_constraint_is_made_anew(const struct constraint *now, const struct constraint *then);
/* Views whose query is another one: before all else when they have to be made anew. */
bool inverse_view_is_made_anew(const struct inverse_work *work, const struct changed *changed);
void inverse_views(struct inverse_work *work);
/* The object among the changed ones as relation, type or function; NULL: another kind. */
#define INVERSE_AS(kind, object) ((const struct kind *)(const void *)(object))

#endif
