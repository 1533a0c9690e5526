/* Types, functions and operators: the tables, and what is looked up in one of them alone. */
#include "model/catalog.h"
#include "model/catalog_rows.h"

#include <stddef.h>
#include <string.h>

struct extension {
    const char *name;
    uint8_t min, max;
};

static const struct extension extensions[] = {
    {.name = NULL},
#define EXTENSION(id, text, versions) {.name = text, versions},
#include "model/catalog/extensions.def"
};

/*
 * The macro that the files call is another name of the one with the row: were it called by one, a
 * type's name that is also a macro (bool) would be replaced on the way.
 */
#define TYPE_ROW(text, sort, letter, bits, base, of_this, bytes, how, in, out, versions)           \
    {.name = #text,                                                                                \
     .id = CATALOG_TYPE_##text,                                                                    \
     .kind = CATALOG_##sort,                                                                       \
     .category = letter,                                                                           \
     .flags = bits,                                                                                \
     .of = CATALOG_TYPE_##base,                                                                    \
     .array = CATALOG_TYPE_##of_this,                                                              \
     .length = bytes,                                                                              \
     .storage = how,                                                                               \
     .input = VOLATILITY_##in,                                                                     \
     .output = VOLATILITY_##out,                                                                   \
     versions},

/* By number: none, the built-in ones by name, the extensions' by name. */
static const struct catalog_type types[CATALOG_TYPES] = {
    {.name = NULL},
#define TYPE TYPE_ROW
#include "model/catalog/types.def"
#define TYPE TYPE_ROW
#include "model/catalog/extensions.def"
};

static const struct catalog_type old_types[] = {
#define OLD_TYPE TYPE_ROW
#include "model/catalog/types.def"
};

#define A0 .nargs = 0
#define A1(a) .nargs = 1, .args = {CATALOG_TYPE_##a}
#define A2(a, b) .nargs = 2, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b}
#define A3(a, b, c) .nargs = 3, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b, CATALOG_TYPE_##c}
#define A4(a, b, c, d)                                                                             \
    .nargs = 4, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b, CATALOG_TYPE_##c, CATALOG_TYPE_##d}
#define A5(a, b, c, d, e)                                                                          \
    .nargs = 5, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b, CATALOG_TYPE_##c, CATALOG_TYPE_##d,   \
                         CATALOG_TYPE_##e}
#define A6(a, b, c, d, e, f)                                                                       \
    .nargs = 6, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b, CATALOG_TYPE_##c,                     \
                         CATALOG_TYPE_##d, CATALOG_TYPE_##e, CATALOG_TYPE_##f}
#define A7(a, b, c, d, e, f, g)                                                                    \
    .nargs = 7, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b, CATALOG_TYPE_##c, CATALOG_TYPE_##d,   \
                         CATALOG_TYPE_##e, CATALOG_TYPE_##f, CATALOG_TYPE_##g}
#define A8(a, b, c, d, e, f, g, h)                                                                 \
    .nargs = 8, .args = {CATALOG_TYPE_##a, CATALOG_TYPE_##b, CATALOG_TYPE_##c, CATALOG_TYPE_##d,   \
                         CATALOG_TYPE_##e, CATALOG_TYPE_##f, CATALOG_TYPE_##g, CATALOG_TYPE_##h}
#define FUNC_ROW(text, arguments, returns, label, bits, defaults, versions)                        \
    {.name = text,                                                                                 \
     arguments,                                                                                    \
     .result = CATALOG_TYPE_##returns,                                                             \
     .volatility = VOLATILITY_##label,                                                             \
     .flags = bits,                                                                                \
     .ndefaults = defaults,                                                                        \
     versions},

static const struct catalog_function functions[] = {
#define FUNC FUNC_ROW
#include "model/catalog/functions.def"
};

static const struct catalog_function extension_functions[] = {
#define FUNC FUNC_ROW
#include "model/catalog/extensions.def"
};

#define OPER_ROW(text, a, b, returns, by, label, versions)                                         \
    {.name = text,                                                                                 \
     .left = CATALOG_TYPE_##a,                                                                     \
     .right = CATALOG_TYPE_##b,                                                                    \
     .result = CATALOG_TYPE_##returns,                                                             \
     .function = by,                                                                               \
     .volatility = VOLATILITY_##label,                                                             \
     versions},

static const struct catalog_operator operators[] = {
#define OPER OPER_ROW
#include "model/catalog/operators.def"
};

static const struct catalog_operator extension_operators[] = {
#define OPER OPER_ROW
#include "model/catalog/extensions.def"
};

/*
 * The first of count rows of this size, sorted by the name that is their first member, whose name
 * is not less than name; or, where after is set, greater than name.
 */
static size_t bound(const void *rows, size_t count, size_t size, const char *name, bool after) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *const *row = (const void *)((const char *)rows + middle * size);
        if (strcmp(*row, name) < (after ? 1 : 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const char *catalog_extension_name(unsigned extension) {
    return extension < COUNT(extensions) ? extensions[extension].name : NULL;
}

unsigned catalog_extension(const char *name, int version) {
    for (unsigned i = 1; i < COUNT(extensions); i++) {
        const struct extension *it = &extensions[i];
        if (strcmp(it->name, name) == 0 && catalog_valid_in(it->min, it->max, version)) {
            return i;
        }
    }
    return 0;
}

static const struct catalog_type *type_in(const struct catalog_type *rows, size_t count,
                                          const char *name) {
    size_t i = bound(rows, count, sizeof *rows, name, false);
    return i < count && strcmp(rows[i].name, name) == 0 ? &rows[i] : NULL;
}

/* The row of this type that holds in the version. */
static const struct catalog_type *type_in_version(const struct catalog_type *type, int version) {
    if (catalog_valid_in(type->min, type->max, version)) {
        return type;
    }
    for (size_t i = 0; i < COUNT(old_types); i++) {
        if (old_types[i].id == type->id &&
            catalog_valid_in(old_types[i].min, old_types[i].max, version)) {
            return &old_types[i];
        }
    }
    return NULL;
}

const struct catalog_type *catalog_type(const char *name, int version) {
    const size_t split = CATALOG_BUILT_IN_TYPES;
    const struct catalog_type *found = type_in(types + 1, split - 1, name);
    if (found == NULL) {
        found = type_in(types + split, COUNT(types) - split, name);
    }
    return found == NULL ? NULL : type_in_version(found, version);
}

const struct catalog_type *catalog_type_of_id(unsigned id, int version) {
    return id == CATALOG_TYPE_none || id >= COUNT(types) ? NULL
                                                         : type_in_version(&types[id], version);
}

const char *catalog_type_name(unsigned id) {
    return id < COUNT(types) ? types[id].name : NULL;
}

/*
 * What the grammar writes for a piece of SQL syntax changed its name: EXTRACT(..) in gram.y of 14,
 * SIMILAR TO in that of 13 (there a function of one or two arguments, before that always of two).
 */
static const struct rename {
    const char *name, *before;
    int since, nargs_before;
} renames[] = {
    {"extract", "date_part", 14, 2},
    {"similar_to_escape", "similar_escape", 13, 2},
};

static struct catalog_functions functions_in(const struct catalog_function *rows, size_t count,
                                             const char *name, int nargs, int version) {
    return (struct catalog_functions){
        .next = rows + bound(rows, count, sizeof *rows, name, false),
        .end = rows + bound(rows, count, sizeof *rows, name, true),
        .nargs = nargs,
        .version = version,
    };
}

struct catalog_functions catalog_function(const char *name, int nargs, int version) {
    for (size_t i = 0; i < COUNT(renames); i++) {
        if (version < renames[i].since && strcmp(renames[i].name, name) == 0) {
            name = renames[i].before;
            nargs = nargs < 0 ? nargs : renames[i].nargs_before;
        }
    }
    return functions_in(functions, COUNT(functions), name, nargs, version);
}

struct catalog_functions catalog_extension_function(const char *name, int nargs, int version) {
    return functions_in(extension_functions, COUNT(extension_functions), name, nargs, version);
}

/* As FuncnameGetCandidates. */
static bool takes(const struct catalog_function *function, int nargs) {
    if (nargs < 0 || nargs == function->nargs) {
        return true;
    }
    if (nargs > function->nargs) {
        return function->flags & CATALOG_VARIADIC;
    }
    return nargs >= function->nargs - function->ndefaults;
}

const struct catalog_function *catalog_function_next(struct catalog_functions *functions_left) {
    while (functions_left->next < functions_left->end) {
        const struct catalog_function *it = functions_left->next++;
        if (catalog_valid_in(it->min, it->max, functions_left->version) &&
            takes(it, functions_left->nargs)) {
            return it;
        }
    }
    return NULL;
}

static struct catalog_operators operators_in(const struct catalog_operator *rows, size_t count,
                                             const char *name, bool prefix, int version) {
    return (struct catalog_operators){
        .next = rows + bound(rows, count, sizeof *rows, name, false),
        .end = rows + bound(rows, count, sizeof *rows, name, true),
        .prefix = prefix,
        .version = version,
    };
}

struct catalog_operators catalog_operator(const char *name, bool prefix, int version) {
    return operators_in(operators, COUNT(operators), name, prefix, version);
}

struct catalog_operators catalog_extension_operator(const char *name, bool prefix, int version) {
    return operators_in(extension_operators, COUNT(extension_operators), name, prefix, version);
}

const struct catalog_operator *catalog_operator_next(struct catalog_operators *left) {
    while (left->next < left->end) {
        const struct catalog_operator *it = left->next++;
        if (catalog_valid_in(it->min, it->max, left->version) &&
            (it->left == CATALOG_TYPE_none) == left->prefix) {
            return it;
        }
    }
    return NULL;
}
