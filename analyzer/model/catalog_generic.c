/* As parse_coerce.c of the server, with types that are not known. */
#include "model/catalog_generic.h"

#include <stddef.h>

char generic_category(unsigned type, int version) {
    const struct catalog_type *found = catalog_type_of_id(type, version);
    return found == NULL ? 'X' : found->category;
}

bool generic_is_preferred(unsigned type, int version) {
    const struct catalog_type *found = catalog_type_of_id(type, version);
    return found != NULL && (found->flags & CATALOG_PREFERRED);
}

bool generic_can_become(unsigned source, unsigned target, int version) {
    struct catalog_cast cast;
    return catalog_cast_of_ids(source, target, version, &cast) && cast.context == CATALOG_IMPLICIT;
}

/* One step of select_common_type: the common type of what gave common so far, and of type. */
static unsigned join_types(unsigned common, unsigned type, int version) {
    if (type == CATALOG_TYPE_unknown || type == common) {
        return common;
    }
    if (common == CATALOG_TYPE_unknown) {
        return type;
    }
    if (generic_category(type, version) != generic_category(common, version)) {
        return CATALOG_TYPE_none;
    }
    return !generic_is_preferred(common, version) && generic_can_become(common, type, version) &&
                   !generic_can_become(type, common, version)
               ? type
               : common;
}

static unsigned common_type(int n, const uint16_t *types, int version) {
    unsigned common = CATALOG_TYPE_unknown;
    for (int i = 0; i < n; i++) {
        common = types[i] == CATALOG_TYPE_none ? CATALOG_TYPE_none
                                               : join_types(common, types[i], version);
        if (common == CATALOG_TYPE_none) {
            return CATALOG_TYPE_none;
        }
    }
    if (common == CATALOG_TYPE_unknown) {
        return CATALOG_TYPE_text;
    }
    for (int i = 0; i < n; i++) {
        if (!generic_can_become(types[i], common, version)) {
            return CATALOG_TYPE_none;
        }
    }
    return common;
}

/* Adds a type that is not there yet, and returns how many there are now. */
static int add_distinct(uint16_t *types, int n, unsigned type) {
    for (int i = 0; i < n; i++) {
        if (types[i] == type) {
            return n;
        }
    }
    types[n] = (uint16_t)type;
    return n + 1;
}

const char *catalog_common_type(int n, const char *const *types, int version) {
    uint16_t distinct[CATALOG_TYPES];
    int ndistinct = 0;
    for (int i = 0; i < n; i++) {
        const struct catalog_type *type = types[i] == NULL ? NULL : catalog_type(types[i], version);
        if (type == NULL) {
            return NULL;
        }
        ndistinct = add_distinct(distinct, ndistinct, type->id);
    }
    return catalog_type_name(common_type(ndistinct, distinct, version));
}

/*
 * What the arguments say that the polymorphic types stand for; none: nothing. anyelement and its
 * relatives are all made of the same element; values for the anycompatible ones need a common type.
 */
struct generics {
    int version;
    unsigned element, array, range, multirange;
    unsigned common, common_range;
    int ncompatible;
    uint16_t compatible[CATALOG_MAX_CALL_ARGS];
    bool is_no_array, is_enum;
    bool incomplete; /* a type that is not known was an argument */
    bool clash;
};

static void must_be(struct generics *generics, unsigned *slot, unsigned type) {
    if (*slot == CATALOG_TYPE_none) {
        *slot = type;
    }
    generics->clash |= *slot != type;
}

/* What a type of this kind is made of; another kind is a clash. */
static unsigned part(struct generics *generics, unsigned type, enum catalog_kind kind) {
    const struct catalog_type *found = catalog_type_of_id(type, generics->version);
    if (found == NULL || found->kind != kind) {
        generics->clash = true;
        return CATALOG_TYPE_none;
    }
    return found->of;
}

/* A type whose value has to become the common type. */
static void add_compatible(struct generics *generics, unsigned type) {
    generics->compatible[generics->ncompatible++] = (uint16_t)type;
}

static void note_compatible(struct generics *generics, unsigned wanted, unsigned type) {
    switch (wanted) {
    case CATALOG_TYPE_anycompatiblenonarray:
        generics->clash |= generic_category(type, generics->version) == 'A';
        add_compatible(generics, type);
        break;
    case CATALOG_TYPE_anycompatible:
        add_compatible(generics, type);
        break;
    case CATALOG_TYPE_anycompatiblearray:
        add_compatible(generics, part(generics, type, CATALOG_ARRAY));
        break;
    case CATALOG_TYPE_anycompatiblemultirange:
        must_be(generics, &generics->common_range, part(generics, type, CATALOG_MULTIRANGE));
        break;
    case CATALOG_TYPE_anycompatiblerange:
        must_be(generics, &generics->common_range, type);
        break;
    default:
        break;
    }
}

static void note(struct generics *generics, unsigned wanted, unsigned type) {
    switch (wanted) {
    case CATALOG_TYPE_anynonarray:
    case CATALOG_TYPE_anyenum:
    case CATALOG_TYPE_anyelement:
        generics->is_no_array |= wanted == CATALOG_TYPE_anynonarray;
        must_be(generics, &generics->element, type);
        break;
    case CATALOG_TYPE_anyarray:
        must_be(generics, &generics->array, type);
        break;
    case CATALOG_TYPE_anyrange:
        must_be(generics, &generics->range, type);
        break;
    case CATALOG_TYPE_anymultirange:
        must_be(generics, &generics->multirange, type);
        break;
    default:
        note_compatible(generics, wanted, type);
    }
}

bool generic_is_polymorphic(unsigned type) {
    switch (type) {
    case CATALOG_TYPE_anyelement:
    case CATALOG_TYPE_anyarray:
    case CATALOG_TYPE_anynonarray:
    case CATALOG_TYPE_anyenum:
    case CATALOG_TYPE_anyrange:
    case CATALOG_TYPE_anymultirange:
    case CATALOG_TYPE_anycompatible:
    case CATALOG_TYPE_anycompatiblearray:
    case CATALOG_TYPE_anycompatiblenonarray:
    case CATALOG_TYPE_anycompatiblerange:
    case CATALOG_TYPE_anycompatiblemultirange:
        return true;
    default:
        return false;
    }
}

/* From the containers to the element; what the element must be. */
static void conclude_elements(struct generics *generics) {
    if (generics->multirange != CATALOG_TYPE_none) {
        must_be(generics, &generics->range,
                part(generics, generics->multirange, CATALOG_MULTIRANGE));
    }
    if (generics->range != CATALOG_TYPE_none) {
        must_be(generics, &generics->element, part(generics, generics->range, CATALOG_RANGE));
    }
    if (generics->array != CATALOG_TYPE_none) {
        must_be(generics, &generics->element, part(generics, generics->array, CATALOG_ARRAY));
    }
    const struct catalog_type *element = catalog_type_of_id(generics->element, generics->version);
    if (element != NULL) {
        generics->clash |= generics->is_no_array && element->kind == CATALOG_ARRAY;
        generics->clash |= generics->is_enum && element->kind != CATALOG_ENUM &&
                           element->id != CATALOG_TYPE_anyenum;
    } else { /* literals alone make no enum */
        generics->clash |= generics->is_enum && !generics->incomplete;
    }
}

/* The common type; a range's subtype has to be just that, as ranges are never converted. */
static void conclude_common(struct generics *generics) {
    unsigned subtype = CATALOG_TYPE_none;
    if (generics->common_range != CATALOG_TYPE_none) {
        subtype = part(generics, generics->common_range, CATALOG_RANGE);
        add_compatible(generics, subtype);
    }
    if (generics->ncompatible == 0 || generics->clash) {
        return;
    }
    generics->common = common_type(generics->ncompatible, generics->compatible, generics->version);
    generics->clash |= generics->common == CATALOG_TYPE_none ||
                       (subtype != CATALOG_TYPE_none && subtype != generics->common);
}

static void generics_of(struct generics *generics, int n, const uint16_t *wanted,
                        const uint16_t *types, int version) {
    *generics = (struct generics){.version = version};
    for (int i = 0; i < n; i++) {
        if (!generic_is_polymorphic(wanted[i])) {
            continue;
        }
        generics->is_enum |= wanted[i] == CATALOG_TYPE_anyenum;
        generics->incomplete |= types[i] == CATALOG_TYPE_none;
        if (types[i] != CATALOG_TYPE_none && types[i] != CATALOG_TYPE_unknown) {
            note(generics, wanted[i], types[i]);
        }
    }
    conclude_elements(generics);
    conclude_common(generics);
}

bool generic_accepts(int n, const uint16_t *wanted, const uint16_t *types, int version) {
    bool generic = false;
    for (int i = 0; i < n; i++) {
        generic |= generic_is_polymorphic(wanted[i]);
    }
    if (!generic) {
        return true;
    }
    struct generics generics;
    generics_of(&generics, n, wanted, types, version);
    return !generics.clash;
}

static unsigned array_of(unsigned element, int version) {
    const struct catalog_type *found = catalog_type_of_id(element, version);
    return found == NULL ? CATALOG_TYPE_none : found->array;
}

static unsigned multirange_of(unsigned range, int version) {
    for (unsigned id = 1; id < CATALOG_TYPES; id++) {
        const struct catalog_type *type = catalog_type_of_id(id, version);
        if (type != NULL && type->kind == CATALOG_MULTIRANGE && type->of == range) {
            return id;
        }
    }
    return CATALOG_TYPE_none;
}

static unsigned first_known(unsigned a, unsigned b) {
    return a != CATALOG_TYPE_none ? a : b;
}

/* Literals alone make anycompatible text. */
static unsigned common_result(const struct generics *generics) {
    if (generics->incomplete) {
        return CATALOG_TYPE_none;
    }
    return first_known(generics->common, CATALOG_TYPE_text);
}

unsigned generic_result(unsigned declared, int n, const uint16_t *wanted, const uint16_t *types,
                        int version) {
    if (!generic_is_polymorphic(declared)) {
        return declared;
    }
    struct generics generics;
    generics_of(&generics, n, wanted, types, version);
    switch (declared) {
    case CATALOG_TYPE_anyelement:
    case CATALOG_TYPE_anynonarray:
    case CATALOG_TYPE_anyenum:
        return generics.element;
    case CATALOG_TYPE_anyarray:
        return first_known(generics.array, array_of(generics.element, version));
    case CATALOG_TYPE_anyrange:
        return generics.range;
    case CATALOG_TYPE_anymultirange:
        return first_known(generics.multirange, multirange_of(generics.range, version));
    case CATALOG_TYPE_anycompatiblearray:
        return array_of(common_result(&generics), version);
    case CATALOG_TYPE_anycompatiblerange:
        return generics.common_range;
    case CATALOG_TYPE_anycompatiblemultirange:
        return multirange_of(generics.common_range, version);
    default: /* anycompatible and anycompatiblenonarray */
        return common_result(&generics);
    }
}
