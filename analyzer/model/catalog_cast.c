/* Casts, and operator classes, which are chosen by what can be cast to what. */
#include "model/catalog.h"
#include "model/catalog_rows.h"

#include <stddef.h>
#include <string.h>

#define CAST_ROW(from, to, how, where, by, label, versions)                                        \
    {.source = CATALOG_TYPE_##from,                                                                \
     .target = CATALOG_TYPE_##to,                                                                  \
     .method = CATALOG_##how,                                                                      \
     .context = CATALOG_##where,                                                                   \
     .function = by,                                                                               \
     .volatility = VOLATILITY_##label,                                                             \
     versions},

/* Sorted by numbers, too, as built-in types are numbered by name. */
static const struct catalog_cast casts[] = {
#define CAST CAST_ROW
#include "model/catalog/casts.def"
};

static const struct catalog_cast extension_casts[] = {
#define CAST CAST_ROW
#include "model/catalog/extensions.def"
};

#define OPCLASS_ROW(access, text, of_type, opfamily, standard, stored, versions)                   \
    {.am = #access,                                                                                \
     .name = text,                                                                                 \
     .type = CATALOG_TYPE_##of_type,                                                               \
     .family = opfamily,                                                                           \
     .is_default = standard,                                                                       \
     .key = CATALOG_TYPE_##stored,                                                                 \
     versions},

/* The built-in ones first. */
static const struct catalog_opclass opclasses[] = {
#define OPCLASS OPCLASS_ROW
#include "model/catalog/opclasses.def"
#define OPCLASS OPCLASS_ROW
#include "model/catalog/extensions.def"
};

static int compare_casts(const struct catalog_cast *a, const struct catalog_cast *b) {
    if (a->source != b->source) {
        return a->source < b->source ? -1 : 1;
    }
    return a->target < b->target ? -1 : a->target > b->target;
}

static const struct catalog_cast *built_in_cast(const struct catalog_cast *wanted) {
    size_t low = 0, high = COUNT(casts);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_casts(&casts[middle], wanted);
        if (order == 0) {
            return &casts[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static const struct catalog_cast *extension_cast(const struct catalog_cast *wanted) {
    for (size_t i = 0; i < COUNT(extension_casts); i++) {
        if (compare_casts(&extension_casts[i], wanted) == 0) {
            return &extension_casts[i];
        }
    }
    return NULL;
}

/* The row of pg_cast. None has changed in the versions known. */
static const struct catalog_cast *cast_row(unsigned source, unsigned target, int version) {
    struct catalog_cast wanted = {.source = (uint16_t)source, .target = (uint16_t)target};
    const struct catalog_cast *found =
        source < CATALOG_BUILT_IN_TYPES && target < CATALOG_BUILT_IN_TYPES
            ? built_in_cast(&wanted)
            : extension_cast(&wanted);
    return found != NULL && catalog_valid_in(found->min, found->max, version) ? found : NULL;
}

const struct catalog_cast *catalog_length_cast(unsigned type, int version) {
    return cast_row(type, type, version);
}

static const struct catalog_type *base_type(unsigned id, int version) {
    const struct catalog_type *type = catalog_type_of_id(id, version);
    while (type != NULL && type->kind == CATALOG_DOMAIN) {
        type = catalog_type_of_id(type->of, version);
    }
    return type;
}

static bool set_cast(struct catalog_cast *cast, enum catalog_method method,
                     enum catalog_context context, enum volatility volatility) {
    cast->method = method;
    cast->context = context;
    cast->volatility = volatility;
    return true;
}

/*
 * The fixed-length vectors are arrays that no cast makes, as they would draw to them what is meant
 * for real arrays (find_coercion_pathway).
 */
static bool cast_elements(const struct catalog_type *source, const struct catalog_type *target,
                          int version, struct catalog_cast *cast) {
    struct catalog_cast element;
    if (source->kind != CATALOG_ARRAY || target->kind != CATALOG_ARRAY ||
        target->id == CATALOG_TYPE_oidvector || target->id == CATALOG_TYPE_int2vector ||
        !catalog_cast_of_ids(source->of, target->of, version, &element)) {
        return false;
    }
    return set_cast(cast, CATALOG_ELEMENTS, element.context, element.volatility);
}

/* anyenum stands for some enum, which enum_in reads from the catalogue. */
static enum volatility input_volatility(const struct catalog_type *type) {
    return type->id == CATALOG_TYPE_anyenum ? VOLATILITY_STABLE : type->input;
}

static bool cast_through_text(const struct catalog_type *source, const struct catalog_type *target,
                              struct catalog_cast *cast) {
    enum volatility volatility = volatility_join(source->output, input_volatility(target));
    if (target->category == 'S') {
        return set_cast(cast, CATALOG_INOUT, CATALOG_ASSIGNMENT, volatility);
    }
    if (source->category == 'S') {
        return set_cast(cast, CATALOG_INOUT, CATALOG_EXPLICIT, volatility);
    }
    return false;
}

bool catalog_cast_of_ids(unsigned source, unsigned target, int version, struct catalog_cast *cast) {
    const struct catalog_type *from = base_type(source, version);
    const struct catalog_type *to = base_type(target, version);
    if (from == NULL || to == NULL) {
        return false;
    }
    const struct catalog_cast *row = cast_row(from->id, to->id, version);
    if (row != NULL && from != to) {
        *cast = *row;
        return true;
    }
    *cast = (struct catalog_cast){
        .source = from->id, .target = to->id, .min = (uint8_t)version, .max = (uint8_t)version};
    if (from == to || from->id == CATALOG_TYPE_unknown) {
        return set_cast(cast, CATALOG_BINARY, CATALOG_IMPLICIT, VOLATILITY_IMMUTABLE);
    }
    return cast_elements(from, to, version, cast) || cast_through_text(from, to, cast);
}

bool catalog_cast(const char *source, const char *target, int version, struct catalog_cast *cast) {
    const struct catalog_type *from = catalog_type(source, version);
    const struct catalog_type *to = catalog_type(target, version);
    return from != NULL && to != NULL && catalog_cast_of_ids(from->id, to->id, version, cast);
}

/* Of the pseudo-types that IsBinaryCoercible knows. */
static bool is_one_of(const struct catalog_type *type, unsigned pseudo) {
    switch (pseudo) {
    case CATALOG_TYPE_any:
    case CATALOG_TYPE_anyelement:
    case CATALOG_TYPE_anycompatible:
        return true;
    case CATALOG_TYPE_anyarray:
    case CATALOG_TYPE_anycompatiblearray:
        return type->kind == CATALOG_ARRAY;
    case CATALOG_TYPE_anynonarray:
    case CATALOG_TYPE_anycompatiblenonarray:
        return type->kind != CATALOG_ARRAY;
    case CATALOG_TYPE_anyenum:
        return type->kind == CATALOG_ENUM;
    case CATALOG_TYPE_anyrange:
    case CATALOG_TYPE_anycompatiblerange:
        return type->kind == CATALOG_RANGE;
    case CATALOG_TYPE_anymultirange:
    case CATALOG_TYPE_anycompatiblemultirange:
        return type->kind == CATALOG_MULTIRANGE;
    default:
        return false;
    }
}

bool catalog_binary_coercible(unsigned source, unsigned target, int version) {
    const struct catalog_type *from = base_type(source, version);
    if (from == NULL || catalog_type_of_id(target, version) == NULL) {
        return false;
    }
    if (source == target || from->id == target || is_one_of(from, target)) {
        return true;
    }
    const struct catalog_cast *row = cast_row(from->id, target, version);
    return row != NULL && row->method == CATALOG_BINARY && row->context == CATALOG_IMPLICIT;
}

const struct catalog_opclass *catalog_opclass(const char *am, const char *name, int version) {
    for (size_t i = 0; i < COUNT(opclasses); i++) {
        const struct catalog_opclass *it = &opclasses[i];
        if (strcmp(it->name, name) == 0 && strcmp(it->am, am) == 0 &&
            catalog_valid_in(it->min, it->max, version)) {
            return it;
        }
    }
    return NULL;
}

/*
 * How well a default operator class fits: 3 for the type itself, 2 for the preferred type of its
 * category that it is binary coercible to, 1 for another such type.
 */
static int fitness(const struct catalog_opclass *opclass, const struct catalog_type *type,
                   int version) {
    if (opclass->type == type->id) {
        return 3;
    }
    if (!catalog_binary_coercible(type->id, opclass->type, version)) {
        return 0;
    }
    const struct catalog_type *other = catalog_type_of_id(opclass->type, version);
    return (other->flags & CATALOG_PREFERRED) && other->category == type->category ? 2 : 1;
}

static bool is_default_of(const struct catalog_opclass *opclass, const char *am, int version,
                          bool of_extensions) {
    return opclass->is_default && (opclass->extension != 0) == of_extensions &&
           catalog_valid_in(opclass->min, opclass->max, version) && strcmp(opclass->am, am) == 0;
}

/* Of the very type there is one at most; most columns have it. */
static const struct catalog_opclass *exact(const char *am, const struct catalog_type *type,
                                           int version, bool of_extensions) {
    for (size_t i = 0; i < COUNT(opclasses); i++) {
        if (opclasses[i].type == type->id &&
            is_default_of(&opclasses[i], am, version, of_extensions)) {
            return &opclasses[i];
        }
    }
    return NULL;
}

/* Two that fit equally well are none, except that a built-in one goes before an extension's. */
static const struct catalog_opclass *fittest(const char *am, const struct catalog_type *type,
                                             int version, bool of_extensions) {
    const struct catalog_opclass *best = exact(am, type, version, of_extensions);
    int best_fitness = 0, ties = 0;
    if (best != NULL) {
        return best;
    }
    for (size_t i = 0; i < COUNT(opclasses); i++) {
        const struct catalog_opclass *it = &opclasses[i];
        if (!is_default_of(it, am, version, of_extensions)) {
            continue;
        }
        int fits = fitness(it, type, version);
        ties = fits == best_fitness ? ties + 1 : fits > best_fitness ? 1 : ties;
        if (fits > best_fitness) {
            best = it;
            best_fitness = fits;
        }
    }
    return ties == 1 ? best : NULL;
}

const struct catalog_opclass *catalog_default_opclass(const char *am, unsigned type, int version) {
    const struct catalog_type *base = base_type(type, version);
    if (base == NULL) {
        return NULL;
    }
    const struct catalog_opclass *own = base->extension ? fittest(am, base, version, true) : NULL;
    if (own == NULL) {
        own = fittest(am, base, version, false);
    }
    return own != NULL || base->extension ? own : fittest(am, base, version, true);
}
